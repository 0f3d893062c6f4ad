#include <dataexport/sqlite/export_store.hpp>

#include "sqlite/connection.hpp"
#include "sqlite/export_record.hpp"
#include "sqlite/export_sql.hpp"
#include "sqlite/migration.hpp"

#include <dataexport/ports/quota_support.hpp>

#include <algorithm>
#include <cassert>
#include <limits>
#include <mutex>
#include <type_traits>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

namespace {

const Error not_found{Errc::not_found, "there is no such export"};
const Error lease_lost{Errc::lease_lost, "the export is no longer in the hands of this worker"};

/// In pages: 16 MiB. Records lie all over the file, so that a longer log has each page to be written back fewer times.
constexpr const char* checkpoints_of_log = "PRAGMA wal_autocheckpoint=4000";

/// In KiB. A page of records and the inner nodes above them, which in a large file are two pages for each record; the
/// system caches the file. It stays small because a commit that has balanced a tree goes through all of it.
constexpr const char* page_cache = "PRAGMA cache_size=-2048";

Result<Connection> connect(const SqliteExportStoreOptions& options, OpenMode mode) {
    auto database = Database::open(options.path, mode, options.busy_timeout);
    if (!database) return database.error();
    for (const char* pragma : {"PRAGMA foreign_keys=ON", page_cache, checkpoints_of_log,
                               options.synchronous_full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"}) {
        if (const auto set = database->exec(pragma); !set) return set.error();
    }
    return Connection(std::move(*database));
}

Result<std::optional<ExportedData>> find_record(Query& query) {
    const auto row = query.step();
    if (!row) return row.error();
    if (!*row) return std::optional<ExportedData>();
    auto record = read_record(query.row());
    if (!record) return record.error();
    return std::optional(std::move(*record));
}

Result<std::optional<ExportedData>> find_record(Connection& connection, ExportId id) {
    Query query(connection, export_sql::find);
    query.bind(id);
    return find_record(query);
}

/// Runs a write of a claim, whose statement ends in `DATAEXPORT_IF_CLAIMED`.
Result<void> write_claimed(Query& query, ExportId id, FencingToken fence) {
    const auto changed = query.bind(id).bind(fence).run();
    if (!changed) return changed.error();
    if (*changed == 0) return lease_lost;
    return ok();
}

Result<void> run(Query& query) {
    const auto changed = query.run();
    if (!changed) return changed.error();
    return ok();
}

/// An export that waits, and since when; its order is the order of claims.
struct Waiting {
    std::int64_t since;
    ExportId id;

    friend auto operator<=>(const Waiting&, const Waiting&) = default;
};

/// The number that a statement gives as its only row. Other hands may have made it negative.
Result<std::uint64_t> number(Query& query) {
    const auto row = query.step();
    if (!row) return row.error();
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, *row ? query.row().integer(0) : 0));
}

Result<std::vector<ExportId>> ids(Query& query) {
    std::vector<ExportId> ids;
    auto row = query.step();
    for (; row && *row; row = query.step()) {
        ids.push_back(ExportId{query.row().integer(0)});
    }
    if (!row) return row.error();
    return ids;
}

Result<std::uint64_t> number_of(Connection& connection, const char* sql, OrganizationId organization,
                                std::optional<UserId> user = std::nullopt) {
    Query query(connection, sql);
    query.bind(organization);
    if (user) query.bind(*user);
    return number(query);
}

/// What a new record is counted with, as far as the quota asks.
Result<Stock> stock_beside(Connection& connection, const ExportedData& record, const Quota& quota) {
    Stock stock;
    if (quota.live_of_user && record.user) {
        const auto live = number_of(connection, export_sql::live_of_user, record.organization, record.user->id);
        if (!live) return live.error();
        stock.live_of_user = *live;
    }
    if (quota.live_of_organization) {
        const auto live = number_of(connection, export_sql::live_of_organization, record.organization);
        if (!live) return live.error();
        stock.live_of_organization = *live;
    }
    if (quota.bytes_of_organization) {
        const auto bytes = number_of(connection, export_sql::bytes_of_organization, record.organization);
        if (!bytes) return bytes.error();
        stock.bytes_of_organization = *bytes;
    }
    return stock;
}

