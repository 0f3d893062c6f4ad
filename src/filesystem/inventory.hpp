/// @file
/// What lies in all subfolders of a file store. Private to `src/filesystem`.
#pragma once

#include "posix/file.hpp"

#include <dataexport/ports/file_store.hpp>

#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace filesystem {

/// What `FileStore::scan` gives. Files of others, symbolic links and what vanishes meanwhile are left out; a draft
/// counts as a part. Reads all names at each call, and keeps those of `exports` exports.
Result<std::vector<StoredFile>> inventory(const posix::Descriptor& root, std::optional<ExportId> after,
                                          std::size_t exports);

} // namespace filesystem
DATAEXPORT_NAMESPACE_END
