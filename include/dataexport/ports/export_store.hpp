/// @file
/// Port: the records of exports, the queue that they are, and the messages that still have to be sent.
#pragma once

#include <dataexport/core/checkpoint.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/exported_data.hpp>
#include <dataexport/core/ids.hpp>
#include <dataexport/core/time.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// What `ExportStore::create_or_get` did.
struct Created {
    ExportedData record; ///< The new record, or the live one that equals it.
    bool is_new = false;
};

/// The right to work on an export, until the lease ends.
struct Claim {
    ExportedData record;                  ///< Its state is `running`.
    FencingToken fence;                   ///< Larger than that of every earlier claim of this store.
    std::optional<Checkpoint> checkpoint; ///< None: begin at the beginning.
    /// How many claims there were, this one included, since the request, the last retry by a person, or the claim that
    /// last stored more rows, that one included.
    unsigned attempt = 1;
    std::size_t batch_rows = 0; ///< Rows to fetch at once as the last `postpone` left it; 0: the default.
};

/// A page of a list. Records come newest first: by `date_added` falling, then by `id` falling.
struct ListQuery {
    OrganizationId organization;
    std::optional<UserId> user; ///< Only this user's; none: everybody's.
    /// The key of the record that the page begins after (`backwards`: ends before); none: the first page.
    struct Key {
        TimePoint date_added;
        ExportId id;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    std::optional<Key> from;
    bool backwards = false; ///< The page before `from` instead of the one after it; still newest first.
    std::size_t count = 100;
};

/// What a new export may not exceed; none: no limit. Exports that are queued or running are live.
struct Quota {
    std::optional<std::uint64_t> live_of_user{}; ///< Of one user in one organization.
    std::optional<std::uint64_t> live_of_organization{};
    std::optional<std::uint64_t> bytes_of_organization{}; ///< Of files that are kept and parts that are written.
};

/// How many exports may run at the same time, over all workers; none: no limit.
struct RunningLimits {
    std::optional<std::uint64_t> of_user{}; ///< Of one user in one organization.
    std::optional<std::uint64_t> of_organization{};
};

/// What an organization has at present.
struct Usage {
    std::uint64_t queued = 0;
    std::uint64_t running = 0;
    std::uint64_t finished = 0; ///< Expired ones included.
    std::uint64_t failed = 0;
    std::uint64_t bytes = 0; ///< Of files that are kept and parts that are written.

    friend bool operator==(const Usage&, const Usage&) = default;
};

/// A page of all records, by rising id.
struct ScanQuery {
    std::optional<ExportId> after{}; ///< Only records with larger ids.
    std::optional<UserId> user{};    ///< Only this user's, of every organization.
    std::size_t count = 100;
};

/// The message that has to be sent about the end of an export.
enum class Outcome : std::uint8_t { success, failure };

/// `success` or `failure`.
[[nodiscard]] constexpr std::string_view to_string(Outcome outcome) noexcept {
    return outcome == Outcome::success ? "success" : "failure";
}

/// A message that still has to be sent. There is at most one for each export and outcome, and none that is no longer
/// true: it goes when the export is retried, its file is removed, or the record is removed.
struct OutboxEntry {
    std::int64_t id = 0;
    ExportedData record; ///< As it was when it ended.
    Outcome outcome = Outcome::success;
    unsigned attempts = 0; ///< How often sending it has been tried, this time included.
};

/// Port: keeps the records of exports and hands them to workers. Implement it to keep them in another database.
///
/// Every change is atomic and durable when the call returns. Times are always passed in; the store reads no clock.
///
/// Thread safety: may be called from any number of threads at the same time. Several processes may share one store.
/// Errors: `Errc::not_found`, the conflict codes named below, `Errc::corrupt` for a record that cannot be read, or
/// a code of `Condition::unavailable`; a store that is merely busy waits. `testing::check_export_store` checks an
/// implementation against these words.
class ExportStore {
public:
    virtual ~ExportStore() = default;

    /// Stores `record`, due at its `date_added`, unless there is one already that answers the request, which is then
    /// returned: the one made with the same `idempotency_key`, live or not, if that key is not empty; else a live one
    /// with the same `request_key`. Two equal calls at the same time make one record.
    /// A new record is counted with those that are there, so that no number of calls at the same time exceeds `quota`.
    /// @pre `record.state == ExportState::queued`
    /// @return `Errc::already_exists` if another export has this id: call again with another id. `Errc::rate_limited`
    /// if the number of live exports is reached, `Errc::quota_exceeded` if the bytes are, with a text that says which.
    [[nodiscard]] virtual Result<Created> create_or_get(const ExportedData& record, std::string_view request_key,
                                                        std::string_view idempotency_key = {},
                                                        const Quota& quota = {}) = 0;

    /// The record, with its newest progress. @return `Errc::not_found`.
    [[nodiscard]] virtual Result<ExportedData> find(ExportId id) = 0;

    /// The records of a page, at most `query.count`.
    [[nodiscard]] virtual Result<std::vector<ExportedData>> list(const ListQuery& query) = 0;
    /// How many records all pages together have; `from`, `backwards` and `count` play no part.
    [[nodiscard]] virtual Result<std::uint64_t> count(const ListQuery& query) = 0;