Result<std::optional<Waiting>> first_waiting(Connection& connection, const char* sql, OrganizationId organization,
                                             TimePoint now, const RunningLimits& limits) {
    Query query(connection, sql);
    const auto row = query.bind(organization).bind(now).bind(limits.of_user).step();
    if (!row) return row.error();
    if (!*row) return std::optional<Waiting>();
    return std::optional(Waiting{query.row().integer(1), ExportId{query.row().integer(0)}});
}

Result<bool> may_run(Connection& connection, OrganizationId organization, TimePoint now, const RunningLimits& limits) {
    if (!limits.of_organization) return true;
    Query query(connection, export_sql::running);
    const auto running = number(query.bind(organization).bind(now));
    if (!running) return running.error();
    return *running < *limits.of_organization;
}

Result<std::optional<Waiting>> longest_waiting(Connection& connection, OrganizationId organization, TimePoint now,
                                               const RunningLimits& limits) {
    const auto may = may_run(connection, organization, now, limits);
    if (!may) return may.error();
    if (!*may) return std::optional<Waiting>();
    const auto queued = first_waiting(connection, export_sql::next_queued, organization, now, limits);
    if (!queued) return queued;
    const auto lost = first_waiting(connection, export_sql::next_lost, organization, now, limits);
    if (!lost || !*lost) return lost ? queued : lost;
    return !*queued || **lost < **queued ? lost : queued;
}

/// Whose turn it is, and with which export.
struct Turn {
    OrganizationId organization;
    ExportId id;
};

Result<std::optional<Turn>> next_turn(Connection& connection, TimePoint now, const RunningLimits& limits) {
    Query turns(connection, export_sql::turns);
    auto row = turns.step();
    for (; row && *row; row = turns.step()) {
        const OrganizationId organization{turns.row().integer(0)};
        const auto next = longest_waiting(connection, organization, now, limits);
        if (!next) return next.error();
        if (*next) return std::optional(Turn{organization, (*next)->id});
    }
    if (!row) return row.error();
    return std::optional<Turn>();
}

Result<FencingToken> next_fence(Connection& connection) {
    Query query(connection, export_sql::next_fence);
    const auto row = query.step();
    if (!row) return row.error();
    if (!*row) return Error{Errc::corrupt, "the database lacks its last fencing token"};
    return FencingToken{query.row().integer(0)};
}

Result<std::optional<Checkpoint>> find_checkpoint(Connection& connection, ExportId id) {
    Query query(connection, export_sql::find_checkpoint);
    const auto row = query.bind(id).step();
    if (!row) return row.error();
    if (!*row) return std::optional<Checkpoint>();
    auto checkpoint = read_checkpoint(query.row());
    if (!checkpoint) return checkpoint.error();
    return std::optional(std::move(*checkpoint));
}

Result<void> take_turn(Connection& connection, OrganizationId organization, FencingToken fence) {
    Query query(connection, export_sql::take_turn);
    return run(query.bind(organization).bind(fence));
}

/// Makes an export the claim of whoever asks. @return `Errc::corrupt` for one that cannot be read.
Result<Claim> take(Connection& connection, ExportId id, TimePoint lease_until) {
    const auto fence = next_fence(connection);
    if (!fence) return fence.error();
    Query update(connection, export_sql::claim);
    if (auto updated = run(update.bind(*fence).bind(lease_until).bind(id)); !updated) return updated.error();

    Claim claim;
    claim.fence = *fence;
    auto record = find_record(connection, id);
    if (!record) return record.error();
    if (!*record) return Error{Errc::corrupt, "the indexes of the database are damaged"};
    claim.record = std::move(**record);
    auto checkpoint = find_checkpoint(connection, id);
    if (!checkpoint) return checkpoint.error();
    claim.checkpoint = std::move(*checkpoint);

    Query query(connection, export_sql::find_claim);
    if (const auto row = query.bind(id).step(); !row) return row.error();
    claim.attempt = static_cast<unsigned>(query.row().integer(0));
    claim.batch_rows = static_cast<std::size_t>(query.row().integer(1));
    return claim;
}

Result<void> fail_unreadable(Connection& connection, ExportId id, const Error& error, TimePoint now) {
    Query query(connection, export_sql::fail_unreadable);
    const auto failed = query.bind(to_string(error.code)).bind(error.detail).bind(now).bind(id).run();
    if (!failed) return failed.error();
    if (*failed == 0) return Error{Errc::corrupt, "the indexes of the database are damaged"};
    return ok();
}

