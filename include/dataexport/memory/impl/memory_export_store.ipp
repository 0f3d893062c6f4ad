#pragma once

#include <dataexport/memory/memory_export_store.hpp>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <limits>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::memory_export_store {

inline Error lease_lost() { return {Errc::lease_lost, "the export is no longer in the hands of this worker"}; }
inline Error not_found() { return {Errc::not_found, "there is no such export"}; }

inline bool wanted(const ScanQuery& query, const ExportedData& record) {
    return !query.user || (record.user && record.user->id == *query.user);
}

/// Of a kept file, or of a part that is written or can be continued.
inline std::uint64_t stored_bytes(const ExportedData& record) {
    return record.state == ExportState::finished && !record.file ? 0 : record.bytes;
}

inline void count(Usage& usage, const ExportedData& record) {
    switch (record.state) {
    case ExportState::queued:
        ++usage.queued;
        break;
    case ExportState::running:
        ++usage.running;
        break;
    case ExportState::finished:
        ++usage.finished;
        break;
    case ExportState::failed:
        ++usage.failed;
        break;
    }
    usage.bytes += stored_bytes(record);
}

/// The first ids, of those in time before `end`.
template <class InTime>
std::vector<ExportId> first_before(const InTime& in_time, TimePoint end, std::size_t count) {
    std::vector<ExportId> ids;
    for (const auto& [time, id] : in_time) {
        if (time >= end || ids.size() == count) break;
        ids.push_back(id);
    }
    return ids;
}

inline TimePoint end_of(const ExportedData& record) {
    return record.date_expired ? *record.date_expired : *record.date_finished;
}

} // namespace detail::memory_export_store

DATAEXPORT_DECL MemoryExportStore::Entry* MemoryExportStore::existing(std::string_view request_key,
                                                                      std::string_view idempotency_key) {
    if (const auto found = idempotent_.find(idempotency_key); found != idempotent_.end()) {
        return &entries_.at(found->second);
    }
    const auto found = live_.find(request_key);
    return found == live_.end() ? nullptr : &entries_.at(found->second);
}

DATAEXPORT_DECL MemoryExportStore::Entry* MemoryExportStore::claimed(ExportId id, FencingToken fence) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return nullptr;
    Entry& entry = found->second;
    return entry.record.state == ExportState::running && entry.fence == fence ? &entry : nullptr;
}

DATAEXPORT_DECL void MemoryExportStore::index(const Entry& entry) {
    const auto& record = entry.record;
    if (record.file) expiring_.emplace(*record.date_expired, record.id);
    if (!record.live()) {
        ended_.emplace(detail::memory_export_store::end_of(record), record.id);
        return;
    }
    auto& lane = lanes_[record.organization];
    if (record.state == ExportState::queued) lane.queued.emplace(entry.due, record.id);
    if (record.state == ExportState::running) lane.leased.emplace(entry.lease_until, record.id);
    live_.emplace(entry.request_key, record.id);
}

DATAEXPORT_DECL void MemoryExportStore::unindex(const Entry& entry) {
    const auto& record = entry.record;
    if (record.file) expiring_.erase({*record.date_expired, record.id});
    if (!record.live()) {
        ended_.erase({detail::memory_export_store::end_of(record), record.id});
        return;
    }
    auto& lane = lanes_[record.organization];
    lane.queued.erase({entry.due, record.id});
    lane.leased.erase({entry.lease_until, record.id});
    live_.erase(entry.request_key);
}

DATAEXPORT_DECL void MemoryExportStore::add_message(ExportId id, Outcome outcome, TimePoint due) {
    outbox_.emplace(++last_message_, Message{id, outcome, due});
}

DATAEXPORT_DECL void MemoryExportStore::drop_messages(ExportId id) {
    std::erase_if(outbox_, [id](const auto& entry) { return entry.second.export_id == id; });
}

DATAEXPORT_DECL MemoryExportStore::ListRange MemoryExportStore::listed(OrganizationId organization,
                                                                       std::optional<UserId> user) const {
    using Numbers = std::numeric_limits<std::int64_t>;
    return {lists_.lower_bound({organization, user, TimePoint::min(), ExportId{Numbers::min()}}),
            lists_.upper_bound({organization, user, TimePoint::max(), ExportId{Numbers::max()}})};
}

DATAEXPORT_DECL Stock MemoryExportStore::stock_beside(const ExportedData& record, const Quota& quota) const {
    Stock stock;
    if (record.user) stock.live_of_user = 0;
    if (const auto lane = lanes_.find(record.organization); lane != lanes_.end()) {
        for (const InTime* live : {&lane->second.queued, &lane->second.leased}) {
            stock.live_of_organization += live->size();
            if (!quota.live_of_user || !record.user) continue;
            for (const auto& [time, id] : *live) {
                const auto& user = entries_.at(id).record.user;
                if (user && user->id == record.user->id) ++*stock.live_of_user;
            }
        }
    }
    if (quota.bytes_of_organization) {
        const auto [begin, end] = listed(record.organization, std::nullopt);
        for (auto place = begin; place != end; ++place) {
            stock.bytes_of_organization +=
                detail::memory_export_store::stored_bytes(entries_.at(std::get<ExportId>(*place)).record);
        }
    }
    return stock;
}

