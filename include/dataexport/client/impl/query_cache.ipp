#pragma once

#include <dataexport/client/query_cache.hpp>

#include <algorithm>
#include <stop_token>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {
namespace detail {

struct QueryCache::Call {
    QueryKey key; ///< Of its entry; the path of a mutation's is empty.
    ApiRequest request;
    Retry retry = Retry::never;
    Fetch what = Fetch::all;
    SharedPages base;                                 ///< What a further page is added to.
    std::size_t wanted = 1;                           ///< How many pages.
    std::vector<Page<json::value>> pages{};           ///< Those that have come.
    std::optional<std::string> cursor = std::nullopt; ///< Of the page under way.
    unsigned failures = 0;                            ///< Of the page under way.
    std::stop_source stop{};

    // Guarded by the lock of the cache:
    Stage stage = Stage::ready;
    std::size_t waiting = 0; ///< Threads.
    std::vector<Done> done{};
    std::optional<Outcome> outcome{};
};

namespace query_cache {

inline ApiError cancelled() { return api_error(Error{Errc::cancelled, "The call was cancelled."}); }

/// The pages that a call has got, together with those that it adds them to.
inline Pages merged(const SharedPages& base, Fetch what, std::vector<Page<json::value>> got) {
    if (base == nullptr || what == Fetch::all) return {std::move(got)};
    Pages pages = *base;
    pages.pages.insert(what == Fetch::next_page ? pages.pages.end() : pages.pages.begin(), got.begin(), got.end());
    return pages;
}

inline bool matches_any(const std::vector<QueryFilter>& filters, const QueryKey& key) {
    return std::any_of(filters.begin(), filters.end(), [&](const auto& filter) { return filter.matches(key); });
}

} // namespace query_cache

// Callers

DATAEXPORT_DECL Outcome QueryCache::fetch(const QuerySettings& settings, Need need, Fetch what) {
    if (settings.refused) return api_error(*settings.refused);
    After after;
    std::unique_lock lock(mutex_);
    if (closed_) return query_cache::cancelled();
    SharedPages data;
    const auto call = call_for(settings, need, what, data, after);
    if (call == nullptr) return data;
    return wait_for(call, lock, after);
}

DATAEXPORT_DECL void QueryCache::fetch(const QuerySettings& settings, Need need, Fetch what, Done done) {
    if (settings.refused) return done(api_error(*settings.refused));
    After after;
    std::unique_lock lock(mutex_);
    if (closed_) {
        lock.unlock();
        return done(query_cache::cancelled());
    }
    SharedPages data;
    if (const auto call = call_for(settings, need, what, data, after)) {
        call->done.push_back(std::move(done));
        if (call->stage == Stage::ready) post(call, Stage::ready);
        lock.unlock();
        return settle(after);
    }
    lock.unlock();
    settle(after);
    done(std::move(data));
}

DATAEXPORT_DECL Outcome QueryCache::send(const MutationRequest& request) {
    if (request.path.refused) return api_error(*request.path.refused);
    After after;
    std::unique_lock lock(mutex_);
    if (closed_) return query_cache::cancelled();
    return wait_for(start(request), lock, after);
}

DATAEXPORT_DECL void QueryCache::send(const MutationRequest& request, Done done) {
    if (request.path.refused) return done(api_error(*request.path.refused));
    {
        const std::lock_guard lock(mutex_);
        if (!closed_) {
            const auto call = start(request);
            call->done.push_back(std::move(done));
            return post(call, Stage::ready);
        }
    }
    done(query_cache::cancelled());
}

DATAEXPORT_DECL SharedPages QueryCache::data(const QueryKey& key) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    use(*found);
    return found->second.data;
}

DATAEXPORT_DECL void QueryCache::set_data(const QueryKey& key, SharedPages data) {
    if (key.path.empty() || data->pages.empty()) return;
    After after;
    {
        const std::lock_guard lock(mutex_);
        auto& named = entry_of(key, default_cache_time);
        keep(named, std::move(data));
        notify(named.second, after);
    }
    settle(after);
}

DATAEXPORT_DECL void QueryCache::invalidate(const QueryFilter& filter) {
    After after;
    {
        const std::lock_guard lock(mutex_);
        for (auto& named : entries_) {
            if (!filter.matches(named.first)) continue;
            named.second.invalidated = true;
            detach(named.second, after);
            refetch_if_watched(named);
            notify(named.second, after);
            use(named);
        }
    }
    settle(after);
}