Result<void> add_message(Connection& connection, ExportId id, Outcome outcome, TimePoint due) {
    Query query(connection, export_sql::add_message);
    return run(query.bind(id).bind(to_string(outcome)).bind(due));
}

/// Runs a statement whose only parameter is an id.
Result<void> run_with(Connection& connection, const char* sql, std::int64_t id) {
    Query query(connection, sql);
    return run(query.bind(id));
}

struct Message {
    std::int64_t id;
    ExportId export_id;
    std::string outcome;
    std::int64_t attempts;
};

Result<std::optional<Message>> next_message(Connection& connection, TimePoint now) {
    Query query(connection, export_sql::next_message);
    const auto found = query.bind(now).step();
    if (!found) return found.error();
    if (!*found) return std::optional<Message>();
    const auto& row = query.row();
    return std::optional(Message{row.integer(0), ExportId{row.integer(1)}, std::string(row.text(2)), row.integer(3)});
}

std::optional<Outcome> outcome_of(std::string_view name) {
    for (const auto outcome : {Outcome::success, Outcome::failure}) {
        if (name == to_string(outcome)) return outcome;
    }
    return std::nullopt;
}

/// Takes a message. @return `Errc::corrupt` for one that cannot be read.
Result<OutboxEntry> take(Connection& connection, const Message& message, TimePoint taken_until) {
    const auto outcome = outcome_of(message.outcome);
    auto record = find_record(connection, message.export_id);
    if (!record) return record.error();
    if (!outcome || !*record) return Error{Errc::corrupt, "a message of this export is damaged"};
    Query update(connection, export_sql::take_message);
    if (auto updated = run(update.bind(taken_until).bind(message.id)); !updated) return updated.error();
    return OutboxEntry{message.id, std::move(**record), *outcome, static_cast<unsigned>(message.attempts + 1)};
}

/// Adds a row of (state, count, bytes).
void add(Usage& usage, const Statement& row) {
    const auto natural = [&](int column) {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(0, row.integer(column)));
    };
    const auto state = row.text(0);
    if (state == to_string(ExportState::queued)) usage.queued += natural(1);
    if (state == to_string(ExportState::running)) usage.running += natural(1);
    if (state == to_string(ExportState::finished)) usage.finished += natural(1);
    if (state == to_string(ExportState::failed)) usage.failed += natural(1);
    usage.bytes += natural(2);
}

/// One connection writes, under a mutex; readers have connections of their own and wait for nobody.
class SqliteExportStore final : public ExportStore {
public:
    SqliteExportStore(SqliteExportStoreOptions options, Connection writer)
        : options_(std::move(options)), writer_(std::move(writer)) {}

    Result<Created> create_or_get(const ExportedData& record, std::string_view request_key,
                                  std::string_view idempotency_key, const Quota& quota) override {
        assert(record.state == ExportState::queued);
        return write([&](Connection& connection) -> Result<Created> {
            auto existing = find_existing(connection, request_key, idempotency_key);
            if (!existing) return existing.error();
            if (*existing) return Created{std::move(**existing), false};
            const auto stock = stock_beside(connection, record, quota);
            if (!stock) return stock.error();
            if (const auto admitted = admit(quota, *stock); !admitted) return admitted.error();
            Query query(connection, export_sql::create);
            bind_record(query, record);
            query.bind(request_key);
            idempotency_key.empty() ? query.bind_null() : query.bind(idempotency_key);
            if (auto created = run(query.bind(record.date_added)); !created) return created.error();
            return Created{record, true};
        });
    }

    Result<ExportedData> find(ExportId id) override {
        return read([&](Connection& connection) -> Result<ExportedData> {
            auto record = find_record(connection, id);
            if (!record) return record.error();
            if (!*record) return not_found;
            return std::move(**record);
        });
    }

