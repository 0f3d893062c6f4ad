#include <dataexport/sqlite/export_store.hpp>

#include "filesystem/temporary_folder.hpp"
#include "sqlite/database.hpp"
#include "sqlite/export_schema_1.hpp"
#include "sqlite/export_schema_2.hpp"
#include "sqlite/export_sql.hpp"
#include "sqlite/migration.hpp"

#include <dataexport/testing/check_export_store.hpp>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <thread>

using namespace dataexport;
using testing::export_store_check::at;
using testing::export_store_check::record;

namespace {

struct StoreFile {
    TemporaryFolder folder;
    std::string path = (folder.path() / "exports.db").string();

    [[nodiscard]] Result<std::unique_ptr<ExportStore>> open() const {
        return open_sqlite_export_store({.path = path, .synchronous_full = false});
    }
    /// What an operator or an attacker does to the file behind the store's back.
    void change(const std::string& sql) const {
        auto database = sqlite::Database::open(path, sqlite::OpenMode::read_write, std::chrono::seconds(5)).value();
        const auto changed = database.exec(sql.c_str());
        REQUIRE(changed.has_value());
    }
    [[nodiscard]] std::int64_t ask(const char* sql) const {
        auto database = sqlite::Database::open(path, sqlite::OpenMode::read_only, std::chrono::seconds(5)).value();
        return database.integer(sql).value();
    }
    /// How SQLite answers a statement, step by step.
    [[nodiscard]] std::vector<std::string> plan_of(const char* sql) const {
        auto database = sqlite::Database::open(path, sqlite::OpenMode::read_only, std::chrono::seconds(5)).value();
        auto explain = database.prepare(std::string("EXPLAIN QUERY PLAN ") + sql).value();
        std::vector<std::string> steps;
        while (explain.step().value()) {
            steps.emplace_back(explain.text(3));
        }
        return steps;
    }
};

/// Claims and finishes until nothing is left. @return how many it finished, or -1 after an error.
int finish_all(ExportStore& store) {
    for (int finished = 0;; ++finished) {
        const auto claim = store.claim(at(1000), at(1060));
        if (!claim) return -1;
        if (!*claim) return finished;
        const auto& [record, fence, checkpoint, attempt, batch_rows] = **claim;
        const auto ended = store.finish(record.id, fence, testing::export_store_check::file(), {}, "{}", at(2), at(3));
        if (!ended || attempt != 1) return -1;
    }
}

/// Runs `work` in a child process, which ends with what it returns as exit status.
template <class Work>
pid_t in_child(Work work) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(work());
    return child;
}

int exit_status(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

TEST_CASE("R18: four processes on one file finish 200 exports once each, and none finds it busy") {
    const StoreFile file;
    constexpr int exports = 200;
    {
        const auto store = file.open().value();
        for (int id = 1; id <= exports; ++id) {
            REQUIRE(store->create_or_get(record(id), std::to_string(id)).has_value());
        }
    }
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
        children.push_back(in_child([&] {
            const auto store = file.open();
            const int finished = store ? finish_all(**store) : -1;
            return finished < 0 ? 255 : finished;
        }));
    }
    int finished = 0;
    for (const pid_t child : children) {
        const int status = exit_status(child);
        CHECK(status != 255);
        finished += status;
    }
    CHECK(finished == exports);
    CHECK(file.ask("SELECT count(*) FROM outbox") == exports);
    CHECK(file.ask("SELECT fence FROM last_fence") == exports);
    CHECK(file.ask("SELECT count(*) FROM exports WHERE state = 'finished'") == exports);
}

TEST_CASE("open_sqlite_export_store may be called by several processes at once for a new file") {
    const StoreFile file;
    std::vector<pid_t> children;
    for (int i = 0; i < 6; ++i) {
        children.push_back(in_child([&, i] {
            const auto store = file.open();
            return store && (*store)->create_or_get(record(1 + i), "same key").has_value() ? 0 : 1;
        }));
    }
    for (const pid_t child : children) {
        CHECK(exit_status(child) == 0);
    }
    CHECK(file.ask("SELECT count(*) FROM exports") == 1);
}