DATAEXPORT_DECL Result<Created> MemoryExportStore::create_or_get(const ExportedData& record,
                                                                 std::string_view request_key,
                                                                 std::string_view idempotency_key, const Quota& quota) {
    assert(record.state == ExportState::queued);
    const std::scoped_lock lock(mutex_);
    if (const Entry* found = existing(request_key, idempotency_key)) return Created{found->record, false};
    if (const auto admitted = admit(quota, stock_beside(record, quota)); !admitted) return admitted.error();
    const auto [place, is_new] = entries_.try_emplace(record.id);
    if (!is_new) return Error{Errc::already_exists, "another export has this id"};
    Entry& entry = place->second;
    entry.record = record;
    entry.request_key = request_key;
    entry.idempotency_key = idempotency_key;
    entry.due = record.date_added;
    index(entry);
    lists_.emplace(record.organization, std::nullopt, record.date_added, record.id);
    if (record.user) lists_.emplace(record.organization, record.user->id, record.date_added, record.id);
    if (!idempotency_key.empty()) idempotent_.emplace(idempotency_key, record.id);
    return Created{record, true};
}

DATAEXPORT_DECL Result<ExportedData> MemoryExportStore::find(ExportId id) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return detail::memory_export_store::not_found();
    return found->second.record;
}

DATAEXPORT_DECL Result<std::vector<ExportedData>> MemoryExportStore::list(const ListQuery& query) {
    const std::scoped_lock lock(mutex_);
    const auto [begin, end] = listed(query.organization, query.user);
    std::vector<ExportedData> page;
    const auto collect = [&](auto first, auto last) {
        for (; first != last && page.size() < query.count; ++first) {
            page.push_back(entries_.at(std::get<ExportId>(*first)).record);
        }
    };
    if (!query.from) {
        collect(std::reverse_iterator(end), std::reverse_iterator(begin));
        return page;
    }
    const ListPlace from{query.organization, query.user, query.from->date_added, query.from->id};
    if (query.backwards) {
        collect(lists_.upper_bound(from), end);
        std::reverse(page.begin(), page.end());
    } else {
        collect(std::reverse_iterator(lists_.lower_bound(from)), std::reverse_iterator(begin));
    }
    return page;
}

DATAEXPORT_DECL Result<std::uint64_t> MemoryExportStore::count(const ListQuery& query) {
    const std::scoped_lock lock(mutex_);
    const auto [begin, end] = listed(query.organization, query.user);
    return static_cast<std::uint64_t>(std::distance(begin, end));
}

DATAEXPORT_DECL MemoryExportStore::Entry* MemoryExportStore::next_of(const Lane& lane, TimePoint now,
                                                                     const RunningLimits& limits) {
    const auto running = lane.leased.lower_bound({now, ExportId{std::numeric_limits<std::int64_t>::min()}});
    std::uint64_t of_organization = 0;
    std::map<UserId, std::uint64_t> of_user;
    for (auto place = running; place != lane.leased.end(); ++place) {
        ++of_organization;
        if (const auto& user = entries_.at(place->second).record.user) ++of_user[user->id];
    }
    if (limits.of_organization && of_organization >= *limits.of_organization) return nullptr;

    const auto first = [&](auto place, auto end) -> const InTime::value_type* {
        for (; place != end; ++place) {
            const auto& user = entries_.at(place->second).record.user;
            if (!limits.of_user || !user || of_user[user->id] < *limits.of_user) return &*place;
        }
        return nullptr;
    };
    const auto due = lane.queued.upper_bound({now, ExportId{std::numeric_limits<std::int64_t>::max()}});
    const auto* queued = first(lane.queued.begin(), due);
    const auto* lost = first(lane.leased.begin(), running);
    if (queued == nullptr && lost == nullptr) return nullptr;
    const bool take_queued = lost == nullptr || (queued != nullptr && *queued < *lost);
    return &entries_.at((take_queued ? queued : lost)->second);
}