    Result<std::vector<ExportedData>> list(const ListQuery& wanted) override {
        return read([&](Connection& connection) -> Result<std::vector<ExportedData>> {
            const bool newer = wanted.from && wanted.backwards;
            const char* sql = wanted.user ? newer ? export_sql::list_newer_of_user : export_sql::list_older_of_user
                              : newer     ? export_sql::list_newer
                                          : export_sql::list_older;
            const auto from = wanted.from.value_or(
                ListQuery::Key{TimePoint::max(), ExportId{std::numeric_limits<std::int64_t>::max()}});
            Query query(connection, sql);
            query.bind(wanted.organization);
            if (wanted.user) query.bind(*wanted.user);
            query.bind(from.date_added).bind(from.id).bind(std::uint64_t{wanted.count});

            std::vector<ExportedData> page;
            for (;;) {
                auto record = find_record(query);
                if (!record) return record.error();
                if (!*record) break;
                page.push_back(std::move(**record));
            }
            if (newer) std::reverse(page.begin(), page.end());
            return page;
        });
    }

    Result<std::uint64_t> count(const ListQuery& wanted) override {
        return read([&](Connection& connection) {
            const char* sql = wanted.user ? export_sql::count_of_user : export_sql::count;
            return number_of(connection, sql, wanted.organization, wanted.user);
        });
    }

    Result<std::optional<Claim>> claim(TimePoint now, TimePoint lease_until, const RunningLimits& limits) override {
        // Most calls find nothing to do; they take no lock.
        const auto waiting = read([&](Connection& connection) { return next_turn(connection, now, limits); });
        if (!waiting) return waiting.error();
        if (!*waiting) return std::optional<Claim>();
        return write([&](Connection& connection) -> Result<std::optional<Claim>> {
            for (;;) {
                const auto next = next_turn(connection, now, limits);
                if (!next) return next.error();
                if (!*next) return std::optional<Claim>();
                const auto [organization, id] = **next;
                auto claim = take(connection, id, lease_until);
                if (claim) {
                    if (auto taken = take_turn(connection, organization, claim->fence); !taken) return taken.error();
                    return std::optional(std::move(*claim));
                }
                if (claim.error().code != Errc::corrupt) return claim.error();
                if (auto failed = fail_unreadable(connection, id, claim.error(), now); !failed) return failed.error();
            }
        });
    }

    Result<void> check_claim(ExportId id, FencingToken fence) override {
        return read([&](Connection& connection) -> Result<void> {
            Query query(connection, export_sql::check_claim);
            const auto row = query.bind(id).bind(fence).step();
            if (!row) return row.error();
            return *row ? ok() : lease_lost;
        });
    }

    Result<void> renew(ExportId id, FencingToken fence, TimePoint lease_until) override {
        return write([&](Connection& connection) {
            Query query(connection, export_sql::renew);
            return write_claimed(query.bind(lease_until), id, fence);
        });
    }

    Result<void> checkpoint(ExportId id, FencingToken fence, const Checkpoint& checkpoint) override {
        return write([&](Connection& connection) -> Result<void> {
            Query progress(connection, export_sql::progress);
            auto written = write_claimed(progress.bind(checkpoint.rows).bind(checkpoint.bytes), id, fence);
            if (!written) return written;
            Query query(connection, export_sql::store_checkpoint);
            bind_checkpoint(query, checkpoint);
            return run(query.bind(id));
        });
    }

    Result<void> finish(ExportId id, FencingToken fence, const ExportedFile& file, const std::vector<Warning>& warnings,
                        std::string_view manifest, TimePoint date_finished, TimePoint date_expired) override {
        return write([&](Connection& connection) -> Result<void> {
            Query query(connection, export_sql::finish);
            query.bind(file.name).bind(file.size).bind(file.size).bind(file.checksum);
            query.bind(warnings_text(warnings)).bind(date_finished).bind(date_expired);
            if (auto finished = write_claimed(query, id, fence); !finished) return finished;
            if (auto dropped = run_with(connection, export_sql::drop_checkpoint, id.value); !dropped) return dropped;
            Query store_manifest(connection, export_sql::store_manifest);
            if (auto stored = run(store_manifest.bind(id).bind(manifest)); !stored) return stored;
            return add_message(connection, id, Outcome::success, date_finished);
        });
    }

    Result<void> fail(ExportId id, FencingToken fence, const Error& error, TimePoint now) override {
        return write([&](Connection& connection) -> Result<void> {
            Query query(connection, export_sql::fail);
            query.bind(to_string(error.code)).bind(error.detail).bind(now);
            if (auto failed = write_claimed(query, id, fence); !failed) return failed;
            return add_message(connection, id, Outcome::failure, now);
        });
    }

