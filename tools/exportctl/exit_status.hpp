/// @file
/// What `exportctl` ends with.
#pragma once

#include <dataexport/core/error.hpp>

namespace exportctl {

/// Exit statuses; they are part of the interface.
enum Exit : int {
    done = 0,
    found = 1,       ///< `fsck`: something is wrong. Others: what was asked for could not be done.
    misused = 2,     ///< The command line, a folder that cannot be opened, or a server that is not named.
    absent = 3,      ///< There is no such export for the caller, or no file of it any more.
    denied = 4,      ///< The server does not know the caller, or the caller may not do this.
    unavailable = 5, ///< The server cannot be reached or has too much to do; the same may work later.
    damaged = 6,     ///< A file is not the one it should be.
    failed = 7,      ///< The export has failed.
    interrupted = 130,
};

/// The status for an error of a server.
[[nodiscard]] inline Exit exit_status(dataexport::Errc code) noexcept {
    using dataexport::Errc;
    switch (code) {
    case Errc::invalid_configuration:
        return misused;
    case Errc::cancelled:
        return interrupted;
    case Errc::checksum_mismatch:
        return damaged;
    case Errc::no_space:
        return found;
    default:
        break;
    }
    switch (condition(code)) {
    case dataexport::Condition::not_found:
        return absent;
    case dataexport::Condition::denied:
        return denied;
    case dataexport::Condition::unavailable:
        return unavailable;
    default:
        return found;
    }
}

} // namespace exportctl
