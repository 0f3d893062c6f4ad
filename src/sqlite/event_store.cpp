#include "sqlite/aggregates.hpp"
#include "sqlite/database.hpp"
#include "sqlite/event_schema.hpp"
#include "sqlite/table_keyset_source.hpp"

#include <dataexport/sql/event_compiler.hpp>
#include <dataexport/sqlite/event_store.hpp>

#include <mutex>
#include <string_view>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

namespace {

/// A connection that knows the aggregates of event queries.
Result<Database> open_reader(const SqliteEventStoreOptions& options) {
    auto database = Database::open(options.path, OpenMode::read_only, options.busy_timeout);
    if (!database) return database;
    const auto added = add_aggregates(*database);
    if (!added) return added.error();
    return database;
}

/// Whether a statement that was compiled here is too short and too flat to meet a limit of SQLite.
bool is_modest(std::string_view sql) noexcept {
    constexpr std::size_t longest = 8 * 1024;
    constexpr int deepest = 12;
    int depth = 0;
    for (const char c : sql) {
        if (c == '(' && ++depth > deepest) return false;
        if (c == ')') --depth;
    }
    return sql.size() <= longest;
}

class SqliteEventStore final : public EventStore {
public:
    SqliteEventStore(SqliteEventStoreOptions options, Database database)
        : options_(std::move(options)), database_(std::move(database)) {}

    Result<void> check(const EventQuery& query) override {
        const auto compiled = compile_events(query, sqlite_dialect);
        if (!compiled) return compiled.error();
        const auto statement = (*compiled)->rows({{SqlValue(std::int64_t{0})}, {}});
        if (is_modest(statement.text)) return ok();
        const std::scoped_lock lock(mutex_);
        const auto prepared = prepare(database_, statement);
        if (prepared) return ok();
        if (prepared.error().code != Errc::schema_drift) return prepared.error();
        return Error{Errc::invalid_query, "The search is too long or too deeply nested to be run."};
    }

    Result<std::unique_ptr<RowSource>> events(const EventQuery& query) override {
        auto compiled = compile_events(query, sqlite_dialect);
        if (!compiled) return compiled.error();
        return source(*std::move(compiled));
    }

    Result<std::unique_ptr<RowSource>> tag_values(const TagValuesQuery& query) override {
        return source(compile_tag_values(query, sqlite_dialect));
    }

    Result<bool> has_group(ProjectId project, std::int64_t group) override {
        SqlBuilder query(sqlite_dialect);
        query.sql("SELECT 1 FROM events WHERE issue = ").value(group);
        query.sql(" AND project_id = ").value(project.value).sql(" LIMIT 1");
        return has_row(query.take());
    }

    Result<bool> has_tag(ProjectId project, std::string_view key,
                         const std::optional<std::string>& environment) override {
        return has_row(compile_has_tag(project, key, environment, sqlite_dialect));
    }

private:
    Result<std::unique_ptr<RowSource>> source(std::unique_ptr<KeysetQuery> query) const {
        auto connection = open_reader(options_);
        if (!connection) return connection.error();
        return std::unique_ptr<RowSource>(std::make_unique<KeysetSource>(*std::move(connection), std::move(query)));
    }

    Result<bool> has_row(const SqlStatement& query) {
        const std::scoped_lock lock(mutex_);
        auto statement = prepare(database_, query);
        if (!statement) return statement.error();
        return statement->step();
    }

    SqliteEventStoreOptions options_;
    std::mutex mutex_; ///< Guards `database_`.
    Database database_;
};

} // namespace

} // namespace sqlite

Result<std::unique_ptr<EventStore>> open_sqlite_event_store(const SqliteEventStoreOptions& options) {
    auto database = sqlite::open_reader(options);
    if (!database) return database.error();
    const auto checked = sqlite::check_event_tables(*database);
    if (!checked) return checked.error();
    return std::unique_ptr<EventStore>(std::make_unique<sqlite::SqliteEventStore>(options, *std::move(database)));
}

DATAEXPORT_NAMESPACE_END