    Result<void> postpone(ExportId id, FencingToken fence, TimePoint due, std::size_t batch_rows) override {
        return write([&](Connection& connection) {
            Query query(connection, export_sql::postpone);
            return write_claimed(query.bind(due).bind(std::uint64_t{batch_rows}), id, fence);
        });
    }

    Result<void> release(ExportId id, FencingToken fence) override {
        return write([&](Connection& connection) {
            Query query(connection, export_sql::release);
            return write_claimed(query, id, fence);
        });
    }

    Result<ExportedData> retry(ExportId id, TimePoint now) override {
        return write([&](Connection& connection) -> Result<ExportedData> {
            Query query(connection, export_sql::retry);
            const auto retried = query.bind(now).bind(id).run();
            if (!retried) return retried.error();
            auto record = find_record(connection, id);
            if (!record) return record.error();
            if (!*record) return not_found;
            if (*retried == 0) return Error{Errc::not_live, "the export has not failed"};
            if (auto dropped = run_with(connection, export_sql::drop_messages, id.value); !dropped) {
                return dropped.error();
            }
            return std::move(**record);
        });
    }

    Result<void> invalidate(ExportId id, const Error& error) override {
        return write([&](Connection& connection) -> Result<void> {
            Query query(connection, export_sql::invalidate);
            const auto changed = query.bind(to_string(error.code)).bind(error.detail).bind(id).run();
            if (!changed) return changed.error();
            if (*changed == 0) {
                const auto record = find_record(connection, id);
                if (!record) return record.error();
                return *record ? Error{Errc::not_live, "the export is not finished"} : not_found;
            }
            if (auto gone = run_with(connection, export_sql::drop_manifest, id.value); !gone) return gone;
            return run_with(connection, export_sql::drop_messages, id.value);
        });
    }

    Result<void> remove(ExportId id) override { return write_existing(id, export_sql::remove); }

    Result<std::string> manifest(ExportId id) override {
        return read([&](Connection& connection) -> Result<std::string> {
            Query query(connection, export_sql::find_manifest);
            const auto row = query.bind(id).step();
            if (!row) return row.error();
            if (!*row) return Error{Errc::not_found, "the export has no manifest"};
            return std::string(query.row().text(0));
        });
    }

    Result<std::vector<ExportId>> due_for_expiry(TimePoint now, std::size_t count) override {
        return read([&](Connection& connection) {
            Query query(connection, export_sql::due_for_expiry);
            return ids(query.bind(now).bind(std::uint64_t{count}));
        });
    }

    Result<void> mark_file_removed(ExportId id) override { return write_existing(id, export_sql::file_removed); }

    Result<std::vector<ExportId>> ended_before(TimePoint before, std::size_t count) override {
        return read([&](Connection& connection) {
            Query query(connection, export_sql::ended_before);
            return ids(query.bind(before).bind(std::uint64_t{count}));
        });
    }

    Result<std::vector<ExportedData>> scan(const ScanQuery& wanted) override {
        return read([&](Connection& connection) -> Result<std::vector<ExportedData>> {
            Query query(connection, wanted.user ? export_sql::scan_of_user : export_sql::scan);
            if (wanted.user) query.bind(*wanted.user);
            query.bind(wanted.after.value_or(ExportId{std::numeric_limits<std::int64_t>::min()}));
            std::vector<ExportedData> page;
            auto row = query.step();
            for (; row && *row && page.size() < wanted.count; row = query.step()) {
                if (auto record = read_record(query.row())) page.push_back(std::move(*record));
            }
            if (!row) return row.error();
            return page;
        });
    }

    Result<Usage> usage(std::optional<OrganizationId> organization) override {
        return read([&](Connection& connection) -> Result<Usage> {
            Query query(connection, organization ? export_sql::usage : export_sql::usage_of_all);
            if (organization) query.bind(*organization);
            Usage usage;
            auto row = query.step();
            for (; row && *row; row = query.step()) {
                add(usage, query.row());
            }
            if (!row) return row.error();
            return usage;
        });
    }