TEST_CASE("the export store in SQLite still has everything after it was closed") {
    const StoreFile file;
    REQUIRE(file.open().value()->create_or_get(record(1), "key").has_value());
    const auto claim = file.open().value()->claim(at(1000), at(1060));
    REQUIRE(claim.value().has_value());
    const auto checkpoint = testing::export_store_check::checkpoint(5, 50);
    REQUIRE(file.open().value()->checkpoint(ExportId{1}, (*claim)->fence, checkpoint).has_value());
    const auto again = file.open().value()->claim(at(1061), at(1100));
    REQUIRE(again.value().has_value());
    CHECK((*again)->checkpoint == checkpoint);
    CHECK((*again)->record.rows == 5);
}

TEST_CASE("S41: the database, its log and its index can be read by their owner alone") {
    const StoreFile file;
    const mode_t before = ::umask(0);
    const auto store = file.open();
    ::umask(before);
    REQUIRE(store.has_value());
    REQUIRE((*store)->create_or_get(record(1), "key").has_value());
    for (const char* suffix : {"", "-wal", "-shm"}) {
        CAPTURE(suffix);
        struct stat status {};
        REQUIRE(::stat((file.path + suffix).c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
    }
}

TEST_CASE("open_sqlite_export_store refuses what cannot be its file") {
    const StoreFile file;
    const auto refused = [](const std::string& path) {
        const auto store = open_sqlite_export_store({.path = path});
        REQUIRE(!store.has_value());
        CHECK(store.error().detail.find(path.empty() ? "no such text" : path) == std::string::npos);
        return store.error().code;
    };
    CHECK(refused("") == Errc::invalid_configuration);
    CHECK(refused(":memory:") == Errc::invalid_configuration);
    CHECK(refused(file.folder.path().string()) == Errc::unavailable);
    CHECK(refused((file.folder.path() / "nowhere" / "exports.db").string()) == Errc::unavailable);
    std::ofstream(file.path) << std::string(4096, 'x');
    CHECK(refused(file.path) == Errc::corrupt);
}

TEST_CASE("open_sqlite_export_store makes the schema in an empty file and marks its version") {
    const StoreFile file;
    std::ofstream(file.path).close();
    REQUIRE(file.open().has_value());
    CHECK(file.ask("PRAGMA user_version") == std::int64_t{sqlite::export_sql::migrations.size()});
    CHECK(file.ask("PRAGMA foreign_key_check") == 0);
    REQUIRE(file.open().has_value());
}

TEST_CASE("open_sqlite_export_store refuses a file of a newer version and leaves it as it is") {
    const StoreFile file;
    REQUIRE(file.open().value()->create_or_get(record(1), "key").has_value());
    file.change("PRAGMA user_version=1000");
    const auto store = file.open();
    REQUIRE(!store.has_value());
    CHECK(store.error().code == Errc::unsupported_version);
    CHECK(file.ask("SELECT count(*) FROM exports") == 1);
    CHECK(file.ask("PRAGMA user_version") == 1000);
}

TEST_CASE("migrate takes the steps that a file lacks, each as a whole") {
    const StoreFile file;
    auto database = sqlite::Database::open(file.path, sqlite::OpenMode::create, std::chrono::seconds(5)).value();
    const char* first = "CREATE TABLE t (a INTEGER)";
    const char* second = "ALTER TABLE t ADD COLUMN b INTEGER DEFAULT 5; INSERT INTO t (a) VALUES (1)";
    const char* broken = "INSERT INTO t (a) VALUES (2); INSERT INTO nowhere VALUES (3)";

    REQUIRE(sqlite::migrate(database, std::array{first}).has_value());
    CHECK(database.integer("PRAGMA user_version").value() == 1);
    REQUIRE(sqlite::migrate(database, std::array{first, second}).has_value());
    CHECK(database.integer("PRAGMA user_version").value() == 2);
    CHECK(database.integer("SELECT b FROM t").value() == 5);

    CHECK(sqlite::migrate(database, std::array{first, second, broken}).error().code == Errc::query_failed);
    CHECK(database.integer("PRAGMA user_version").value() == 2);
    CHECK(database.integer("SELECT count(*) FROM t").value() == 1);
    CHECK(sqlite::migrate(database, std::array{first}).error().code == Errc::unsupported_version);
}

TEST_CASE("S25: a record that other hands have changed is corrupt, never trusted") {
    for (const std::string change : {"query_info = '{\"a\":'",
                                     "query_info = '[]'",
                                     "query_info = ''",
                                     "dialect = '7'",
                                     "projects = '{}'",
                                     "projects = '[\"../x\"]'",
                                     "warnings = '[{}]'",
                                     "state = 'asleep'",
                                     "format = 'xlsx'",
                                     "compression = 'gz'",
                                     "rows = -1",
                                     "bytes = -1",
                                     "row_limit = -5",
                                     "date_added = 9223372036854775807",
                                     "date_finished = -9223372036854775808",
                                     "date_finished = NULL",
                                     "date_expired = NULL",
                                     "user_email = NULL",
                                     "user = NULL",
                                     "file_size = NULL",
                                     "file_size = -1",
                                     "checksum = '../../etc/passwd'",
                                     "checksum = NULL",
                                     "error_code = 'busy'",
                                     "error_code = 'busy', error_detail = 'x'"}) {
        CAPTURE(change);
        const StoreFile file;
        const auto store = file.open().value();
        for (const int id : {1, 2}) {
            REQUIRE(store->create_or_get(record(id), std::to_string(id)).has_value());
        }
        REQUIRE(finish_all(*store) == 2);
        REQUIRE(store->find(ExportId{1}).has_value());
        file.change("UPDATE exports SET " + change + " WHERE id = 1");
        const auto found = store->find(ExportId{1});
        REQUIRE(!found.has_value());
        CHECK(found.error() == Error{Errc::corrupt, "the record of this export is damaged"});
        CHECK(store->find(ExportId{2}).has_value());
    }
}

TEST_CASE("S25: text in a typed column is corrupt, even where the schema was changed to allow it") {
    const StoreFile file;
    REQUIRE(file.open().value()->create_or_get(record(1), "key").has_value());
    file.change("PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') "
                "WHERE name = 'exports'; DROP TRIGGER stock_changes");
    for (const char* column : {"organization", "date_added", "rows", "bytes", "row_limit", "user"}) {
        CAPTURE(column);
        file.change(std::string("UPDATE exports SET ") + column + " = '../x' WHERE id = 1");
        const auto found = file.open().value()->find(ExportId{1});
        REQUIRE(!found.has_value());
        CHECK(found.error().code == Errc::corrupt);
        file.change(std::string("UPDATE exports SET ") + column + " = 1 WHERE id = 1");
        CHECK(file.open().value()->find(ExportId{1}).has_value());
    }
}

TEST_CASE("ExportStore::claim fails a record that cannot be read and goes on with the next") {
    const StoreFile file;
    const auto store = file.open().value();
    for (const int id : {1, 2, 3}) {
        REQUIRE(store->create_or_get(record(id), std::to_string(id)).has_value());
    }
    file.change("UPDATE exports SET query_info = 'x' WHERE id = 1");
    file.change("INSERT INTO checkpoints VALUES (2, x'00', -1, 0, x'00', 0, '[]', 0, 0)");
    const auto claim = store->claim(at(1000), at(1060));
    REQUIRE(claim.value().has_value());
    CHECK((*claim)->record.id == ExportId{3});
    const auto unreadable = store->find(ExportId{2});
    REQUIRE(unreadable.has_value());
    CHECK(unreadable->state == ExportState::failed);
    CHECK(unreadable->error.value().code == Errc::corrupt);
    CHECK(unreadable->date_finished == at(1000));
    CHECK(!store->claim(at(1000), at(1060)).value().has_value());
    CHECK(!store->take_outbox(at(9000), at(9001)).value().has_value());
}

TEST_CASE("ExportStore::claim says corrupt when an index names a record that is not there") {
    const StoreFile file;
    REQUIRE(file.open().value()->create_or_get(record(1), "1").has_value());
    // The record goes while the database knows of no index that it would have to go from.
    const std::string indexes = " FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'exports'";
    file.change("PRAGMA writable_schema=ON; CREATE TABLE kept AS SELECT *" + indexes + "; DELETE" + indexes);
    file.change("DELETE FROM exports; PRAGMA writable_schema=ON; INSERT INTO sqlite_schema SELECT * FROM kept");
    CHECK(file.open().value()->claim(at(1000), at(1060)).error() ==
          Error{Errc::corrupt, "the indexes of the database are damaged"});
}

TEST_CASE("ExportStore::take_outbox drops a message whose record cannot be read and goes on with the next") {
    const StoreFile file;
    const auto store = file.open().value();
    for (const int id : {1, 2, 3}) {
        REQUIRE(store->create_or_get(record(id), std::to_string(id)).has_value());
    }
    REQUIRE(finish_all(*store) == 3);
    file.change("UPDATE exports SET projects = 'x' WHERE id = 1; UPDATE outbox SET outcome = 'maybe' WHERE export = 2");
    const auto entry = store->take_outbox(at(9000), at(9001));
    REQUIRE(entry.value().has_value());
    CHECK((*entry)->record.id == ExportId{3});
    CHECK(file.ask("SELECT count(*) FROM outbox") == 1);
}

TEST_CASE("the cost of a call does not grow with the number of exports: every statement is answered by an index") {
    const StoreFile file;
    REQUIRE(file.open().has_value());
    for (const char* sql : sqlite::export_sql::all) {
        for (const auto& step : file.plan_of(sql)) {
            CAPTURE(step);
            CHECK(!step.starts_with("SCAN"));
            CHECK(step.find("TEMP B-TREE") == std::string::npos);
        }
    }
}

TEST_CASE("each question of a worker, of a list and of housekeeping has an index of its own") {
    const StoreFile file;
    REQUIRE(file.open().has_value());
    namespace sql = sqlite::export_sql;
    const std::string of_users_at_their_limit =
        "SEARCH exports USING COVERING INDEX exports_leased (organization=? AND lease_until>?)";
    const std::pair<const char*, std::vector<std::string>> plans[] = {
        {sql::find, {"SEARCH exports USING INTEGER PRIMARY KEY (rowid=?)"}},
        {sql::check_claim, {"SEARCH exports USING INTEGER PRIMARY KEY (rowid=?)"}},
        {sql::renew, {"SEARCH exports USING INTEGER PRIMARY KEY (rowid=?)"}},
        {sql::scan, {"SEARCH exports USING INTEGER PRIMARY KEY (rowid>?)"}},
        {sql::scan_of_user,
         {"SEARCH exports USING INTEGER PRIMARY KEY (rowid=?)", "LIST SUBQUERY 1",
          "SEARCH exports USING COVERING INDEX exports_of_user (user=?)"}},
        {sql::find_live, {"SEARCH exports USING INDEX exports_live (request_key=?)"}},
        {sql::find_idempotent, {"SEARCH exports USING INDEX exports_idempotent (idempotency_key=?)"}},
        {sql::live_of_user, {"SEARCH stock USING PRIMARY KEY (organization=? AND user=? AND state=?)"}},
        {sql::live_of_organization, {"SEARCH stock USING PRIMARY KEY (organization=?)"}},
        {sql::bytes_of_organization, {"SEARCH stock USING PRIMARY KEY (organization=?)"}},
        {sql::usage, {"SEARCH stock USING PRIMARY KEY (organization=?)"}},
        {sql::usage_of_all, {"SCAN stock"}},
        {sql::turns,
         {"CO-ROUTINE live",
          "SETUP",
          "CO-ROUTINE (subquery-2)",
          "COMPOUND QUERY",
          "LEFT-MOST SUBQUERY",
          "SEARCH exports USING COVERING INDEX exports_queued",
          "UNION ALL",
          "SEARCH exports USING COVERING INDEX exports_leased",
          "SEARCH (subquery-2)",
          "RECURSIVE STEP",
          "SCAN live",
          "CORRELATED SCALAR SUBQUERY 6",
          "CO-ROUTINE (subquery-5)",
          "COMPOUND QUERY",
          "LEFT-MOST SUBQUERY",
          "SEARCH exports USING COVERING INDEX exports_queued (organization>?)",
          "UNION ALL",
          "SEARCH exports USING COVERING INDEX exports_leased (organization>?)",
          "SEARCH (subquery-5)",
          "SCAN live",
          "SEARCH turns USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN",
          "USE TEMP B-TREE FOR ORDER BY"}},
        {sql::running, {of_users_at_their_limit}},
        {sql::next_queued,
         {"SEARCH exports USING COVERING INDEX exports_queued (organization=? AND due<?)", "LIST SUBQUERY 1",
          of_users_at_their_limit, "USE TEMP B-TREE FOR GROUP BY"}},
        {sql::next_lost,
         {"SEARCH exports USING COVERING INDEX exports_leased (organization=? AND lease_until<?)", "LIST SUBQUERY 1",
          of_users_at_their_limit, "USE TEMP B-TREE FOR GROUP BY"}},
        {sql::due_for_expiry, {"SEARCH exports USING INDEX exports_expiring (date_expired<?)"}},
        {sql::ended_before, {"SEARCH exports USING INDEX exports_ended (<expr><?)"}},
        {sql::next_message, {"SEARCH outbox USING INDEX outbox_due (due<?)"}},
        {sql::drop_messages, {"SEARCH outbox USING INDEX sqlite_autoindex_outbox_1 (export=?)"}},
        {sql::list_older,
         {"SEARCH exports USING INDEX exports_of_organization (organization=? AND (date_added,list_id)<(?,?))"}},
        {sql::list_newer,
         {"SEARCH exports USING INDEX exports_of_organization (organization=? AND (date_added,list_id)>(?,?))"}},
        {sql::list_older_of_user,
         {"SEARCH exports USING INDEX exports_of_user (user=? AND organization=? AND (date_added,list_id)<(?,?))"}},
        {sql::list_newer_of_user,
         {"SEARCH exports USING INDEX exports_of_user (user=? AND organization=? AND (date_added,list_id)>(?,?))"}},
        {sql::count, {"SEARCH stock USING PRIMARY KEY (organization=?)"}},
        {sql::count_of_user, {"SEARCH stock USING PRIMARY KEY (organization=? AND user=?)"}},
    };
    for (const auto& [statement, plan] : plans) {
        CHECK(file.plan_of(statement) == plan);
    }
}

TEST_CASE("50 threads on five connections create no more exports than the quota of an organization") {
    const StoreFile file;
    std::vector<std::unique_ptr<ExportStore>> stores;
    for (int i = 0; i < 5; ++i) {
        stores.push_back(file.open().value());
    }
    std::atomic<int> created = 0;
    std::atomic<int> refused = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 50; ++i) {
        threads.emplace_back([&, i] {
            const auto result = stores[static_cast<std::size_t>(i) % stores.size()]->create_or_get(
                record(1 + i), std::to_string(i), {}, {.live_of_organization = 10});
            if (result) ++created;
            if (!result && result.error().code == Errc::rate_limited) ++refused;
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(created == 10);
    CHECK(refused == 40);
    CHECK(file.ask("SELECT count(*) FROM exports") == 10);
}

TEST_CASE("four processes claim no more exports than may run, and none twice") {
    const StoreFile file;
    constexpr int organizations = 3;
    {
        const auto store = file.open().value();
        for (int id = 1; id <= 60; ++id) {
            auto queued = record(id);
            queued.organization = OrganizationId{id % organizations};
            queued.user->id = UserId{id % 6};
            REQUIRE(store->create_or_get(queued, std::to_string(id)).has_value());
        }
    }
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
        children.push_back(in_child([&] {
            const auto store = file.open();
            for (int claimed = 0;; ++claimed) {
                const auto claim = store ? (*store)->claim(at(1000), at(1060), {.of_user = 3, .of_organization = 5})
                                         : Result<std::optional<Claim>>(store.error());
                if (!claim) return 255;
                if (!*claim) return claimed;
            }
        }));
    }
    int claimed = 0;
    for (const pid_t child : children) {
        const int status = exit_status(child);
        CHECK(status != 255);
        claimed += status;
    }
    CHECK(claimed == organizations * 5);
    CHECK(file.ask("SELECT count(*) FROM exports WHERE state = 'running'") == claimed);
    CHECK(file.ask("SELECT fence FROM last_fence") == claimed);
    CHECK(file.ask("SELECT max(n) FROM (SELECT count(*) AS n FROM exports WHERE state = 'running' "
                   "GROUP BY organization, user)") == 3);
}

TEST_CASE("ExportStore::scan passes over a record that cannot be read, and does not end there") {
    const StoreFile file;
    const auto store = file.open().value();
    for (const int id : {1, 2, 3, 4}) {
        REQUIRE(store->create_or_get(record(id), std::to_string(id)).has_value());
    }
    file.change("UPDATE exports SET query_info = 'x' WHERE id IN (2, 3)");
    using testing::export_store_check::ids_of;
    CHECK(ids_of(store->scan({.count = 2})) == std::vector<std::int64_t>{1, 4});
    CHECK(ids_of(store->scan({.after = ExportId{1}, .user = UserId{7}, .count = 1})) == std::vector<std::int64_t>{4});
}

TEST_CASE("S25: sizes that other hands have made negative do not count, and lock nobody out") {
    const StoreFile file;
    const auto store = file.open().value();
    REQUIRE(store->create_or_get(record(1), "1").has_value());
    file.change("UPDATE exports SET bytes = -1");
    CHECK(store->usage(OrganizationId{1}).value() == Usage{.queued = 1});
    CHECK(store->create_or_get(record(2), "2", {}, {.bytes_of_organization = 1}).has_value());
}

TEST_CASE("the stock counts every export once, in its state, with its bytes, whatever becomes of it") {
    const StoreFile file;
    const auto store = file.open().value();
    const auto check_stock = [&] {
        const std::string counted = "SELECT organization, ifnull(user, ''), state, count(*), sum(stored_bytes) "
                                    "FROM exports GROUP BY 1, 2, 3";
        const std::string kept = "SELECT * FROM stock WHERE exports != 0 OR bytes != 0";
        CHECK(file.ask(("SELECT count(*) FROM (" + counted + " EXCEPT " + kept + ")").c_str()) == 0);
        CHECK(file.ask(("SELECT count(*) FROM (" + kept + " EXCEPT " + counted + ")").c_str()) == 0);
    };
    for (const int id : {1, 2, 3, 4, 5, 6}) {
        auto added = record(id);
        if (id % 3 == 0) added.user.reset();
        if (id == 4) added.organization = OrganizationId{2};
        REQUIRE(store->create_or_get(added, std::to_string(id)).has_value());
        check_stock();
    }
    const auto claim = [&] { return store->claim(at(1000), at(1060)).value().value(); };
    const auto finished = claim();
    const Checkpoint half{.cursor = "c", .rows = 5, .bytes = 500, .text = 500, .digest_state = "d", .warnings = {}};
    REQUIRE(store->checkpoint(finished.record.id, finished.fence, half).has_value());
    check_stock();
    REQUIRE(
        store->finish(finished.record.id, finished.fence, testing::export_store_check::file(), {}, "{}", at(10), at(20))
            .has_value());
    check_stock();
    const auto failed = claim();
    REQUIRE(store->checkpoint(failed.record.id, failed.fence, half).has_value());
    REQUIRE(store->fail(failed.record.id, failed.fence, {Errc::busy, "x"}, at(10)).has_value());
    check_stock();
    REQUIRE(store->retry(failed.record.id, at(11)).has_value());
    check_stock();
    const auto postponed = claim();
    REQUIRE(store->postpone(postponed.record.id, postponed.fence, at(2000), 10).has_value());
    check_stock();
    const auto released = claim();
    REQUIRE(store->release(released.record.id, released.fence).has_value());
    check_stock();
    REQUIRE(store->invalidate(finished.record.id, {Errc::corrupt, "x"}).has_value());
    check_stock();
    file.change("UPDATE exports SET organization = 3, user = 8 WHERE id IN (2, 4)");
    check_stock();
    for (const auto& each : store->scan({}).value()) {
        REQUIRE(store->remove(each.id).has_value());
        check_stock();
    }
    CHECK(store->usage(std::nullopt).value() == Usage{});
}

TEST_CASE("ExportStore::invalidate says corrupt for a record that cannot be read") {
    const StoreFile file;
    const auto store = file.open().value();
    REQUIRE(store->create_or_get(record(1), "1").has_value());
    file.change("UPDATE exports SET query_info = 'x'");
    CHECK(store->invalidate(ExportId{1}, {Errc::corrupt, "lost"}).error().code == Errc::corrupt);
}

namespace {

/// A file as version 1 of the library left it: 1 is queued, 2 runs, 3 has finished, 4 has failed, 5 lost its lease.
/// Each was added at the second of its id.
void make_version_1(const StoreFile& file) {
    { sqlite::Database::open(file.path, sqlite::OpenMode::create, std::chrono::seconds(5)).value(); }
    file.change(export_schema_1);
    file.change(R"sql(PRAGMA user_version=1;
INSERT INTO exports (id, organization, organization_slug, user, user_email, username, date_added, query_type,
    query_info, format, dialect, row_limit, environment, projects, state, rows, bytes, warnings, request_key, due)
SELECT value, 1, 'acme', 7, 'jane@example.com', 'jane', 1589846400000000 + value * 1000000, 'Discover',
    '{"field":["id"]}', 'csv', '{}', 10, 'production', '[11]', 'queued', 0, 0, '[]', 'key ' || value,
    1589846400000000 + value * 1000000 FROM json_each('[1,2,3,4,5]');
UPDATE exports SET fence = id, attempts = 1 WHERE id > 1;
UPDATE exports SET state = 'running', rows = 5, bytes = 50, lease_until = 1589846400000000 + 9000000000 WHERE id = 2;
UPDATE exports SET state = 'running', lease_until = 1589846400000000 + 6000000 WHERE id = 5;
UPDATE exports SET state = 'finished', rows = 9, bytes = 90, file_name = 'a.csv', file_size = 90,
    checksum = '0000000000000000000000000000000000000000000000000000000000000000',
    date_finished = 1589846500000000, date_expired = 1589846600000000, idempotency_key = 'once' WHERE id = 3;
UPDATE exports SET state = 'failed', error_code = 'busy', error_detail = 'Busy.', date_finished = 1589846500000000
    WHERE id = 4;
INSERT INTO checkpoints VALUES (2, x'61', 5, 50, x'62', 0, '[]');
INSERT INTO manifests VALUES (3, '{"rows":9}');
INSERT INTO outbox (export, outcome, due) VALUES (3, 'success', 1589846500000000);
UPDATE last_fence SET fence = 5;
)sql");
}

} // namespace

TEST_CASE("open_sqlite_export_store brings a file of version 1 up to date with all that is under way in it") {
    const StoreFile file;
    make_version_1(file);
    const auto store = file.open().value();
    CHECK(file.ask("PRAGMA user_version") == std::int64_t{sqlite::export_sql::migrations.size()});
    CHECK(file.ask("PRAGMA foreign_key_check") == 0);

    using testing::export_store_check::ids_of;
    CHECK(ids_of(store->scan({})) == std::vector<std::int64_t>{1, 2, 3, 4, 5});
    CHECK(store->usage(OrganizationId{1}).value() ==
          Usage{.queued = 1, .running = 2, .finished = 1, .failed = 1, .bytes = 140});
    CHECK(store->create_or_get(record(9), "key 9", {}, {.live_of_user = 3}).error().code == Errc::rate_limited);
    CHECK(store->create_or_get(record(9), "key 9", "once").value().record.id == ExportId{3});
    CHECK(store->manifest(ExportId{3}).value() == R"({"rows":9})");
    CHECK(store->take_outbox(at(1000), at(1060)).value().value().record.id == ExportId{3});
    CHECK(store->ended_before(at(1000), 9).value() == std::vector{ExportId{4}, ExportId{3}});

    REQUIRE(store->check_claim(ExportId{2}, FencingToken{2}).has_value());
    REQUIRE(store->finish(ExportId{2}, FencingToken{2}, testing::export_store_check::file(), {}, "{}", at(10), at(20))
                .has_value());
    const auto queued = store->claim(at(1000), at(1060)).value().value();
    CHECK(queued.record.id == ExportId{1});
    CHECK(queued.fence == FencingToken{6});
    const auto lost = store->claim(at(1000), at(1060)).value().value();
    CHECK(lost.record.id == ExportId{5});
    CHECK(lost.attempt == 2);
}

TEST_CASE("open_sqlite_export_store brings a file of version 2 up to date: what is in it is not compressed") {
    const StoreFile file;
    make_version_1(file);
    file.change(export_schema_2);
    file.change("PRAGMA user_version=2");
    const auto store = file.open().value();
    CHECK(file.ask("PRAGMA user_version") == std::int64_t{sqlite::export_sql::migrations.size()});
    const auto records = store->scan({}).value();
    REQUIRE(records.size() == 5);
    for (const auto& record : records) {
        CHECK(record.compression == Compression::none);
    }
    REQUIRE(store->release(ExportId{2}, FencingToken{2}).has_value());
    REQUIRE(store->claim(at(1000), at(1060)).value().value().record.id == ExportId{1});
    const auto claim = store->claim(at(1000), at(1060)).value().value();
    REQUIRE(claim.record.id == ExportId{2});
    CHECK(claim.checkpoint ==
          Checkpoint{.cursor = "a", .rows = 5, .bytes = 50, .text = 50, .digest_state = "b", .warnings = {}});
}

TEST_CASE("a file of version 1 may be opened by several processes at once") {
    const StoreFile file;
    make_version_1(file);
    std::vector<pid_t> children;
    for (int i = 0; i < 6; ++i) {
        children.push_back(in_child([&] {
            const auto store = file.open();
            const auto claim = store ? (*store)->claim(at(5), at(60)) : Result<std::optional<Claim>>(store.error());
            return !claim ? 255 : claim->has_value() ? 1 : 0;
        }));
    }
    int claimed = 0;
    for (const pid_t child : children) {
        claimed += exit_status(child);
    }
    CHECK(claimed == 1);
    CHECK(file.ask("PRAGMA user_version") == std::int64_t{sqlite::export_sql::migrations.size()});
}

TEST_CASE("the steps of the schema are what earlier versions of the library took") {
    CHECK(std::string_view(sqlite::export_sql::migrations[0]) == export_schema_1);
    CHECK(std::string_view(sqlite::export_sql::migrations[1]) == export_schema_2);
}
