/// @file
/// `ExportStore` in memory: for tests, and for programs whose exports may be gone after a restart.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/export_store.hpp>
#include <dataexport/ports/quota_support.hpp>

#include <map>
#include <mutex>
#include <set>
#include <tuple>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

/// Keeps everything in maps under one mutex; nothing outlives the object.
class MemoryExportStore final : public ExportStore {
public:
    [[nodiscard]] Result<Created> create_or_get(const ExportedData& record, std::string_view request_key,
                                                std::string_view idempotency_key = {},
                                                const Quota& quota = {}) override;
    [[nodiscard]] Result<ExportedData> find(ExportId id) override;
    [[nodiscard]] Result<std::vector<ExportedData>> list(const ListQuery& query) override;
    [[nodiscard]] Result<std::uint64_t> count(const ListQuery& query) override;
    [[nodiscard]] Result<std::optional<Claim>> claim(TimePoint now, TimePoint lease_until,
                                                     const RunningLimits& limits = {}) override;
    [[nodiscard]] Result<void> check_claim(ExportId id, FencingToken fence) override;
    [[nodiscard]] Result<void> renew(ExportId id, FencingToken fence, TimePoint lease_until) override;
    [[nodiscard]] Result<void> checkpoint(ExportId id, FencingToken fence, const Checkpoint& checkpoint) override;
    [[nodiscard]] Result<void> finish(ExportId id, FencingToken fence, const ExportedFile& file,
                                      const std::vector<Warning>& warnings, std::string_view manifest,
                                      TimePoint date_finished, TimePoint date_expired) override;
    [[nodiscard]] Result<void> fail(ExportId id, FencingToken fence, const Error& error, TimePoint now) override;
    [[nodiscard]] Result<void> postpone(ExportId id, FencingToken fence, TimePoint due,
                                        std::size_t batch_rows) override;
    [[nodiscard]] Result<void> release(ExportId id, FencingToken fence) override;
    [[nodiscard]] Result<ExportedData> retry(ExportId id, TimePoint now) override;
    [[nodiscard]] Result<void> invalidate(ExportId id, const Error& error) override;
    [[nodiscard]] Result<void> remove(ExportId id) override;
    [[nodiscard]] Result<std::string> manifest(ExportId id) override;
    [[nodiscard]] Result<std::vector<ExportId>> due_for_expiry(TimePoint now, std::size_t count) override;
    [[nodiscard]] Result<void> mark_file_removed(ExportId id) override;
    [[nodiscard]] Result<std::vector<ExportId>> ended_before(TimePoint before, std::size_t count) override;
    [[nodiscard]] Result<std::vector<ExportedData>> scan(const ScanQuery& query) override;
    [[nodiscard]] Result<Usage> usage(std::optional<OrganizationId> organization) override;
    [[nodiscard]] Result<std::optional<OutboxEntry>> take_outbox(TimePoint now, TimePoint taken_until) override;
    [[nodiscard]] Result<void> postpone_message(std::int64_t entry, TimePoint due) override;
    [[nodiscard]] Result<void> mark_sent(std::int64_t entry) override;

private:
    using InTime = std::set<std::pair<TimePoint, ExportId>>;
    /// Every record has a place among those of its user, and one, without a user, among everybody's.
    using ListPlace = std::tuple<OrganizationId, std::optional<UserId>, TimePoint, ExportId>;
    using List = std::set<ListPlace>;

    struct Entry {
        ExportedData record;
        std::string request_key;
        std::string idempotency_key;
        TimePoint due{};
        TimePoint lease_until{};
        FencingToken fence;
        unsigned attempts = 0;
        std::size_t batch_rows = 0;
        std::optional<Checkpoint> checkpoint;
        std::string manifest;
    };

    /// The live exports of an organization.
    struct Lane {
        InTime queued;       ///< By `due`.
        InTime leased;       ///< By `lease_until`.
        FencingToken served; ///< That of the last claim; 0: there was none.
    };

    struct Message {
        ExportId export_id;
        Outcome outcome;
        TimePoint due;
        unsigned attempts = 0;
    };

    [[nodiscard]] Entry* existing(std::string_view request_key, std::string_view idempotency_key);
    /// The entry that a claim may write, or null.
    [[nodiscard]] Entry* claimed(ExportId id, FencingToken fence);
    /// Changes an entry while it is in none of the indexes that hang on its state and times.
    template <class Change>
    void update(Entry& entry, Change change) {
        unindex(entry);
        change(entry);
        index(entry);
    }
    void index(const Entry& entry);
    void unindex(const Entry& entry);
    /// The part of `lists_` that a list shows, oldest first.
    struct ListRange {
        List::const_iterator begin, end;
    };
    [[nodiscard]] ListRange listed(OrganizationId organization, std::optional<UserId> user) const;
    /// What a new record would be counted with, as far as the quota asks.
    [[nodiscard]] Stock stock_beside(const ExportedData& record, const Quota& quota) const;
    /// Which export of a lane is next, or null.
    [[nodiscard]] Entry* next_of(const Lane& lane, TimePoint now, const RunningLimits& limits);
    void add_message(ExportId id, Outcome outcome, TimePoint due);
    void drop_messages(ExportId id);

    std::mutex mutex_;
    std::map<ExportId, Entry> entries_;
    std::map<std::string, ExportId, std::less<>> live_;       ///< By request key.
    std::map<std::string, ExportId, std::less<>> idempotent_; ///< By idempotency key.
    List lists_;
    InTime expiring_; ///< What has a file, by `date_expired`.
    InTime ended_;    ///< By `date_expired`, or else `date_finished`.
    std::map<OrganizationId, Lane> lanes_;
    std::map<std::int64_t, Message> outbox_;
    FencingToken last_fence_;
    std::int64_t last_message_ = 0;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/memory/impl/memory_export_store.ipp>
#endif