    Result<std::optional<OutboxEntry>> take_outbox(TimePoint now, TimePoint taken_until) override {
        const auto waiting = read([&](Connection& connection) { return next_message(connection, now); });
        if (!waiting) return waiting.error();
        if (!*waiting) return std::optional<OutboxEntry>();
        return write([&](Connection& connection) -> Result<std::optional<OutboxEntry>> {
            for (;;) {
                const auto message = next_message(connection, now);
                if (!message) return message.error();
                if (!*message) return std::optional<OutboxEntry>();
                auto entry = take(connection, **message, taken_until);
                if (entry) return std::optional(std::move(*entry));
                if (entry.error().code != Errc::corrupt) return entry.error();
                if (auto dropped = run_with(connection, export_sql::drop_message, (*message)->id); !dropped) {
                    return dropped.error();
                }
            }
        });
    }

    Result<void> postpone_message(std::int64_t entry, TimePoint due) override {
        return write([&](Connection& connection) {
            Query query(connection, export_sql::postpone_message);
            return run(query.bind(due).bind(entry));
        });
    }

    Result<void> mark_sent(std::int64_t entry) override {
        return write([&](Connection& connection) { return run_with(connection, export_sql::drop_message, entry); });
    }

private:
    static Result<std::optional<ExportedData>> find_existing(Connection& connection, std::string_view request_key,
                                                             std::string_view idempotency_key) {
        if (!idempotency_key.empty()) {
            Query query(connection, export_sql::find_idempotent);
            auto record = find_record(query.bind(idempotency_key));
            if (!record || *record) return record;
        }
        Query query(connection, export_sql::find_live);
        return find_record(query.bind(request_key));
    }

    /// Runs a statement on an export that has to exist, and drops its messages, which are no longer true.
    Result<void> write_existing(ExportId id, const char* sql) {
        return write([&](Connection& connection) -> Result<void> {
            Query query(connection, sql);
            const auto changed = query.bind(id).run();
            if (!changed) return changed.error();
            if (*changed == 0) return not_found;
            return run_with(connection, export_sql::drop_messages, id.value);
        });
    }

    /// Runs `work` in a transaction, which is undone if `work` fails.
    template <class Work>
    std::invoke_result_t<Work, Connection&> write(Work work) {
        const std::scoped_lock lock(write_mutex_);
        auto transaction = Transaction::begin(writer_.database());
        if (!transaction) return transaction.error();
        auto result = work(writer_);
        if (!result) return result;
        if (const auto committed = transaction->commit(); !committed) return committed.error();
        return result;
    }

    /// Runs `work` on a connection that nobody else uses.
    template <class Work>
    std::invoke_result_t<Work, Connection&> read(Work work) {
        auto reader = take_reader();
        if (!reader) return reader.error();
        auto result = work(**reader);
        const std::scoped_lock lock(readers_mutex_);
        if (readers_.size() < most_free_readers) readers_.push_back(std::move(*reader));
        return result;
    }

    Result<std::unique_ptr<Connection>> take_reader() {
        {
            const std::scoped_lock lock(readers_mutex_);
            if (!readers_.empty()) {
                auto reader = std::move(readers_.back());
                readers_.pop_back();
                return reader;
            }
        }
        auto connection = connect(options_, OpenMode::read_write);
        if (!connection) return connection.error();
        return std::make_unique<Connection>(std::move(*connection));
    }

    /// What a crowd of callers needed at one time is not kept for ever.
    static constexpr std::size_t most_free_readers = 16;

    SqliteExportStoreOptions options_;
    std::mutex write_mutex_;
    Connection writer_;
    std::mutex readers_mutex_;
    std::vector<std::unique_ptr<Connection>> readers_; ///< Those that are free.
};

} // namespace
} // namespace sqlite

Result<std::unique_ptr<ExportStore>> open_sqlite_export_store(const SqliteExportStoreOptions& options) {
    if (options.path.empty() || options.path == ":memory:") {
        return Error{Errc::invalid_configuration, "an export store in SQLite needs a file"};
    }
    auto writer = sqlite::connect(options, sqlite::OpenMode::create);
    if (!writer) return writer.error();
    // A file that cannot be used is found out before anything in it is changed.
    if (const auto migrated = sqlite::migrate(writer->database(), sqlite::export_sql::migrations); !migrated) {
        return migrated.error();
    }
    if (const auto logged = writer->database().use_wal(); !logged) return logged.error();
    return std::make_unique<sqlite::SqliteExportStore>(options, std::move(*writer));
}

DATAEXPORT_NAMESPACE_END
