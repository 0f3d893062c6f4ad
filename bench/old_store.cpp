#include "old_store.hpp"

#include "sqlite/database.hpp"

#include <dataexport/core/json.hpp>
#include <dataexport/sqlite/export_store.hpp>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace bench {

namespace {

using namespace dataexport;
using namespace std::chrono_literals;

constexpr std::uint64_t through_the_store = 1000;
/// Records are this far apart, so that a thousand are a day.
constexpr auto between_records = 86'400ms;
constexpr auto kept_for = std::chrono::hours{24 * 28};

void expect(bool done) {
    if (!done) throw std::runtime_error("the store to measure cannot be filled");
}

/// Spread like random ids, and different for different numbers.
ExportId id_of(std::uint64_t number) {
    constexpr std::uint64_t bits = (std::uint64_t{1} << 53) - 1;
    return ExportId{static_cast<std::int64_t>((number + 1) * 0x9E3779B97F4A7C15U & bits)};
}

TimePoint date_of(std::uint64_t number, std::uint64_t records) {
    return present() - static_cast<std::int64_t>(records - number) * between_records;
}

json::object query_of(std::uint64_t number) {
    return {{"field", {"title", "level", "tags[browser]", "count()", "p95(transaction.duration)"}},
            {"query", "level:error browser:Fire* !has:environment release:1." + std::to_string(number % 40)},
            {"sort", {"-count()", "level"}},
            {"start", "2020-05-01T00:00:00"},
            {"end", "2020-05-15T00:00:00"},
            {"project", {11, 12}},
            {"environment", {"production"}}};
}

const std::string manifest(400, 'm');

/// Ends the record that waits.
void end(ExportStore& store, const ExportedData& record, std::uint64_t number) {
    const TimePoint ended = record.date_added + 40s;
    const auto claim = store.claim(record.date_added, ended).value().value();
    expect(claim.record.id == record.id);
    const Checkpoint checkpoint{
        .cursor = "[1234]", .rows = 100, .bytes = 5000, .digest_state = std::string(110, 'd'), .warnings = {}};
    expect(store.checkpoint(record.id, claim.fence, checkpoint).has_value());
    if (number % 5 == 0) {
        const Error error{Errc::timed_out, "the database was interrupted"};
        expect(store.fail(record.id, claim.fence, error, ended).has_value());
    } else {
        const ExportedFile file{record.file_name(), 23'000, std::string(64, 'a')};
        const auto finished = store.finish(record.id, claim.fence, file, {}, manifest, ended, ended + kept_for);
        expect(finished.has_value());
    }
    const auto message = store.take_outbox(ended, ended).value().value();
    expect(store.mark_sent(message.id).has_value());
    if (number % 5 != 0 && number % 2 == 0) expect(store.mark_file_removed(record.id).has_value());
}

void create(ExportStore& store, const ExportedData& record, std::uint64_t number) {
    const auto idempotency_key = number % 10 == 0 ? "idempotent " + std::to_string(number) : "";
    expect(store.create_or_get(record, old_request_key(number), idempotency_key).value().is_new);
}

/// The columns of a table, and what a copy has in each; generated columns are not among them.
struct Columns {
    std::string names;
    std::string values;
};

Columns columns_of(sqlite::Database& database, const std::string& table,
                   const std::vector<std::pair<std::string, std::string>>& changed) {
    Columns columns;
    auto query = database.prepare("SELECT name FROM pragma_table_info('" + table + "')").value();
    while (query.step().value()) {
        const std::string name(query.text(0));
        const auto change =
            std::find_if(changed.begin(), changed.end(), [&](const auto& each) { return each.first == name; });
        columns.names += (columns.names.empty() ? "" : ", ") + name;
        columns.values += (columns.values.empty() ? "" : ", ") + (change == changed.end() ? name : change->second);
    }
    return columns;
}

/// Copies the rows of `from` that `condition` names as often as there are numbers in `copies`.
void copy_rows(sqlite::Database& database, const std::string& table, const std::string& condition,
               std::uint64_t at_most, const std::vector<std::pair<std::string, std::string>>& changed) {
    const auto columns = columns_of(database, table, changed);
    const std::string sql = "INSERT INTO " + table + " (" + columns.names + ") SELECT " + columns.values +
                            " FROM copies CROSS JOIN (SELECT * FROM " + table + " WHERE " + condition + ") LIMIT " +
                            std::to_string(at_most);
    expect(database.exec(sql.c_str()).has_value());
}

void copy_ended(const std::string& path, std::uint64_t at_most) {
    auto database = sqlite::Database::open(path, sqlite::OpenMode::read_write, 1s).value();
    const auto ended = database.integer("SELECT count(*) FROM exports WHERE state IN ('finished', 'failed')").value();
    const auto copies = at_most / static_cast<std::uint64_t>(ended) + 1;
    const auto stride = std::to_string((std::uint64_t{1} << 53) / (copies + 1));
    const auto earlier = " - number * " + std::to_string(std::chrono::microseconds(24h).count());
    const auto copied_id = [&](const std::string& id) {
        return "(" + id + " + number * " + stride + ") & 0x1FFFFFFFFFFFFF";
    };
    const auto while_kept = [](const std::string& column) { return "iif(number <= 28, " + column + ", NULL)"; };

    expect(database
               .exec(("PRAGMA cache_size=-1000000; PRAGMA synchronous=OFF; BEGIN;"
                      "CREATE TEMP TABLE copies AS WITH RECURSIVE counted (number) AS "
                      "(SELECT 1 UNION ALL SELECT number + 1 FROM counted WHERE number < " +
                      std::to_string(copies) +
                      ") SELECT number FROM counted;"
                      "CREATE TEMP TABLE originals AS SELECT id FROM exports WHERE state IN ('finished', 'failed')")
                         .c_str())
               .has_value());
    copy_rows(database, "exports", "id IN (SELECT id FROM originals)", at_most,
              {{"id", copied_id("id")},
               {"date_added", "date_added" + earlier},
               {"date_finished", "date_finished" + earlier},
               {"date_expired", "date_expired" + earlier},
               {"due", "due" + earlier},
               {"request_key", "request_key || ' ' || number"},
               {"idempotency_key", "idempotency_key || ' ' || number"},
               {"file_name", while_kept("file_name")},
               {"file_size", while_kept("file_size")},
               {"checksum", while_kept("checksum")}});
    copy_rows(database, "manifests", "export IN (SELECT id FROM originals)", at_most,
              {{"export", copied_id("export")}});
    expect(database
               .exec("DELETE FROM manifests WHERE export NOT IN (SELECT id FROM exports); COMMIT;"
                     "PRAGMA wal_checkpoint(TRUNCATE)")
               .has_value());
}

} // namespace

TimePoint present() { return TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 5 / 19)); }

