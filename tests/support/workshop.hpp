/// @file
/// Everything that a worker needs, in memory, with a clock that stands still.
#pragma once

#include "support/counting_source.hpp"

#include <dataexport/assembly/worker.hpp>
#include <dataexport/memory/memory_digest.hpp>
#include <dataexport/memory/memory_export_store.hpp>
#include <dataexport/memory/memory_file_store.hpp>
#include <dataexport/memory/recording_notifier.hpp>
#include <dataexport/memory/recording_telemetry.hpp>
#include <dataexport/testing/manual_clock.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <utility>

namespace support {

inline constexpr dataexport::TimePoint noon{std::chrono::sys_days{std::chrono::year{2020} / 7 / 21} +
                                            std::chrono::hours{12}};

/// Reads a whole published file.
inline std::string published(dataexport::FileStore& files, dataexport::ExportId id) {
    std::string text;
    std::array<char, 1000> buffer;
    for (;;) {
        const auto read = files.read(id, text.size(), buffer);
        REQUIRE(read.has_value());
        if (*read == 0) return text;
        text.append(buffer.data(), *read);
    }
}

struct Workshop {
    dataexport::testing::ManualClock clock{noon};
    dataexport::MemoryExportStore store;
    dataexport::MemoryFileStore files;
    dataexport::MemoryDigest digest;
    dataexport::RecordingNotifier notifier;
    dataexport::RecordingTelemetry telemetry;
    dataexport::ExportKinds kinds;
    Counting counting;
    dataexport::WorkerOptions options;

    Workshop() {
        kinds.add(counting_kind(counting));
        options.limits.batch_rows = 10;
        options.limits.chunk_bytes = 100;
        options.lease = std::chrono::seconds{30};
    }

    dataexport::AssemblyPorts ports() { return {store, files, kinds, digest, clock, telemetry}; }
    dataexport::Worker worker() { return {ports(), notifier, clock, options}; }

    /// An export of these rows, not yet in the queue.
    dataexport::ExportedData record(std::int64_t id = 27) {
        dataexport::ExportedData record;
        record.id.value = id;
        record.organization.value = 1;
        record.organization_slug = "acme";
        record.user = dataexport::User{dataexport::UserId{7}, "jane@example.com", "jane"};
        record.date_added = clock.now();
        record.query_type = "Numbers";
        return record;
    }
    /// Puts an export into the queue.
    dataexport::ExportedData request(std::int64_t id = 27) { return request(record(id)); }
    dataexport::ExportedData request(dataexport::ExportedData record) {
        const auto key = "key of " + std::to_string(record.id.value);
        auto created = store.create_or_get(record, key);
        REQUIRE(created.has_value());
        REQUIRE(created->is_new);
        return created->record;
    }
    dataexport::ExportedData find(std::int64_t id = 27) {
        auto record = store.find(dataexport::ExportId{id});
        REQUIRE(record.has_value());
        return *record;
    }
    dataexport::ExportStatus status(std::int64_t id = 27) { return find(id).status(clock.now()); }
    std::string file(std::int64_t id = 27) { return published(files, dataexport::ExportId{id}); }
    /// Works until there is nothing to do at this instant.
    void work() { REQUIRE(worker().run_until_idle().has_value()); }
};

} // namespace support