DATAEXPORT_DECL Result<std::optional<Claim>> MemoryExportStore::claim(TimePoint now, TimePoint lease_until,
                                                                      const RunningLimits& limits) {
    const std::scoped_lock lock(mutex_);
    Lane* turn = nullptr;
    Entry* next = nullptr;
    for (auto& [organization, lane] : lanes_) {
        if (turn != nullptr && turn->served <= lane.served) continue;
        if (Entry* found = next_of(lane, now, limits)) {
            turn = &lane;
            next = found;
        }
    }
    if (next == nullptr) return std::optional<Claim>();
    update(*next, [&](Entry& e) {
        e.record.state = ExportState::running;
        e.lease_until = lease_until;
        e.fence = FencingToken{++last_fence_.value};
        ++e.attempts;
    });
    turn->served = next->fence;
    return std::optional(Claim{.record = next->record,
                               .fence = next->fence,
                               .checkpoint = next->checkpoint,
                               .attempt = next->attempts,
                               .batch_rows = next->batch_rows});
}

DATAEXPORT_DECL Result<void> MemoryExportStore::check_claim(ExportId id, FencingToken fence) {
    const std::scoped_lock lock(mutex_);
    return claimed(id, fence) == nullptr ? detail::memory_export_store::lease_lost() : ok();
}

DATAEXPORT_DECL Result<void> MemoryExportStore::renew(ExportId id, FencingToken fence, TimePoint lease_until) {
    const std::scoped_lock lock(mutex_);
    Entry* entry = claimed(id, fence);
    if (entry == nullptr) return detail::memory_export_store::lease_lost();
    update(*entry, [&](Entry& e) { e.lease_until = std::max(e.lease_until, lease_until); });
    return ok();
}

DATAEXPORT_DECL Result<void> MemoryExportStore::checkpoint(ExportId id, FencingToken fence,
                                                           const Checkpoint& checkpoint) {
    const std::scoped_lock lock(mutex_);
    Entry* entry = claimed(id, fence);
    if (entry == nullptr) return detail::memory_export_store::lease_lost();
    if (checkpoint.rows > entry->record.rows) entry->attempts = 1;
    entry->checkpoint = checkpoint;
    entry->record.rows = checkpoint.rows;
    entry->record.bytes = checkpoint.bytes;
    return ok();
}

DATAEXPORT_DECL Result<void> MemoryExportStore::finish(ExportId id, FencingToken fence, const ExportedFile& file,
                                                       const std::vector<Warning>& warnings, std::string_view manifest,
                                                       TimePoint date_finished, TimePoint date_expired) {
    const std::scoped_lock lock(mutex_);
    Entry* entry = claimed(id, fence);
    if (entry == nullptr) return detail::memory_export_store::lease_lost();
    update(*entry, [&](Entry& e) {
        e.record.state = ExportState::finished;
        e.record.file = file;
        e.record.bytes = file.size;
        e.record.warnings = warnings;
        e.record.date_finished = date_finished;
        e.record.date_expired = date_expired;
        e.checkpoint.reset();
        e.manifest = manifest;
    });
    add_message(id, Outcome::success, date_finished);
    return ok();
}

DATAEXPORT_DECL Result<void> MemoryExportStore::fail(ExportId id, FencingToken fence, const Error& error,
                                                     TimePoint now) {
    const std::scoped_lock lock(mutex_);
    Entry* entry = claimed(id, fence);
    if (entry == nullptr) return detail::memory_export_store::lease_lost();
    update(*entry, [&](Entry& e) {
        e.record.state = ExportState::failed;
        e.record.error = error;
        e.record.date_finished = now;
    });
    add_message(id, Outcome::failure, now);
    return ok();
}

DATAEXPORT_DECL Result<void> MemoryExportStore::postpone(ExportId id, FencingToken fence, TimePoint due,
                                                         std::size_t batch_rows) {
    const std::scoped_lock lock(mutex_);
    Entry* entry = claimed(id, fence);
    if (entry == nullptr) return detail::memory_export_store::lease_lost();
    update(*entry, [&](Entry& e) {
        e.record.state = ExportState::queued;
        e.due = due;
        e.batch_rows = batch_rows;
    });
    return ok();
}

DATAEXPORT_DECL Result<void> MemoryExportStore::release(ExportId id, FencingToken fence) {
    const std::scoped_lock lock(mutex_);
    Entry* entry = claimed(id, fence);
    if (entry == nullptr) return detail::memory_export_store::lease_lost();
    update(*entry, [](Entry& e) {
        e.record.state = ExportState::queued;
        --e.attempts;
    });
    return ok();
}

DATAEXPORT_DECL Result<ExportedData> MemoryExportStore::retry(ExportId id, TimePoint now) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return detail::memory_export_store::not_found();
    Entry& entry = found->second;
    if (entry.record.state != ExportState::failed) return Error{Errc::not_live, "the export has not failed"};
    if (live_.contains(entry.request_key)) return Error{Errc::already_exists, "an equal export is on its way"};
    update(entry, [&](Entry& e) {
        e.record.state = ExportState::queued;
        e.record.error.reset();
        e.record.date_finished.reset();
        e.due = now;
        e.attempts = 0;
        e.batch_rows = 0;
    });
    drop_messages(id);
    return entry.record;
}

