/// @file
/// What an operator does with the data folder of a server, while servers and workers run on it or not.
#pragma once

#include "exit_status.hpp"

#include <dataexport/core/error.hpp>
#include <dataexport/core/ids.hpp>
#include <dataexport/ports/digest.hpp>
#include <dataexport/ports/export_store.hpp>
#include <dataexport/ports/file_store.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace exportctl {

/// The records and files of a data folder.
class DataFolder {
public:
    /// Opens a folder that has records already. @return an error that names the place.
    [[nodiscard]] static dataexport::Result<DataFolder> open(const std::string& path);

    [[nodiscard]] dataexport::ExportStore& store() const noexcept { return *store_; }
    [[nodiscard]] dataexport::FileStore& files() const noexcept { return *files_; }
    [[nodiscard]] const dataexport::Digest& digest() const noexcept { return *digest_; }

private:
    std::unique_ptr<dataexport::ExportStore> store_;
    std::unique_ptr<dataexport::FileStore> files_;
    std::unique_ptr<dataexport::Digest> digest_;
};

struct FsckArguments {
    bool repair = false;
    bool hashes = true;
};

struct ListArguments {
    std::optional<std::int64_t> organization;
    std::optional<std::int64_t> user;
    std::string status; ///< `EARLY`, `VALID`, `EXPIRED` or `FAILED`; empty: any.
};

// Each verb prints lines for people, or one JSON object a line, and gives the exit status; errors go out as results.

dataexport::Result<Exit> fsck(const DataFolder& data, const FsckArguments& arguments, bool as_json);
dataexport::Result<Exit> list(const DataFolder& data, const ListArguments& arguments, bool as_json);
dataexport::Result<Exit> show(const DataFolder& data, dataexport::ExportId id);
dataexport::Result<Exit> requeue(const DataFolder& data, dataexport::ExportId id, bool as_json);
dataexport::Result<Exit> cancel(const DataFolder& data, dataexport::ExportId id, bool as_json);
dataexport::Result<Exit> stats(const DataFolder& data, std::optional<std::int64_t> organization, bool as_json);

} // namespace exportctl