DATAEXPORT_DECL void QueryCache::cancel(const QueryFilter& filter) {
    After after;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& call : std::set(calls_)) {
            if (filter.matches(call->key)) end(call, query_cache::cancelled(), after);
        }
    }
    settle(after);
}

DATAEXPORT_DECL QuerySnapshot QueryCache::snapshot(std::vector<QueryFilter> filters) {
    const std::lock_guard lock(mutex_);
    QuerySnapshot snapshot{std::move(filters), {}};
    for (const auto& [key, entry] : entries_) {
        if (entry.data == nullptr || !query_cache::matches_any(snapshot.filters, key)) continue;
        snapshot.entries[key] = {entry.data, entry.updated_at, entry.invalidated};
    }
    return snapshot;
}

DATAEXPORT_DECL void QueryCache::restore(const QuerySnapshot& snapshot) {
    After after;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [key, kept] : snapshot.entries) {
            entry_of(key, default_cache_time);
        }
        for (auto& named : entries_) {
            if (!query_cache::matches_any(snapshot.filters, named.first)) continue;
            const auto found = snapshot.entries.find(named.first);
            const auto kept = found == snapshot.entries.end() ? QuerySnapshot::Kept{} : found->second;
            auto& entry = named.second;
            entry.data = kept.data;
            entry.updated_at = kept.updated_at;
            entry.invalidated = kept.invalidated;
            notify(entry, after);
            use(named);
        }
    }
    settle(after);
}

// Observers

DATAEXPORT_DECL QueryCache::ObserverPtr QueryCache::observe(const QuerySettings& settings,
                                                            std::function<void(const CacheState&)> changed) {
    auto observer = std::make_shared<Observer>(Observer{settings, std::move(changed), false, true, true, {}});
    After after{{}, {observer}};
    {
        const std::lock_guard lock(mutex_);
        if (!closed_ && !settings.refused) {
            auto& named = entry_of(settings.query_key, settings.cache_time);
            auto& entry = named.second;
            entry.observers.push_back(observer);
            if (entry.call == nullptr && !is_fresh(entry, settings.stale_time)) {
                post(start(named, settings, Fetch::all), Stage::ready);
                notify(entry, after);
            }
        }
    }
    settle(after);
    return observer;
}

DATAEXPORT_DECL void QueryCache::forget(const ObserverPtr& observer) {
    std::unique_lock lock(mutex_);
    observer->gone = true;
    if (const auto found = entries_.find(observer->settings.query_key); found != entries_.end()) {
        std::erase(found->second.observers, observer);
        use(*found);
    }
    if (observer->teller == std::this_thread::get_id()) return;
    changed_.wait(lock, [&] { return observer->teller == std::thread::id(); });
}

DATAEXPORT_DECL void QueryCache::notify(const Entry& entry, After& after) {
    for (const auto& observer : entry.observers) {
        observer->pending = true;
        if (!std::exchange(observer->queued, true)) after.tell.push_back(observer);
    }
}

DATAEXPORT_DECL CacheState QueryCache::state_of(const Observer& observer) const {
    CacheState state;
    if (observer.settings.refused && observer.settings.refused->code != Errc::cancelled) {
        state.error = api_error(*observer.settings.refused);
    }
    const auto found = entries_.find(observer.settings.query_key);
    if (observer.settings.refused || found == entries_.end()) return state;
    const auto& entry = found->second;
    return {entry.data, entry.error, entry.call != nullptr, !is_fresh(entry, observer.settings.stale_time),
            entry.updated_at};
}

DATAEXPORT_DECL void QueryCache::tell(Observer& observer) {
    std::unique_lock lock(mutex_);
    observer.teller = std::this_thread::get_id();
    while (std::exchange(observer.pending, false) && !observer.gone) {
        const auto state = state_of(observer);
        lock.unlock();
        observer.changed(state);
        lock.lock();
    }
    observer.queued = false;
    observer.teller = {};
    changed_.notify_all();
}

// Entries

DATAEXPORT_DECL QueryCache::Named& QueryCache::entry_of(const QueryKey& key, CacheTime cache_time) {
    auto& named = *entries_.try_emplace(key).first;
    named.second.cache_time = std::clamp(cache_time, named.second.cache_time, keep_forever);
    return named;
}

DATAEXPORT_DECL bool QueryCache::is_fresh(const Entry& entry, const StaleTime& stale_time) const {
    return entry.data != nullptr && stale_time.is_fresh(entry.updated_at, entry.invalidated, ports_.clock.now());
}

