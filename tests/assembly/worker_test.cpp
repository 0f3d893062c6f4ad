#include <dataexport/assembly/worker.hpp>

#include "support/workshop.hpp"

#include <dataexport/assembly/housekeeping.hpp>
#include <dataexport/core/json.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>
#include <thread>

using namespace dataexport;
using std::chrono::seconds;
using support::counting_csv;
using support::Workshop;

TEST_CASE("Worker assembles an export, finishes its record and tells its user") {
    Workshop shop;
    shop.counting.rows = 57;
    shop.request();
    shop.work();

    const auto record = shop.find();
    CHECK(record.status(shop.clock.now()) == ExportStatus::valid);
    CHECK(shop.file() == counting_csv(57));
    CHECK(record.rows == 57);
    CHECK(record.bytes == counting_csv(57).size());
    REQUIRE(record.file.has_value());
    CHECK(record.file->name == "Numbers_2020-July-21_27.csv");
    CHECK(record.file->size == counting_csv(57).size());
    CHECK(record.file->checksum == to_hex(sha256(shop.digest, counting_csv(57))));
    CHECK(record.warnings.empty());
    REQUIRE(shop.notifier.messages().size() == 1);
    CHECK(shop.notifier.messages()[0].outcome == Outcome::success);
    CHECK(shop.notifier.messages()[0].record.id == ExportId{27});
}

TEST_CASE("model-011: a finished export can be downloaded for 28 days") {
    Workshop shop;
    shop.request();
    shop.clock.advance(seconds{5});
    shop.work();
    const auto record = shop.find();
    CHECK(record.date_finished == support::noon + seconds{5});
    CHECK(record.date_expired == support::noon + seconds{5} + std::chrono::hours{24 * 28});
}

TEST_CASE("Worker writes the heading of an export without rows") {
    Workshop shop;
    shop.request();
    shop.work();
    CHECK(shop.file() == "number,name\r\n");
}

