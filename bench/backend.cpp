#include "backend.hpp"

#include <dataexport/filesystem/file_store.hpp>
#include <dataexport/request/discover.hpp>
#include <dataexport/sqlite/event_store.hpp>
#include <dataexport/sqlite/export_store.hpp>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace bench {

using namespace dataexport;

namespace {

/// Opens a file of events that has none yet.
Result<std::unique_ptr<EventStore>> open_events(const std::string& path) {
    auto writer = open_sqlite_event_writer({.path = path}, {{ProjectId{11}, "backend"}, {ProjectId{12}, "frontend"}});
    if (!writer) return writer.error();
    if (auto committed = (*writer)->commit(); !committed) return committed.error();
    return open_sqlite_event_store({.path = path});
}

/// A megabyte of rows.
std::string rows_block() {
    constexpr std::size_t size = 1'000'000;
    std::string block;
    for (int row = 0; block.size() < size; ++row) {
        block += std::to_string(row * 7919) + ",2026-05-19T14:00:00Z,error,\"Connection, lost\",backend,jane\r\n";
    }
    block.resize(size);
    return block;
}

} // namespace

Backend::Backend(std::unique_ptr<ExportStore> store, std::unique_ptr<FileStore> files,
                 std::unique_ptr<EventStore> events)
    : store_(std::move(store)), files_(std::move(files)), events_(std::move(events)),
      endpoints_({*store_, *files_, kinds_, clock_, *ids_, *digest_, telemetry_},
                 [this](const Request&, std::string_view) { return jane_; }) {
    kinds_.add(discover_kind(*events_));
}

Result<std::unique_ptr<Backend>> Backend::open(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return Error{Errc::unavailable, error.message()};
    auto store = open_sqlite_export_store({.path = folder + "/exports.db"});
    if (!store) return store.error();
    auto files = open_filesystem_file_store({.root = folder + "/files"});
    if (!files) return files.error();
    auto events = open_events(folder + "/events.db");
    if (!events) return events.error();
    return std::unique_ptr<Backend>(new Backend(*std::move(store), *std::move(files), *std::move(events)));
}

Request Backend::creation(std::uint64_t number) {
    const json::object body{
        {"query_type", "Discover"},
        {"query_info", json::object{{"field", {"id", "timestamp", "title", "level", "tags[browser]"}},
                                    {"query", "level:error browser:Fire* build:" + std::to_string(number)},
                                    {"sort", "-timestamp"},
                                    {"start", "2026-05-01T00:00:00"},
                                    {"end", "2026-05-15T00:00:00"},
                                    {"project", {11, 12}}}}};
    return {"POST", collection, {}, {{"Content-Type", "application/json"}}, to_json(body)};
}

Result<ExportedFile> Backend::write_file(PartId part, std::uint64_t bytes) {
    if (auto opened = files_->open_part(part, 0); !opened) return opened.error();
    const auto block = rows_block();
    const auto hash = digest_->sha256();
    for (std::uint64_t left = bytes; left > 0;) {
        const auto piece = std::string_view(block).substr(0, std::min<std::uint64_t>(left, block.size()));
        hash->update(piece);
        if (auto appended = files_->append(part, piece); !appended) return appended.error();
        left -= piece.size();
    }
    if (auto synced = files_->sync(part); !synced) return synced.error();
    if (auto published = files_->publish(part, bytes); !published) return published.error();
    return ExportedFile{"Discover.csv", bytes, to_hex(hash->finish())};
}

Result<ExportId> Backend::finished_export(std::uint64_t bytes) {
    ExportedData record;
    record.id = ExportId{static_cast<std::int64_t>(bytes) + 1};
    if (const auto earlier = store_->find(record.id); earlier && earlier->file) return record.id;
    record.organization = jane_.organization->id;
    record.organization_slug = jane_.organization->slug;
    record.user = jane_.user;
    record.date_added = clock_.now();
    record.query_type = "Discover";
    record.query_info = {{"field", {"id", "timestamp", "title"}}, {"query", "level:error"}, {"sort", {"-timestamp"}}};
    record.projects = {ProjectId{11}};
    if (auto created = store_->create_or_get(record, std::to_string(bytes)); !created) return created.error();
    const auto claim = store_->claim(clock_.now(), clock_.now() + std::chrono::hours(1));
    if (!claim) return claim.error();
    if (!*claim || (*claim)->record.id != record.id) return Error{Errc::busy, "other exports wait in this folder"};
    const auto file = write_file({record.id, (*claim)->fence}, bytes);
    if (!file) return file.error();
    const auto finished = store_->finish(record.id, (*claim)->fence, *file, {}, R"({"id":1})", clock_.now(),
                                         clock_.now() + std::chrono::weeks(4));
    if (!finished) return finished.error();
    return record.id;
}

} // namespace bench
