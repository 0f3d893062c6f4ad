#include <dataexport/assembly/worker.hpp>

#include "filesystem/temporary_folder.hpp"
#include "support/workshop.hpp"

#include <dataexport/sqlite/export_store.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <vector>

using namespace dataexport;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t organizations = 10;
constexpr int exports_of_each = 200;
constexpr int exports_of_flood = 5000;

/// One worker, and a clock by which each export takes one second and nothing else takes any time.
class Queue {
public:
    explicit Queue(ExportStore& store) : store_(store) {
        shop_.counting.rows = 1;
        shop_.counting.before_fetch = [this](std::uint64_t) {
            shop_.clock.advance(1s);
            return ok();
        };
    }

    void submit(std::int64_t organization, int exports) {
        for (int i = 0; i < exports; ++i) {
            auto record = shop_.record(++last_id_);
            record.organization.value = organization;
            REQUIRE(store_.create_or_get(record, "request " + std::to_string(last_id_)).value().is_new);
        }
    }

    /// Submits the exports of everybody, and works until those of all but the first organization have ended.
    void run() {
        const auto first = last_id_ + 1;
        for (std::int64_t organization = 1; organization <= organizations; ++organization) {
            submit(organization, exports_of_each);
        }
        others_from_ = first + exports_of_each;
        work_until([&] { return store_.find({last_id_}).value().state == ExportState::finished; });
    }

    void work(int exports) {
        const auto end = shop_.clock.now() + std::chrono::seconds{exports};
        work_until([&] { return shop_.clock.now() >= end; });
    }

    /// How long the exports of the other organizations took to end, sorted.
    std::vector<std::chrono::seconds> waits_of_others() {
        std::vector<std::chrono::seconds> waits;
        for (auto id = others_from_; id <= last_id_; ++id) {
            const auto record = store_.find({id}).value();
            REQUIRE(record.state == ExportState::finished);
            waits.push_back(
                std::chrono::duration_cast<std::chrono::seconds>(*record.date_finished - record.date_added));
        }
        std::sort(waits.begin(), waits.end());
        return waits;
    }

    std::uint64_t finished(std::int64_t organization) {
        return store_.usage(OrganizationId{organization}).value().finished;
    }

private:
    template <class Done>
    void work_until(Done done) {
        Worker worker({store_, shop_.files, shop_.kinds, shop_.digest, shop_.clock, silent_}, shop_.notifier,
                      shop_.clock, shop_.options);
        while (!done()) {
            REQUIRE(worker.run_once().value());
        }
    }

    support::Workshop shop_;
    NoTelemetry silent_;
    ExportStore& store_;
    std::int64_t last_id_ = 0;
    std::int64_t others_from_ = 0;
};

/// The middle one of an even number of waits, if they are sorted.
std::chrono::seconds median(const std::vector<std::chrono::seconds>& waits) { return waits[waits.size() / 2]; }

void check_fairness(ExportStore& calm, ExportStore& flooded) {
    Queue without(calm);
    without.run();
    const auto expected = without.waits_of_others();

    Queue with(flooded);
    with.submit(1, exports_of_flood);
    with.work(100);
    with.run();
    const auto waits = with.waits_of_others();

    // Round after round, the organizations 2 to 10 get their turns: the j-th exports end in the seconds after 10 (j -
    // 1).
    REQUIRE(expected.size() == 1800);
    CHECK(expected.front() == 2s);
    CHECK(median(expected) == 1002s);
    CHECK(expected.back() == 2000s);
    // The flood costs the others nothing at all, and is served in its turn.
    REQUIRE(waits.size() == 1800);
    CHECK(waits.front() == 1s);
    CHECK(median(waits) == 1001s);
    CHECK(waits.back() == 1999s);
    CHECK(median(waits) <= 2 * median(expected));
    CHECK(with.finished(1) == 100 + 199);
}

} // namespace

TEST_CASE("S34: exports of others do not wait longer for 5,000 that one organization asked for before: in memory") {
    MemoryExportStore calm;
    MemoryExportStore flooded;
    check_fairness(calm, flooded);
}

TEST_CASE("S34: exports of others do not wait longer for 5,000 that one organization asked for before: in SQLite") {
    // Some 30,000 transactions: that each is synced plays no part here, so they go to a disk in memory if there is one.
    const std::filesystem::path memory = "/dev/shm";
    const TemporaryFolder folder(std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path());
    const auto calm = open_sqlite_export_store({.path = folder.path() / "calm.db"}).value();
    const auto flooded = open_sqlite_export_store({.path = folder.path() / "flooded.db"}).value();
    check_fairness(*calm, *flooded);
}