DATAEXPORT_DECL bool QueryCache::suffices(const Entry& entry, const QuerySettings& settings, Need need,
                                          Fetch what) const {
    if (entry.data == nullptr) return false;
    switch (what) {
    case Fetch::next_page:
        return !entry.data->next();
    case Fetch::previous_page:
        return !entry.data->previous();
    case Fetch::all:
        break;
    }
    return need == Need::any || is_fresh(entry, settings.stale_time);
}

DATAEXPORT_DECL void QueryCache::keep(Named& named, SharedPages data) {
    auto& entry = named.second;
    entry.data = std::move(data);
    entry.error.reset();
    entry.updated_at = ports_.clock.now();
    entry.invalidated = false;
    use(named);
}

DATAEXPORT_DECL void QueryCache::use(Named& named) {
    auto& entry = named.second;
    entry.last_used = ports_.clock.now();
    const bool idle = entry.observers.empty() && entry.call == nullptr;
    if (idle && !entry.expiring && !closed_) expire_later(named, entry.cache_time);
}

DATAEXPORT_DECL void QueryCache::expire_later(Named& named, std::chrono::microseconds delay) {
    if (named.second.cache_time == keep_forever) return;
    named.second.expiring = true;
    ports_.executor.post_after(std::chrono::ceil<std::chrono::milliseconds>(delay),
                               [weak = weak_from_this(), key = named.first] {
                                   if (const auto self = weak.lock()) self->expire(key);
                               });
}

DATAEXPORT_DECL void QueryCache::expire(const QueryKey& key) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (closed_ || found == entries_.end()) return;
    auto& entry = found->second;
    entry.expiring = false;
    if (!entry.observers.empty() || entry.call != nullptr) return;
    const auto unused = std::max(ports_.clock.now() - entry.last_used, std::chrono::microseconds::zero());
    if (unused >= entry.cache_time) {
        entries_.erase(found);
    } else {
        expire_later(*found, entry.cache_time - unused);
    }
}

// Calls

DATAEXPORT_DECL QueryCache::CallPtr QueryCache::call_for(const QuerySettings& settings, Need need, Fetch what,
                                                         SharedPages& data, After& after) {
    auto& named = entry_of(settings.query_key, settings.cache_time);
    auto& entry = named.second;
    if (suffices(entry, settings, need, what)) {
        use(named);
        data = entry.data;
        return nullptr;
    }
    if (entry.call != nullptr && (what == Fetch::all || what == entry.call->what)) return entry.call;
    detach(entry, after);
    auto call = start(named, settings, what);
    notify(entry, after);
    return call;
}

DATAEXPORT_DECL QueryCache::CallPtr QueryCache::start(Named& named, const QuerySettings& settings, Fetch what) {
    auto& entry = named.second;
    auto call = std::make_shared<Call>();
    call->key = named.first;
    call->request.headers = config_.headers;
    call->retry = settings.retry;
    call->what = what;
    call->base = entry.data;
    if (const auto& base = entry.data; base != nullptr) {
        if (what == Fetch::all) call->wanted = base->pages.size();
        call->cursor = what == Fetch::all         ? base->pages.front().cursor
                       : what == Fetch::next_page ? base->next()
                                                  : base->previous();
    }
    calls_.insert(call);
    entry.call = call;
    return call;
}

DATAEXPORT_DECL QueryCache::CallPtr QueryCache::start(const MutationRequest& request) {
    auto call = std::make_shared<Call>();
    call->request.method = request.method;
    call->request.url = config_.base + to_url(query_key(request.path.text, request.query));
    call->request.headers = config_.headers;
    if (request.body) {
        call->request.headers.set("Content-Type", "application/json");
        call->request.body = to_json(*request.body);
    }
    calls_.insert(call);
    return call;
}

DATAEXPORT_DECL void QueryCache::post(const CallPtr& call, Stage expected, std::chrono::milliseconds delay) {
    const auto task = [weak = weak_from_this(), call, expected] {
        const auto self = weak.lock();
        if (self == nullptr) return;
        {
            const std::lock_guard lock(self->mutex_);
            if (self->closed_ || call->stage != expected) return;
            call->stage = Stage::running;
            ++self->tasks_;
        }
        self->run(call);
        const std::lock_guard lock(self->mutex_);
        --self->tasks_;
        self->changed_.notify_all();
    };
    ports_.executor.post_after(delay, task);
}

