/// @file
/// The status of an export as callers see it. It is computed from the record and the time, never stored.
#pragma once

#include <dataexport/core/config.hpp>

#include <cstdint>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

enum class ExportStatus : std::uint8_t {
    early,   ///< Queued or running.
    valid,   ///< Finished; the file can be downloaded.
    expired, ///< Finished, and past its expiry.
    failed,  ///< Ended with an error, which is kept.
};

/// `EARLY`, `VALID`, `EXPIRED` or `FAILED`.
[[nodiscard]] constexpr std::string_view to_string(ExportStatus status) noexcept {
    switch (status) {
    case ExportStatus::early:
        return "EARLY";
    case ExportStatus::valid:
        return "VALID";
    case ExportStatus::expired:
        return "EXPIRED";
    case ExportStatus::failed:
        return "FAILED";
    }
    return "EARLY";
}

DATAEXPORT_NAMESPACE_END
