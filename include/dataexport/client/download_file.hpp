/// @file
/// Adapter: downloads as files of the user's.
#pragma once

#include <dataexport/client/download_target.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/digest.hpp>

#include <cstdint>
#include <memory>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// A `DownloadTarget` that becomes the file `path` once everything is there, in one step, whatever was there before.
///
/// Until then the bytes are in `path.part` and their entity tag in `path.part.etag`, which a later run takes up; both
/// are readable by the user alone, as is the file. One process at a time may have them. A symbolic link in place of
/// the part is not followed.
/// @return `Errc::busy` if another process downloads to the same path; `Errc::invalid_configuration` if there can be no
/// such file.
[[nodiscard]] Result<std::unique_ptr<DownloadTarget>> open_download_file(const std::string& path);

/// What a manifest says of a file.
struct FileContent {
    std::uint64_t bytes = 0;
    std::string checksum; ///< SHA-256, 64 lower-case hex digits.

    friend bool operator==(const FileContent&, const FileContent&) = default;
};

/// Reads all of a file. @return `Errc::not_found`; `Errc::corrupt` for a folder.
[[nodiscard]] Result<FileContent> read_file_content(const std::string& path, const Digest& digest);

} // namespace client
DATAEXPORT_NAMESPACE_END