DATAEXPORT_DECL Outcome QueryCache::wait_for(const CallPtr& call, std::unique_lock<std::mutex>& lock, After& after) {
    ++call->waiting;
    const bool begins = call->stage == Stage::ready;
    if (begins) call->stage = Stage::running;
    lock.unlock();
    settle(after);
    if (begins) run(call);
    lock.lock();
    changed_.wait(lock, [&] { return call->stage == Stage::ended; });
    return *call->outcome;
}

DATAEXPORT_DECL void QueryCache::run(const CallPtr& call) {
    while (!call->stop.stop_requested()) {
        if (!call->key.path.empty()) call->request.url = config_.base + to_url(call->key, call->cursor);
        const auto answer = ports_.transport.send(call->request, call->stop.get_token());
        if (!answer) return fail(call, api_error(answer.error()));
        if (answer->status < 200 || answer->status > 299) return fail(call, api_error(*answer, ports_.clock.now()));
        auto response = read_answer(*answer);
        if (!response) return fail(call, response.error());

        call->pages.push_back({*std::move(response), call->cursor});
        call->failures = 0;
        const auto& next = call->pages.back().headers.link.next;
        if (call->pages.size() >= call->wanted || !next) return finish(call);
        call->cursor = next;
    }
}

DATAEXPORT_DECL void QueryCache::fail(const CallPtr& call, const ApiError& error) {
    const auto delay = retry_delay(call->retry, ++call->failures, error, ports_.jitter);
    After after;
    {
        const std::lock_guard lock(mutex_);
        if (delay && call->stage == Stage::running) {
            call->stage = Stage::resting;
            post(call, Stage::resting, *delay);
        } else {
            end(call, error, after);
        }
    }
    settle(after);
}

DATAEXPORT_DECL void QueryCache::finish(const CallPtr& call) {
    After after;
    std::unique_lock lock(mutex_, std::defer_lock);
    for (;;) {
        const auto pages = std::make_shared<const Pages>(query_cache::merged(call->base, call->what, call->pages));
        lock.lock();
        if (call->what == Fetch::all || !is_current(*call) || entries_.at(call->key).data == call->base) {
            end(call, SharedPages(pages), after);
            break;
        }
        call->base = entries_.at(call->key).data; // changed by hand meanwhile
        lock.unlock();
    }
    lock.unlock();
    settle(after);
}

DATAEXPORT_DECL bool QueryCache::is_current(const Call& call) const {
    const auto found = entries_.find(call.key);
    return found != entries_.end() && found->second.call.get() == &call;
}

DATAEXPORT_DECL void QueryCache::end(const CallPtr& call, Outcome outcome, After& after) {
    if (call->stage == Stage::ended) return;
    if (is_current(*call)) {
        auto& named = *entries_.find(call->key);
        named.second.call = nullptr;
        if (outcome) {
            keep(named, *outcome);
        } else if (outcome.error().code != Errc::cancelled) {
            named.second.error = outcome.error();
        }
        notify(named.second, after);
        use(named);
    }
    call->stage = Stage::ended;
    call->outcome = std::move(outcome);
    calls_.erase(call);
    after.ended.push_back(call);
}

/// The call goes on for those who wait for it.
DATAEXPORT_DECL void QueryCache::detach(Entry& entry, After& after) {
    const auto call = std::exchange(entry.call, nullptr);
    if (call != nullptr && call->waiting == 0 && call->done.empty()) end(call, query_cache::cancelled(), after);
}

DATAEXPORT_DECL void QueryCache::refetch_if_watched(Named& named) {
    for (const auto& observer : named.second.observers) {
        if (closed_ || is_fresh(named.second, observer->settings.stale_time)) continue;
        return post(start(named, observer->settings, Fetch::all), Stage::ready);
    }
}

DATAEXPORT_DECL void QueryCache::settle(const After& after) {
    if (!after.ended.empty()) changed_.notify_all();
    for (const auto& call : after.ended) {
        call->stop.request_stop();
        for (const auto& done : std::exchange(call->done, {})) {
            done(*call->outcome);
        }
    }
    for (const auto& observer : after.tell) {
        tell(*observer);
    }
}

DATAEXPORT_DECL void QueryCache::close() {
    After after;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        for (auto& named : entries_) {
            for (const auto& observer : named.second.observers) {
                observer->gone = true;
            }
        }
        for (const auto& call : std::set(calls_)) {
            end(call, query_cache::cancelled(), after);
        }
    }
    settle(after);
    Entries entries; // ends outside the lock
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return tasks_ == 0; });
    entries.swap(entries_);
}

} // namespace detail
} // namespace client
DATAEXPORT_NAMESPACE_END
