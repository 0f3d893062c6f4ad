/// @file
/// A file over connections that break.
#pragma once

#include <dataexport/client/api_error.hpp>
#include <dataexport/client/download_target.hpp>
#include <dataexport/client/executor.hpp>
#include <dataexport/client/retry.hpp>
#include <dataexport/client/transport.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/ports/clock.hpp>
#include <dataexport/ports/digest.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// How far a download has come.
struct DownloadProgress {
    std::uint64_t bytes = 0;            ///< Here, with those that were kept from before.
    std::optional<std::uint64_t> total; ///< None: the server does not say.
};

struct DownloadOptions {
    /// Called for each piece that comes, by the thread that downloads.
    std::function<void(const DownloadProgress&)> on_progress{};
    /// How often it is tried again without a byte more, and with what delays. Bytes that come start the count anew.
    Retry retry{.count = 8, .first_delay = std::chrono::milliseconds{250}};
};

/// What came of a download.
struct Downloaded {
    std::uint64_t bytes = 0; ///< Size of the file.
    std::string checksum;    ///< SHA-256 of the file, 64 lower-case hex digits.
    std::uint64_t kept = 0;  ///< Bytes that were there from before.
    unsigned breaks = 0;     ///< How often an answer broke off.
};

/// What a download needs. References are borrowed.
struct DownloadPorts {
    Transport& transport;
    Executor& executor; ///< Ends the waits between tries.
    const Clock& clock;
    const Digest& digest;
    Jitter jitter = random_jitter; ///< Of these waits.
};

/// Brings a file to its target and checks it, over as many answers as it takes. Waits.
///
/// Bytes that are kept are asked for never again as long as the file is the same: `Range` and `If-Range` with its
/// strong entity tag (RFC 9110, section 13.1.5). A file that has changed begins anew, as does one that turns out wrong
/// after it was resumed from an earlier run. Of a server that sends all of it again, what is here is passed over. An
/// answer without `Content-Disposition` is no file.
/// @param request asks for all of the file. @param checksum what its SHA-256 has to be, in hex; empty: what
/// `Repr-Digest` says, if that is there.
/// @return `Errc::checksum_mismatch` for a file that is not what it should be; `Errc::gone` when the server has none;
/// the error of the target, of the server, or of the last try; `Errc::cancelled`.
[[nodiscard]] ApiResult<Downloaded> resumable_download(const DownloadPorts& ports, const ApiRequest& request,
                                                       const std::string& checksum, DownloadTarget& target,
                                                       const DownloadOptions& options = {}, std::stop_token stop = {});

} // namespace client
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/client/impl/resumable_download.ipp>
#endif