TEST_CASE("Worker makes the same file whatever the batch, the chunk and the page") {
    for (const std::size_t batch : {1U, 3U, 10U, 1000U}) {
        for (const std::size_t chunk : {1U, 50U, 100'000U}) {
            for (const std::size_t page : {0U, 1U, 7U}) {
                CAPTURE(batch);
                CAPTURE(chunk);
                CAPTURE(page);
                Workshop shop;
                shop.counting.rows = 40;
                shop.counting.short_page = page;
                shop.options.limits.batch_rows = batch;
                shop.options.limits.chunk_bytes = chunk;
                shop.request();
                shop.work();
                CHECK(shop.file() == counting_csv(40));
            }
        }
    }
}

TEST_CASE("Worker writes JSONL under the media type and name of JSONL") {
    Workshop shop;
    shop.counting.rows = 2;
    auto record = shop.record(5);
    record.format = ExportFormat::jsonl;
    shop.request(record);
    shop.work();
    CHECK(shop.file(5) == "{\"number\":1,\"name\":\"row 1\"}\n{\"number\":2,\"name\":\"row 2\"}\n");
    CHECK(shop.find(5).file->name == "Numbers_2020-July-21_5.jsonl");
}

TEST_CASE("Worker cuts an export at its limit and says so in record, manifest and message") {
    Workshop shop;
    shop.counting.rows = 30;
    auto record = shop.record();
    record.limit = 12;
    shop.request(record);
    shop.work();

    CHECK(shop.file() == counting_csv(12));
    const Warning cut{"row_limit", "The export was cut at its limit of 12 rows; more rows match.", 1};
    CHECK(shop.find().warnings == std::vector{cut});
    CHECK(shop.notifier.messages()[0].record.warnings == std::vector{cut});
    const auto receipt = shop.store.manifest(ExportId{27});
    REQUIRE(receipt.has_value());
    const auto parsed = parse_json(*receipt);
    CHECK(parsed->at("rows") == 12);
    CHECK(parsed->at("warnings").at(0).at("code") == "row_limit");
    CHECK(parsed->at("checksum").as_string() == shop.find().file->checksum);
    CHECK(parsed->at("columns").at(1).at("name") == "name");
}

TEST_CASE("Worker says nothing of a limit that the rows just reach") {
    Workshop shop;
    shop.counting.rows = 12;
    auto record = shop.record();
    record.limit = 12;
    shop.request(record);
    shop.work();
    CHECK(shop.file() == counting_csv(12));
    CHECK(shop.find().warnings.empty());
}

TEST_CASE("Worker cuts any export at the cap of all exports") {
    Workshop shop;
    shop.counting.rows = 30;
    shop.options.limits.max_rows = 20;
    shop.request();
    shop.work();
    CHECK(shop.file() == counting_csv(20));
    CHECK(shop.find().warnings.at(0).code == "row_limit");
}

TEST_CASE("Worker tries again after an error that may pass: later, with half the rows, from the last checkpoint") {
    Workshop shop;
    shop.counting.rows = 100;
    std::size_t failures = 0;
    shop.counting.before_fetch = [&](std::uint64_t given) -> Result<void> {
        if (given < 40 || failures == 3) return ok();
        ++failures;
        return Error{Errc::timed_out, "slow"};
    };
    shop.request();
    const std::array waits{seconds{30}, seconds{60}, seconds{120}};
    shop.work();
    for (const auto wait : waits) {
        CHECK(shop.status() == ExportStatus::early);
        shop.clock.advance(wait - seconds{1});
        shop.work();
        CHECK(shop.status() == ExportStatus::early);
        shop.clock.advance(seconds{1});
        shop.work();
    }
    CHECK(shop.status() == ExportStatus::valid);
    CHECK(shop.file() == counting_csv(100));
    CHECK(shop.notifier.messages().size() == 1);
    // Each attempt began with half of what failed before, and grew back as fetches succeeded.
    CHECK(std::find(shop.counting.asked.begin(), shop.counting.asked.end(), 5U) != shop.counting.asked.end());
}

TEST_CASE("Worker fails an export whose error does not pass, and keeps the record with the reason") {
    Workshop shop;
    shop.counting.rows = 100;
    shop.counting.before_fetch = [](std::uint64_t given) -> Result<void> {
        if (given == 0) return Error{Errc::out_of_memory, "engine: 9 GB"};
        return ok();
    };
    shop.request();
    for (int i = 0; i < 10; ++i) {
        shop.work();
        shop.clock.advance(seconds{300});
    }
    const auto record = shop.find();
    CHECK(record.status(shop.clock.now()) == ExportStatus::failed);
    REQUIRE(record.error.has_value());
    CHECK(record.error->code == Errc::out_of_memory);
    CHECK(record.error->detail.find("engine") == std::string::npos);
    CHECK(record.date_finished.has_value());
    CHECK(shop.counting.opened == 4);
    REQUIRE(shop.notifier.messages().size() == 1);
    CHECK(shop.notifier.messages()[0].outcome == Outcome::failure);
    CHECK(shop.counting.asked.back() >= 1);
}

TEST_CASE("Worker counts attempts anew when an attempt has stored rows") {
    Workshop shop;
    shop.counting.rows = 500;
    std::uint64_t failed_at = 0;
    shop.counting.before_fetch = [&](std::uint64_t given) -> Result<void> {
        // Fails once at every tenth row: 49 errors, far more than there are retries and claims without progress.
        if (given % 10 != 0 || given == 0 || given <= failed_at) return ok();
        failed_at = given;
        return Error{Errc::timed_out, ""};
    };
    shop.request();
    for (int i = 0; i < 100 && shop.status() == ExportStatus::early; ++i) {
        shop.work();
        shop.clock.advance(seconds{300});
    }
    CHECK(shop.status() == ExportStatus::valid);
    CHECK(shop.file() == counting_csv(500));
}

TEST_CASE("Worker never halves a batch to nothing") {
    Workshop shop;
    shop.options.limits.batch_rows = 1;
    shop.counting.rows = 5;
    std::size_t failures = 0;
    shop.counting.before_fetch = [&](std::uint64_t) -> Result<void> {
        if (++failures <= 3) return Error{Errc::timed_out, ""};
        return ok();
    };
    shop.request();
    for (int i = 0; i < 5; ++i) {
        shop.work();
        shop.clock.advance(seconds{300});
    }
    CHECK(shop.file() == counting_csv(5));
    CHECK(shop.find().rows == 5);
}

TEST_CASE("S30: what an exception of the host says does not reach the user") {
    Workshop shop;
    shop.counting.before_fetch = [](std::uint64_t) -> Result<void> {
        throw std::runtime_error("postgres://admin:secret@db/prod: SELECT * FROM users");
    };
    shop.counting.rows = 1;
    shop.request();
    for (int i = 0; i < 6; ++i) {
        shop.work();
        shop.clock.advance(seconds{300});
    }
    const auto record = shop.find();
    REQUIRE(record.error.has_value());
    CHECK(record.error->code == Errc::internal);
    CHECK(record.error->detail == "Internal processing failure");
}

TEST_CASE("Worker fails an export of a kind that is no longer there") {
    Workshop shop;
    auto record = shop.record();
    record.query_type = "Gone";
    shop.request(record);
    shop.work();
    CHECK(shop.status() == ExportStatus::failed);
    CHECK(shop.find().error->detail == "No processor found for this query type: Gone");
}

TEST_CASE("Worker ends an export whose source gives neither rows nor an end") {
    class Endless final : public RowSource {
        std::vector<Column> columns_{{"x", ColumnType::text}};

    public:
        std::span<const Column> columns() const override { return columns_; }
        Result<void> start(std::string_view) override { return ok(); }
        Result<Fetched> fetch(std::size_t, CellSink&) override { return Fetched{}; }
        std::string position() const override { return "here"; }
    };
    Workshop shop;
    ExportKind kind;
    kind.name = "Endless";
    kind.number = 7;
    kind.open = [](const ExportedData&) -> Result<std::unique_ptr<RowSource>> {
        return std::unique_ptr<RowSource>(std::make_unique<Endless>());
    };
    shop.kinds.add(kind);
    auto record = shop.record();
    record.query_type = "Endless";
    shop.request(record);
    shop.work();
    CHECK(shop.status() == ExportStatus::failed);
    CHECK(shop.find().error->code == Errc::query_failed);
}

TEST_CASE("Worker leaves an export that was deleted alone, and keeps none of its bytes") {
    Workshop shop;
    shop.counting.rows = 100;
    shop.counting.before_fetch = [&](std::uint64_t given) -> Result<void> {
        if (given == 50) CHECK(shop.store.remove(ExportId{27}).has_value());
        return ok();
    };
    shop.request();
    shop.work();
    CHECK(shop.store.find(ExportId{27}).error().code == Errc::not_found);
    CHECK(shop.files.size(ExportId{27}).error().code == Errc::not_found);
    CHECK(shop.notifier.messages().empty());
}

TEST_CASE("Worker that slept past its lease changes nothing; the next owner makes the file") {
    Workshop shop;
    shop.counting.rows = 60;
    bool taken_over = false;
    shop.counting.before_fetch = [&](std::uint64_t given) -> Result<void> {
        if (given >= 30 && !taken_over) {
            taken_over = true;
            shop.clock.advance(seconds{31});
            shop.work(); // another worker claims the export, and finishes it
            CHECK(shop.status() == ExportStatus::valid);
        }
        return ok();
    };
    shop.request();
    shop.work();
    CHECK(taken_over);
    CHECK(shop.status() == ExportStatus::valid);
    CHECK(shop.file() == counting_csv(60));
    CHECK(shop.notifier.messages().size() == 1);
}

TEST_CASE("Worker gives up an export whose workers vanish again and again") {
    Workshop shop;
    shop.options.retry.lost_leases = 5;
    shop.request();
    for (unsigned i = 0; i < 6; ++i) {
        const auto claim = shop.store.claim(shop.clock.now(), shop.clock.now() + seconds{30});
        REQUIRE(claim.has_value());
        REQUIRE(claim->has_value());
        shop.clock.advance(seconds{31});
    }
    shop.work();
    CHECK(shop.status() == ExportStatus::failed);
    CHECK(shop.find().error->code == Errc::attempts_exhausted);
}

TEST_CASE("Worker sends a message again when it could not be sent, and only until it was") {
    Workshop shop;
    shop.request();
    shop.notifier.fail_with(Error{Errc::unavailable, "no mail server"});
    shop.work();
    CHECK(shop.status() == ExportStatus::valid);
    CHECK(shop.notifier.messages().empty());
    shop.notifier.fail_with(std::nullopt);
    shop.work();
    CHECK(shop.notifier.messages().empty());
    shop.clock.advance(seconds{301});
    shop.work();
    CHECK(shop.notifier.messages().size() == 1);
    shop.clock.advance(seconds{3000});
    shop.work();
    CHECK(shop.notifier.messages().size() == 1);
}

TEST_CASE("Worker gives up a message that can never be sent") {
    Workshop shop;
    shop.request();
    shop.notifier.fail_with(Error{Errc::invalid_request, "no such address"});
    shop.work();
    shop.notifier.fail_with(std::nullopt);
    shop.clock.advance(seconds{301});
    shop.work();
    CHECK(shop.notifier.messages().empty());
}

TEST_CASE("Worker removes the bytes of expired exports and keeps their records") {
    Workshop shop;
    shop.counting.rows = 3;
    shop.request();
    shop.work();
    shop.clock.set(*shop.find().date_expired);
    shop.work();
    CHECK(shop.status() == ExportStatus::valid);
    CHECK(shop.files.size(ExportId{27}).has_value());
    shop.clock.advance(std::chrono::microseconds{1});
    shop.work();
    CHECK(shop.status() == ExportStatus::expired);
    CHECK(shop.files.size(ExportId{27}).error().code == Errc::not_found);
    CHECK_FALSE(shop.find().file.has_value());
}

TEST_CASE("Worker counts and measures under the reference's names") {
    Workshop shop;
    shop.counting.rows = 4;
    shop.request();
    shop.clock.advance(seconds{9});
    shop.work();
    const RecordingTelemetry::Labels labels{{"format", "csv"}, {"query_type", "Numbers"}, {"success", "true"}};
    std::vector<std::string> counted;
    for (const auto& entry : shop.telemetry.counted()) {
        counted.push_back(entry.metric);
        CHECK(entry.labels == labels);
    }
    CHECK(counted == std::vector<std::string>{"dataexport.start", "dataexport.end"});
    std::vector<std::pair<std::string, double>> observed;
    for (const auto& entry : shop.telemetry.observed()) {
        observed.emplace_back(entry.metric, entry.value);
    }
    const auto size = static_cast<double>(counting_csv(4).size());
    CHECK(observed == std::vector<std::pair<std::string, double>>{
                          {"dataexport.row_count", 4.0}, {"dataexport.file_size", size}, {"dataexport.duration", 9.0}});
}

TEST_CASE("R17: Worker::stop makes a checkpoint and gives the export back at once") {
    Workshop shop;
    shop.counting.rows = 1'000'000;
    std::atomic<bool> running{false};
    shop.counting.before_fetch = [&](std::uint64_t given) -> Result<void> {
        if (given >= 50) running = true;
        return ok();
    };
    shop.options.limits.chunk_bytes = 1'000'000'000;
    shop.options.threads = 1;
    shop.request();
    {
        SystemClock system;
        Worker worker(shop.ports(), shop.notifier, system, shop.options);
        worker.start();
        while (!running) {
            std::this_thread::yield();
        }
        worker.stop();
    }
    const auto record = shop.find();
    CHECK(record.state == ExportState::queued);
    CHECK(record.rows >= 50);
    shop.counting.rows = record.rows + 1; // the bound was fixed at the start: a million rows
    const auto claim = shop.store.claim(SystemClock{}.now(), SystemClock{}.now() + seconds{30});
    REQUIRE(claim.has_value());
    REQUIRE(claim->has_value());
    CHECK((*claim)->attempt == 1);
    CHECK((*claim)->checkpoint->rows == record.rows);
}

TEST_CASE("Worker in threads works through a queue, each export once") {
    Workshop shop;
    shop.counting.rows = 20;
    constexpr std::int64_t exports = 40;
    for (std::int64_t id = 1; id <= exports; ++id) {
        shop.request(id);
    }
    shop.options.threads = 4;
    // The threads share one Counting; give every one a kind of its own instead.
    shop.counting.before_fetch = [](std::uint64_t) { return ok(); };
    ExportKinds kinds;
    ExportKind kind = support::counting_kind(shop.counting);
    kind.open = [](const ExportedData&) -> Result<std::unique_ptr<RowSource>> {
        thread_local support::Counting counting;
        counting.rows = 20;
        return std::unique_ptr<RowSource>(std::make_unique<support::CountingSource>(counting));
    };
    kinds.add(kind);
    SystemClock system;
    Worker worker({shop.store, shop.files, kinds, shop.digest, shop.clock, shop.telemetry}, shop.notifier, system,
                  shop.options);
    worker.start();
    worker.wake();
    while (shop.notifier.messages().size() < exports) {
        std::this_thread::yield();
    }
    worker.stop();
    CHECK(shop.notifier.messages().size() == exports);
    for (std::int64_t id = 1; id <= exports; ++id) {
        CHECK(shop.file(id) == counting_csv(20));
    }
}

TEST_CASE("Worker waits longer after each message that could not be sent") {
    Workshop shop;
    shop.request();
    shop.notifier.fail_with(Error{Errc::unavailable, "no mail server"});
    std::vector<std::chrono::seconds> waits;
    for (int i = 0; i < 6; ++i) {
        shop.work();
        std::chrono::seconds waited{0};
        while (!shop.store.take_outbox(shop.clock.now(), shop.clock.now()).value()) {
            shop.clock.advance(seconds{1});
            ++waited;
        }
        waits.push_back(waited);
    }
    CHECK(waits.front() == seconds{30});
    CHECK(waits.back() == seconds{300});
    CHECK(std::is_sorted(waits.begin(), waits.end()));
}

TEST_CASE("R11: an export that is cancelled stops before its next batch, and its bytes go") {
    Workshop shop;
    shop.counting.rows = 1000;
    shop.counting.before_fetch = [&](std::uint64_t given) -> Result<void> {
        if (given == 50) CHECK(remove_export(shop.store, shop.files, ExportId{27}).has_value());
        return ok();
    };
    shop.options.limits.chunk_bytes = 100'000'000; // no checkpoint would have told
    shop.request();
    shop.work();
    CHECK(shop.counting.asked.size() <= 7);
    CHECK(shop.files.scan(std::nullopt, 10).value().empty());
    CHECK(shop.notifier.messages().empty());
}

TEST_CASE("R11: an export that is cancelled between publishing and finishing is gone, and nobody is told of it") {
    /// Tells the time for the first time when the file has been published.
    struct CancellingClock final : Clock {
        Workshop* shop = nullptr;
        [[nodiscard]] TimePoint now() const override {
            CHECK(shop->files.size(ExportId{27}).has_value());
            CHECK(remove_export(shop->store, shop->files, ExportId{27}).has_value());
            return shop->clock.now();
        }
    };
    Workshop shop;
    shop.counting.rows = 5;
    shop.request();
    CancellingClock clock;
    clock.shop = &shop;
    Worker worker({shop.store, shop.files, shop.kinds, shop.digest, clock, shop.telemetry}, shop.notifier, shop.clock,
                  shop.options);
    const auto worked = worker.run_once();
    REQUIRE(worked.has_value());
    CHECK(*worked);
    CHECK(shop.store.find(ExportId{27}).error().code == Errc::not_found);
    CHECK(shop.files.scan(std::nullopt, 10).value().empty());
    shop.work();
    CHECK(shop.notifier.messages().empty());
}

namespace {

/// What jane may do while these projects are hers.
AccessContext jane(std::vector<ProjectId> accessible) {
    AccessContext access;
    access.user = User{UserId{7}, "jane@example.com", "jane"};
    access.organization = Organization{{1}, "acme", {}, {{{11}, "backend"}, {{12}, "frontend"}}, {}};
    access.scopes = {"event:read"};
    access.accessible = std::move(accessible);
    return access;
}

} // namespace

TEST_CASE("R8: a worker that lost its lease leaves what it wrote to the one that continues") {
    Workshop shop;
    shop.counting.rows = 95;
    shop.request();
    const auto assembler = [&] {
        auto claim = shop.store.claim(shop.clock.now(), shop.clock.now() + shop.options.lease);
        return std::make_unique<DownloadAssembler>(shop.ports(), claim.value().value(), shop.options.limits);
    };
    const auto first = assembler();
    while (shop.find().rows == 0) {
        REQUIRE(first->step().has_value());
    }
    const auto rows = shop.find().rows;
    shop.clock.advance(seconds{31});

    const auto second = assembler();
    auto step = first->step();
    while (step) {
        step = first->step();
    }
    CHECK(step.error().code == Errc::lease_lost);
    first->abandon();

    do {
        step = second->step();
        REQUIRE(step.has_value());
        CHECK(shop.find().rows >= rows);
    } while (*step == DownloadAssembler::Step::more);
    CHECK(shop.file() == support::counting_csv(95));
}

TEST_CASE("S6: an export whose owner lost access while it waited fails at the claim, without a byte") {
    const auto outcome = [](const AccessLookup& access) {
        Workshop shop;
        shop.counting.rows = 5;
        shop.options.access = access;
        auto record = shop.record();
        record.projects = {{11}, {12}};
        shop.request(record);
        shop.work();
        if (shop.find().error) CHECK(shop.files.scan(std::nullopt, 10).value().empty());
        CHECK(shop.notifier.messages().size() == 1);
        return shop.find().error ? shop.find().error->code : Errc::unsupported;
    };
    std::string asked;
    CHECK(outcome([&](UserId user, std::string_view organization) {
              asked = std::to_string(user.value) + " in " + std::string(organization);
              return jane({{11}, {12}});
          }) == Errc::unsupported);
    CHECK(asked == "7 in 1");
    CHECK(outcome([](UserId, std::string_view) { return jane({{11}}); }) == Errc::permission_revoked);
    CHECK(outcome([](UserId, std::string_view) { return AccessContext{}; }) == Errc::permission_revoked);
    CHECK(outcome([](UserId, std::string_view) {
              auto access = jane({{11}, {12}});
              access.scopes.clear();
              return access;
          }) == Errc::permission_revoked);
    CHECK(outcome([](UserId, std::string_view) {
              auto access = jane({{11}, {12}});
              access.user->id = UserId{70};
              return access;
          }) == Errc::permission_revoked);
}

TEST_CASE("R20: a source that is refused access fails the export with that reason, never an empty file") {
    Workshop shop;
    shop.counting.rows = 5;
    shop.counting.before_fetch = [](std::uint64_t) -> Result<void> {
        return Error{Errc::permission_revoked, "the role was taken away"};
    };
    shop.request();
    shop.work();
    CHECK(shop.find().error->code == Errc::permission_revoked);
    CHECK(shop.find().error->detail == "You no longer have access to the data of this export.");
    CHECK(shop.files.size(ExportId{27}).error().code == Errc::not_found);
}