DATAEXPORT_DECL Result<void> MemoryExportStore::invalidate(ExportId id, const Error& error) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return detail::memory_export_store::not_found();
    if (found->second.record.state != ExportState::finished) return Error{Errc::not_live, "the export is not finished"};
    update(found->second, [&](Entry& e) {
        e.record.state = ExportState::failed;
        e.record.error = error;
        e.record.rows = 0;
        e.record.bytes = 0;
        e.record.date_expired.reset();
        e.record.file.reset();
        e.manifest.clear();
    });
    drop_messages(id);
    return ok();
}

DATAEXPORT_DECL Result<void> MemoryExportStore::remove(ExportId id) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return detail::memory_export_store::not_found();
    const Entry& entry = found->second;
    const ExportedData& record = entry.record;
    unindex(entry);
    lists_.erase({record.organization, std::nullopt, record.date_added, id});
    if (record.user) lists_.erase({record.organization, record.user->id, record.date_added, id});
    if (!entry.idempotency_key.empty()) idempotent_.erase(entry.idempotency_key);
    drop_messages(id);
    entries_.erase(found);
    return ok();
}

DATAEXPORT_DECL Result<std::string> MemoryExportStore::manifest(ExportId id) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end() || found->second.record.state != ExportState::finished) {
        return Error{Errc::not_found, "the export has no manifest"};
    }
    return found->second.manifest;
}

DATAEXPORT_DECL Result<std::vector<ExportId>> MemoryExportStore::due_for_expiry(TimePoint now, std::size_t count) {
    const std::scoped_lock lock(mutex_);
    return detail::memory_export_store::first_before(expiring_, now, count);
}

DATAEXPORT_DECL Result<void> MemoryExportStore::mark_file_removed(ExportId id) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return detail::memory_export_store::not_found();
    update(found->second, [](Entry& e) { e.record.file.reset(); });
    drop_messages(id);
    return ok();
}

DATAEXPORT_DECL Result<std::vector<ExportId>> MemoryExportStore::ended_before(TimePoint before, std::size_t count) {
    const std::scoped_lock lock(mutex_);
    return detail::memory_export_store::first_before(ended_, before, count);
}

DATAEXPORT_DECL Result<std::vector<ExportedData>> MemoryExportStore::scan(const ScanQuery& query) {
    const std::scoped_lock lock(mutex_);
    std::vector<ExportedData> page;
    auto next = query.after ? entries_.upper_bound(*query.after) : entries_.begin();
    for (; next != entries_.end() && page.size() < query.count; ++next) {
        const ExportedData& record = next->second.record;
        if (detail::memory_export_store::wanted(query, record)) page.push_back(record);
    }
    return page;
}

DATAEXPORT_DECL Result<Usage> MemoryExportStore::usage(std::optional<OrganizationId> organization) {
    const std::scoped_lock lock(mutex_);
    Usage usage;
    if (organization) {
        const auto [begin, end] = listed(*organization, std::nullopt);
        for (auto place = begin; place != end; ++place) {
            detail::memory_export_store::count(usage, entries_.at(std::get<ExportId>(*place)).record);
        }
        return usage;
    }
    for (const auto& [id, entry] : entries_) {
        detail::memory_export_store::count(usage, entry.record);
    }
    return usage;
}

DATAEXPORT_DECL Result<std::optional<OutboxEntry>> MemoryExportStore::take_outbox(TimePoint now,
                                                                                  TimePoint taken_until) {
    const std::scoped_lock lock(mutex_);
    const auto longest_waiting = std::min_element(outbox_.begin(), outbox_.end(), [](const auto& a, const auto& b) {
        return std::pair(a.second.due, a.first) < std::pair(b.second.due, b.first);
    });
    if (longest_waiting == outbox_.end() || longest_waiting->second.due > now) return std::optional<OutboxEntry>();
    auto& [id, message] = *longest_waiting;
    message.due = taken_until;
    ++message.attempts;
    return std::optional(OutboxEntry{.id = id,
                                     .record = entries_.at(message.export_id).record,
                                     .outcome = message.outcome,
                                     .attempts = message.attempts});
}

DATAEXPORT_DECL Result<void> MemoryExportStore::postpone_message(std::int64_t entry, TimePoint due) {
    const std::scoped_lock lock(mutex_);
    if (const auto found = outbox_.find(entry); found != outbox_.end()) found->second.due = due;
    return ok();
}

DATAEXPORT_DECL Result<void> MemoryExportStore::mark_sent(std::int64_t entry) {
    const std::scoped_lock lock(mutex_);
    outbox_.erase(entry);
    return ok();
}

DATAEXPORT_NAMESPACE_END