ExportedData old_record(std::uint64_t number) {
    ExportedData record;
    record.id = id_of(number);
    const bool busy = number % 2 == 0;
    record.organization = busy ? busy_organization : OrganizationId{static_cast<std::int64_t>(2 + number % 7)};
    record.organization_slug = "acme-" + std::to_string(record.organization.value);
    const auto user = number % 3 == 0 ? busy_user : UserId{static_cast<std::int64_t>(200 + number % 50)};
    record.user =
        User{user, "user" + std::to_string(user.value) + "@example.com", "user " + std::to_string(user.value)};
    record.query_type = "Discover";
    record.query_info = query_of(number);
    record.limit = 10'000'000;
    record.environment = "production";
    record.projects = {ProjectId{11}, ProjectId{12}};
    return record;
}

std::string old_request_key(std::uint64_t number) {
    return "request " + std::string(56, 'k') + ' ' + std::to_string(number);
}

std::uint64_t waiting_of(std::uint64_t records) { return std::min<std::uint64_t>(records / 4, 300); }
std::uint64_t running_of(std::uint64_t records) { return std::min<std::uint64_t>(records / 20, 8); }

void fill(ExportStore& store, std::uint64_t records) {
    const auto waiting = waiting_of(records);
    const auto running = running_of(records);
    for (std::uint64_t number = 0; number < records; ++number) {
        auto record = old_record(number);
        record.date_added = date_of(number, records);
        create(store, record, number);
        if (number < records - waiting - running) {
            end(store, record, number);
        } else if (number < records - waiting) {
            expect(store.claim(record.date_added, present() + 24h).value().has_value());
        }
    }
}

void fill_sqlite_file(const std::string& path, std::uint64_t records) {
    const auto first = std::min(records, through_the_store);
    fill(*open_sqlite_export_store({.path = path, .synchronous_full = false}).value(), first);
    if (records > first) copy_ended(path, records - first);
}

} // namespace bench
