#include "sqlite/database.hpp"
#include "sqlite/event_schema.hpp"

#include <dataexport/sqlite/event_store.hpp>

#include <optional>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

namespace {

void bind(Statement& statement, int parameter, const std::optional<std::string>& text) {
    text ? statement.bind_text_view(parameter, *text) : statement.bind_null(parameter);
}

/// The statements of an import.
struct Inserts {
    Statement project;
    Statement event;
    Statement tag;
    Statement measurement;

    static Result<Inserts> prepare(Database& database) {
        auto project = database.prepare("INSERT INTO projects VALUES (?1, ?2) "
                                        "ON CONFLICT (id) DO UPDATE SET slug = excluded.slug");
        auto event = database.prepare(
            "INSERT INTO events (id, project_id, timestamp, type, level, title, message, \"transaction\", platform, "
            "environment, \"release\", issue, \"user\", user_id, user_email, user_username, user_ip, duration) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18) "
            "ON CONFLICT (id) DO NOTHING");
        auto tag = database.prepare("INSERT INTO tags VALUES (?1, ?2, ?3)");
        auto measurement = database.prepare("INSERT INTO measurements VALUES (?1, ?2, ?3)");
        for (const auto* statement : {&project, &event, &tag, &measurement}) {
            if (!*statement) return statement->error();
        }
        return Inserts{*std::move(project), *std::move(event), *std::move(tag), *std::move(measurement)};
    }
};

class Writer final : public SqliteEventWriter {
public:
    /// The database does not move from here on: the transaction refers to it.
    explicit Writer(Database database) : database_(std::move(database)) {}

    Result<void> begin(const std::map<ProjectId, std::string>& slugs) {
        auto transaction = Transaction::begin(database_);
        if (!transaction) return transaction.error();
        transaction_.emplace(*std::move(transaction));
        const auto made = make_event_tables(database_);
        if (!made) return made;
        auto inserts = Inserts::prepare(database_);
        if (!inserts) return inserts.error();
        inserts_.emplace(*std::move(inserts));
        for (const auto& [project, slug] : slugs) {
            inserts_->project.bind_integer(1, project.value);
            inserts_->project.bind_text_view(2, slug);
            const auto inserted = inserts_->project.run();
            if (!inserted) return inserted;
        }
        return ok();
    }

    Result<bool> add(const Event& event) override {
        const auto inserted = insert(event);
        if (!inserted) return inserted.error();
        if (database_.changes() == 0) return false;
        const auto seq = database_.last_row_id();
        for (const auto& [key, value] : event.tags) {
            inserts_->tag.bind_integer(1, seq);
            inserts_->tag.bind_text_view(2, key);
            inserts_->tag.bind_text_view(3, value);
            const auto added = inserts_->tag.run();
            if (!added) return added.error();
        }
        for (const auto& [key, value] : event.measurements) {
            inserts_->measurement.bind_integer(1, seq);
            inserts_->measurement.bind_text_view(2, key);
            inserts_->measurement.bind_real(3, value);
            const auto added = inserts_->measurement.run();
            if (!added) return added.error();
        }
        return true;
    }

    Result<void> commit() override { return transaction_->commit(); }

private:
    Result<void> insert(const Event& event) {
        auto& row = inserts_->event;
        const auto user = user_tag(event.user);
        row.bind_text_view(1, event.id);
        row.bind_integer(2, event.project.value);
        row.bind_integer(3, event.timestamp.time_since_epoch().count());
        bind(row, 4, event.type);
        bind(row, 5, event.level);
        bind(row, 6, event.title);
        bind(row, 7, event.message);
        bind(row, 8, event.transaction);
        bind(row, 9, event.platform);
        bind(row, 10, event.environment);
        bind(row, 11, event.release);
        event.issue ? row.bind_integer(12, *event.issue) : row.bind_null(12);
        bind(row, 13, user);
        bind(row, 14, event.user.id);
        bind(row, 15, event.user.email);
        bind(row, 16, event.user.username);
        bind(row, 17, event.user.ip_address);
        event.duration ? row.bind_real(18, *event.duration) : row.bind_null(18);
        return row.run();
    }

    Database database_;
    std::optional<Transaction> transaction_;
    std::optional<Inserts> inserts_;
};

} // namespace

} // namespace sqlite

Result<std::unique_ptr<SqliteEventWriter>> open_sqlite_event_writer(const SqliteEventStoreOptions& options,
                                                                    const std::map<ProjectId, std::string>& slugs) {
    auto database = sqlite::Database::open(options.path, sqlite::OpenMode::create, options.busy_timeout);
    if (!database) return database.error();
    const auto logged = database->use_wal();
    if (!logged) return logged.error();
    const auto cached = database->exec("PRAGMA cache_size = -65536"); // 64 MiB: what one transaction touches.
    if (!cached) return cached.error();
    auto writer = std::make_unique<sqlite::Writer>(*std::move(database));
    const auto begun = writer->begin(slugs);
    if (!begun) return begun.error();
    return std::unique_ptr<SqliteEventWriter>(std::move(writer));
}

DATAEXPORT_NAMESPACE_END
