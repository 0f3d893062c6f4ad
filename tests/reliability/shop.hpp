/// @file
/// A whole service: endpoints and workers over the same stores, with people who ask for exports of numbers.
#pragma once

#include "api/api_world.hpp"
#include "filesystem/temporary_folder.hpp"
#include "reliability/interposed_ports.hpp"
#include "support/counting_source.hpp"

#include <dataexport/assembly/worker.hpp>
#include <dataexport/filesystem/file_store.hpp>
#include <dataexport/memory/recording_notifier.hpp>
#include <dataexport/sqlite/export_store.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace reliability {

using namespace api_test;
using support::counting_csv;

/// A folder in memory where there is one: these files need not survive a crash of the machine.
inline std::filesystem::path fast_folder() {
    const std::filesystem::path memory = "/dev/shm";
    return std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
}

/// Stores in files, in a folder of their own.
struct DurableStores {
    TemporaryFolder folder{fast_folder()};
    std::unique_ptr<ExportStore> exports = open_exports();
    std::unique_ptr<FileStore> files =
        open_filesystem_file_store({.root = folder.path() / "files", .sync = false}).value();

    /// Another connection to the records, as another process would have it.
    [[nodiscard]] std::unique_ptr<ExportStore> open_exports() const {
        return open_sqlite_export_store({.path = folder.path() / "exports.db", .synchronous_full = false}).value();
    }
};

/// What jane asks for unless a test says otherwise.
inline constexpr const char* numbers = R"({"query_type": "Numbers", "query_info": {"project": [11]}})";
inline constexpr const char* collection = "/api/0/organizations/acme/data-export/";

struct Shop : ApiWorld {
    support::Counting counting;
    RecordingNotifier notifier;
    Notifier* notified = &notifier;
    WorkerOptions work_options;

    Shop() {
        auto kind = support::counting_kind(counting);
        kind.validate = plain_kind().validate;
        kinds.add(std::move(kind));
        counting.rows = 45;
        work_options.limits.batch_rows = 10;
        work_options.limits.chunk_bytes = 100;
        work_options.lease = std::chrono::seconds{30};
    }
    explicit Shop(DurableStores& stores) : Shop() {
        exports = stores.exports.get();
        files = stores.files.get();
    }

    Response create(std::string_view who = "jane", std::string_view body = numbers, Headers headers = {},
                    std::string_view query = {}) {
        return send(who, "POST", collection + std::string(query), std::string(body), std::move(headers));
    }
    /// Creates an export that has to be new.
    ExportedData created(std::string_view who = "jane", std::string_view body = numbers) {
        const auto response = create(who, body);
        REQUIRE(response.status == 201);
        return find(ExportId{body_of(response).at("id").as_int64()});
    }
    ExportedData find(ExportId id) {
        auto record = exports->find(id);
        REQUIRE(record.has_value());
        return *std::move(record);
    }
    /// What an endpoint of an export answers its owner, or whoever asks.
    Response ask(ExportId id, std::string_view suffix = {}, std::string method = "GET", std::string_view who = "jane") {
        return send(who, std::move(method), collection + std::to_string(id.value) + '/' + std::string(suffix));
    }
    std::string status(ExportId id) { return std::string(body_of(ask(id)).at("status").as_string()); }
    std::string file(ExportId id) { return bytes(ask(id, "?download"), *files); }

    AssemblyPorts assembly_ports() { return {*exports, *files, kinds, digest, clock, telemetry}; }
    Worker worker() { return {assembly_ports(), *notified, clock, work_options}; }
    /// Works until there is nothing to do at this instant.
    void work() { REQUIRE(worker().run_until_idle().has_value()); }
    /// An export of jane that was made.
    ExportedData finished_export(std::string_view body = numbers) {
        const auto record = created("jane", body);
        work();
        REQUIRE(find(record.id).state == ExportState::finished);
        return find(record.id);
    }
    /// An export of jane that failed when a part of its rows was stored, for a reason that is gone.
    ExportedData failed_export() {
        counting.before_fetch = [](std::uint64_t given) -> Result<void> {
            return given < 20 ? ok() : Error{Errc::query_failed, "The table is gone."};
        };
        const auto record = created();
        work();
        REQUIRE(find(record.id).state == ExportState::failed);
        counting.before_fetch = [](std::uint64_t) { return ok(); };
        return find(record.id);
    }

    /// Lets time pass and workers work until every export has ended and every message was sent.
    void settle() {
        constexpr int most = 50;
        int rounds = 0;
        for (int quiet = 0; quiet < 3; ++rounds) {
            REQUIRE(rounds < most);
            work();
            clock.advance(std::chrono::seconds{400});
            const auto usage = exports->usage(std::nullopt).value();
            quiet = usage.queued + usage.running == 0 ? quiet + 1 : 0;
        }
    }

    /// The messages that were sent about an export.
    [[nodiscard]] std::vector<Outcome> told(ExportId id) const {
        std::vector<Outcome> outcomes;
        for (const auto& [outcome, record] : notifier.messages()) {
            if (record.id == id) outcomes.push_back(outcome);
        }
        return outcomes;
    }

    /// Calls `act` while everything that the endpoints and workers use goes through hooks.
    template <class Act>
    auto through(const Hooks& hooks, Act act) {
        InterposedExportStore records(*exports, hooks);
        InterposedFileStore bytes(*files, hooks);
        InterposedNotifier messages(*notified, hooks);
        InterposedIds generator(*new_ids, hooks);
        const auto plain = std::tuple(exports, files, notified, new_ids, counting.before_fetch);
        exports = &records;
        files = &bytes;
        notified = &messages;
        new_ids = &generator;
        counting.before_fetch = [&](std::uint64_t given) -> Result<void> {
            return hooks.around("fetch", [&] { return std::get<4>(plain)(given); });
        };
        auto answer = act();
        std::tie(exports, files, notified, new_ids, counting.before_fetch) = plain;
        return answer;
    }
};

/// Runs a test over stores in memory and over stores in files.
template <class Test>
void on_all_stores(Test test) {
    {
        INFO("stores in memory");
        Shop shop;
        test(shop);
    }
    INFO("stores in files");
    DurableStores stores;
    Shop shop(stores);
    test(shop);
}

} // namespace reliability