    /// Hands out an export that is queued and due, or running with a lease that ended before `now`. It is running
    /// from then on, under a new fencing token and a lease until `lease_until`.
    ///
    /// Organizations take turns: that which was handed an export longest ago comes first, and of those that never were,
    /// the one with the lowest id. Within one, the export that has waited longest, since it was due or its lease ended;
    /// ties go by id. What would exceed `limits` is passed over; an export whose lease ended does not run. A record
    /// that cannot be read is failed with `Errc::corrupt`, without a message, so that it does not hold up the others.
    /// @return none if there is nothing to do.
    [[nodiscard]] virtual Result<std::optional<Claim>> claim(TimePoint now, TimePoint lease_until,
                                                             const RunningLimits& limits = {}) = 0;

    // The members below take the fencing token of a claim. If a later claim was made, or the export ended or was
    // removed, they return `Errc::lease_lost` and change nothing.

    /// Whether the claim still holds, and nothing else. Cheap: asked for every batch.
    [[nodiscard]] virtual Result<void> check_claim(ExportId id, FencingToken fence) = 0;
    /// Moves the end of the lease; never backwards.
    [[nodiscard]] virtual Result<void> renew(ExportId id, FencingToken fence, TimePoint lease_until) = 0;
    /// Stores the point to continue from, and with it the progress that callers see: `rows` and `bytes`. If there are
    /// more rows than before, this claim counts as attempt 1 from now on. The warnings of the record stay what they
    /// were when it was created.
    [[nodiscard]] virtual Result<void> checkpoint(ExportId id, FencingToken fence, const Checkpoint& checkpoint) = 0;
    /// Ends the export well: state `finished`, the file and its size as `bytes`, the warnings in place of those of the
    /// record, the dates; the checkpoint goes, and the outbox gets its `success` entry, all in one transaction.
    [[nodiscard]] virtual Result<void> finish(ExportId id, FencingToken fence, const ExportedFile& file,
                                              const std::vector<Warning>& warnings, std::string_view manifest,
                                              TimePoint date_finished, TimePoint date_expired) = 0;
    /// Ends the export with an error: state `failed`, `now` as `date_finished`; the checkpoint stays, and the outbox
    /// gets its `failure` entry.
    [[nodiscard]] virtual Result<void> fail(ExportId id, FencingToken fence, const Error& error, TimePoint now) = 0;
    /// Gives the export back to the queue after a failed attempt, not to be claimed before `due`; counts the
    /// attempt.
    [[nodiscard]] virtual Result<void> postpone(ExportId id, FencingToken fence, TimePoint due,
                                                std::size_t batch_rows) = 0;
    /// Gives the export back to the queue at its old place, as if it had not been claimed: the attempt does not count.
    [[nodiscard]] virtual Result<void> release(ExportId id, FencingToken fence) = 0;

    /// Puts a failed export back into the queue, due at `now`, to continue after its checkpoint; its error and its
    /// `date_finished` go, and its attempts count from 1 again.
    /// @return `Errc::not_live` if it has not failed, `Errc::already_exists` if a live one has the same request
    /// key.
    [[nodiscard]] virtual Result<ExportedData> retry(ExportId id, TimePoint now) = 0;
    /// Takes back the good end of an export whose file turned out to be missing or damaged: state `failed` with
    /// `error`, no file, no manifest, no checkpoint, so that `retry` makes it anew; no message.
    /// @return `Errc::not_found`; `Errc::not_live` if it is not finished.
    [[nodiscard]] virtual Result<void> invalidate(ExportId id, const Error& error) = 0;
    /// Removes the record and all that belongs to it; ends every claim. @return `Errc::not_found`.
    [[nodiscard]] virtual Result<void> remove(ExportId id) = 0;

    /// The manifest of a finished export. @return `Errc::not_found` if it has none.
    [[nodiscard]] virtual Result<std::string> manifest(ExportId id) = 0;

    /// Exports whose file is still recorded although `date_expired` is earlier than `now`, longest expired first, at
    /// most `count`.
    [[nodiscard]] virtual Result<std::vector<ExportId>> due_for_expiry(TimePoint now, std::size_t count) = 0;
    /// Notes that the bytes of an expired export were removed: its `file` becomes none. @return `Errc::not_found`.
    [[nodiscard]] virtual Result<void> mark_file_removed(ExportId id) = 0;

    /// Exports that ended, well or not, and whose `date_expired`, or else `date_finished`, is earlier than `before`,
    /// longest ago first, at most `count`.
    [[nodiscard]] virtual Result<std::vector<ExportId>> ended_before(TimePoint before, std::size_t count) = 0;

    /// Records of every organization, for operators and housekeeping. A record that cannot be read is passed over.
    [[nodiscard]] virtual Result<std::vector<ExportedData>> scan(const ScanQuery& query) = 0;
    /// What an organization has; none: all of them together.
    [[nodiscard]] virtual Result<Usage> usage(std::optional<OrganizationId> organization) = 0;

    /// The longest waiting message that is due, if there is one. It is not handed out again before `taken_until`. A
    /// message whose record cannot be read is dropped.
    [[nodiscard]] virtual Result<std::optional<OutboxEntry>> take_outbox(TimePoint now, TimePoint taken_until) = 0;
    /// Notes that a message could not be sent: it is not handed out again before `due`. Unknown entries are ignored.
    [[nodiscard]] virtual Result<void> postpone_message(std::int64_t entry, TimePoint due) = 0;
    /// Notes that a message was sent, or given up; it is never handed out again. Unknown entries are ignored.
    [[nodiscard]] virtual Result<void> mark_sent(std::int64_t entry) = 0;
};

DATAEXPORT_NAMESPACE_END
