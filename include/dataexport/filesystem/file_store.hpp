/// @file
/// Adapter: the bytes of exports in a folder of this machine (Linux).
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/file_store.hpp>

#include <memory>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN

struct FilesystemFileStoreOptions {
    std::string root; ///< The folder. Made if it is missing; its parent must exist.
    bool sync = true; ///< Whether bytes are to survive a crash of the machine; turn it off in tests only.
};

/// Opens a folder as a `FileStore`. Several stores, also of several processes, may share one folder.
///
/// Only the owner of the process can read it: the folder gets mode 0700, files get 0600. The file of export 1234 is
/// `d2/1234`, its part under fence 5 is `d2/1234.5.part`: the lowest eight bits of the id choose the subfolder, so that
/// looking for the parts of an export stays cheap among very many files. A symbolic link is never followed.
/// `scan` reads all names of the folder for each page and passes over what the store did not put there: ask for large
/// pages.
/// A writer holds `flock` on its part, by which others see whether it is gone.
/// @return `Errc::invalid_configuration` if `root` is not a folder or is a symbolic link.
[[nodiscard]] Result<std::unique_ptr<FileStore>> open_filesystem_file_store(const FilesystemFileStoreOptions& options);

DATAEXPORT_NAMESPACE_END
