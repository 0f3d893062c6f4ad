#include <dataexport/testing/crash_harness.hpp>

#include "filesystem/temporary_folder.hpp"
#include "support/workshop.hpp"

#include <dataexport/filesystem/file_store.hpp>
#include <dataexport/openssl/digest.hpp>
#include <dataexport/sqlite/export_store.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <fstream>
#include <unistd.h>

using namespace dataexport;

namespace {

/// An export over real stores that are opened here and closed again.
struct RealStores {
    static constexpr std::uint64_t rows = 20'000;

    explicit RealStores(const std::filesystem::path& folder)
        : store(open_sqlite_export_store({.path = (folder / "exports.db").string()}).value()),
          files(open_filesystem_file_store({.root = (folder / "files").string()}).value()) {
        counting.rows = rows;
        kinds.add(support::counting_kind(counting));
    }

    /// Makes export 27 unless somebody has. @return 0, if no store fails.
    int work() {
        support::Workshop shop;
        const auto created = store->create_or_get(shop.record(27), "the request", "the request");
        shop.options.limits.batch_rows = 500;
        shop.options.limits.chunk_bytes = 16'384;
        shop.options.retry.lost_leases = 1000;
        shop.options.lease = std::chrono::milliseconds{1}; // for the next process to go on at once
        const SystemClock lease_clock;
        Worker worker({*store, *files, kinds, *digest, shop.clock, shop.telemetry}, shop.notifier, lease_clock,
                      shop.options);
        return created && worker.run_until_idle() && !store->find(ExportId{27})->live() ? 0 : 1;
    }

    std::unique_ptr<ExportStore> store;
    std::unique_ptr<FileStore> files;
    std::unique_ptr<Digest> digest = make_openssl_digest();
    support::Counting counting;
    ExportKinds kinds;
};

} // namespace

TEST_CASE("run_and_kill kills the process until one ends by itself") {
    const TemporaryFolder folder;
    const auto go = folder.path() / "go";
    std::size_t looked = 0;
    const auto run = testing::run_and_kill(
        [&] {
            while (!std::filesystem::exists(go)) {
                ::pause();
            }
            return 7;
        },
        [&] {
            if (++looked == 3) std::ofstream(go).put('!');
        },
        {.kills = 1'000'000, .longest_life = std::chrono::milliseconds{20}});
    REQUIRE(run.has_value());
    CHECK(run->exit_code == 7);
    CHECK(run->kills == looked);
    CHECK(run->kills >= 3);
}

TEST_CASE("run_and_kill lets the process live after the last kill") {
    const auto run = testing::run_and_kill([] { return 3; }, {}, {.kills = 0});
    REQUIRE(run.has_value());
    CHECK(run->exit_code == 3);
    CHECK(run->kills == 0);
}

TEST_CASE("run_and_kill tells a death that it did not cause, and an exception") {
    const auto died = testing::run_and_kill([] { return ::raise(SIGKILL); }, {}, {.kills = 0});
    REQUIRE(!died.has_value());
    CHECK(died.error().code == Errc::internal);
    CHECK(died.error().detail == "The process ended by signal 9");
    const auto thrown = testing::run_and_kill([]() -> int { throw 1; }, {}, {.kills = 0});
    REQUIRE(thrown.has_value());
    CHECK(thrown->exit_code == 255);
}

TEST_CASE("R6: an export over real stores is the same after its process was killed again and again") {
    const TemporaryFolder folder;
    std::uint64_t rows = 0;
    const auto run = testing::run_and_kill([&] { return RealStores(folder.path()).work(); },
                                           [&] {
                                               const RealStores stores(folder.path());
                                               const auto record = stores.store->find(ExportId{27});
                                               const auto now = record ? record->rows : 0;
                                               CHECK(now >= rows);
                                               rows = now;
                                           },
                                           {.kills = 30, .longest_life = std::chrono::milliseconds{10}});
    REQUIRE(run.has_value());
    CHECK(run->kills > 0);
    CHECK(run->exit_code == 0);
    CHECK(support::published(*RealStores(folder.path()).files, ExportId{27}) ==
          support::counting_csv(RealStores::rows));
}
