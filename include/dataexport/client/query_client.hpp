/// @file
/// Typed, cached access to an HTTP API.
#pragma once

#include <dataexport/client/api_response.hpp>
#include <dataexport/client/query_cache.hpp>
#include <dataexport/client/query_key.hpp>
#include <dataexport/client/query_options.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/time_point.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// What a subscriber sees of a query at one instant.
template <class View>
struct QueryState {
    std::optional<View> data;      ///< The last data there was, also if it is stale, or if `error` came after it.
    std::optional<ApiError> error; ///< Of the last call, if that failed.
    bool fetching = false;         ///< A call is under way.
    bool stale = true;
    TimePoint updated_at; ///< When the data arrived.
};

/// Ends a subscription when it ends itself. It may outlive the client.
class [[nodiscard]] Subscription {
public:
    Subscription() = default;
    Subscription(std::weak_ptr<detail::QueryCache> cache, detail::QueryCache::ObserverPtr observer)
        : cache_(std::move(cache)), observer_(std::move(observer)) {}
    Subscription(Subscription&& other) noexcept = default;
    Subscription& operator=(Subscription&& other) noexcept {
        std::swap(cache_, other.cache_);
        std::swap(observer_, other.observer_);
        return *this;
    }
    /// Waits until a callback that runs in another thread has returned.
    ~Subscription();

private:
    std::weak_ptr<detail::QueryCache> cache_;
    detail::QueryCache::ObserverPtr observer_;
};

/// Fetches what options ask for, keeps it, and tells who wants to know.
///
/// - Equal requests that are under way at the same time are one call.
/// - A call that failed is tried again as its options say; a mutation is not.
/// - What nobody has used for the cache time of its options is dropped; what is subscribed to is in use.
///
/// Functions that take a `done` return at once and call it once, in any thread, perhaps before they return. The others
/// wait; where calls are tried again, they need a thread of the executor that is free. Callbacks are called with
/// nothing locked, may call the client, and must not throw.
///
/// Thread safety: may be used from any number of threads at the same time.
class QueryClient {
public:
    explicit QueryClient(const ClientPorts& ports, ClientConfig config = {});
    QueryClient(const QueryClient&) = delete;
    QueryClient& operator=(const QueryClient&) = delete;
    /// Ends calls that are under way with `Errc::cancelled`. No callback runs, and no port is used, when it has
    /// returned. @pre no other function is running in any thread, and it is not called by a callback.
    ~QueryClient();

    /// What is cached if that is fresh, else a call.
    template <class Data, class View>
    [[nodiscard]] ApiResult<View> fetch(const QueryOptions<Data, View>& options) {
        return view(options, cache_->fetch(options, detail::Need::fresh, detail::Fetch::all));
    }
    template <class Data, class View>
    void fetch(const QueryOptions<Data, View>& options,
               std::type_identity_t<std::function<void(ApiResult<View>)>> done) {
        cache_->fetch(options, detail::Need::fresh, detail::Fetch::all, viewing(options, std::move(done)));
    }

    /// What is cached, however old, else a call.
    template <class Data, class View>
    [[nodiscard]] ApiResult<View> ensure(const QueryOptions<Data, View>& options) {
        return view(options, cache_->fetch(options, detail::Need::any, detail::Fetch::all));
    }
    template <class Data, class View>
    void ensure(const QueryOptions<Data, View>& options,
                std::type_identity_t<std::function<void(ApiResult<View>)>> done) {
        cache_->fetch(options, detail::Need::any, detail::Fetch::all, viewing(options, std::move(done)));
    }

    /// As `fetch`, for later: it does not wait, and says nothing.
    void prefetch(const QuerySettings& options);

    /// Adds the page after the last one. @return all pages; without a call if there is none after.
    template <class T, class View>
    [[nodiscard]] ApiResult<View> fetch_next_page(const QueryOptions<InfiniteData<T>, View>& options) {
        return view(options, cache_->fetch(options, detail::Need::fresh, detail::Fetch::next_page));
    }
    template <class T, class View>
    void fetch_next_page(const QueryOptions<InfiniteData<T>, View>& options,
                         std::type_identity_t<std::function<void(ApiResult<View>)>> done) {
        cache_->fetch(options, detail::Need::fresh, detail::Fetch::next_page, viewing(options, std::move(done)));
    }

    /// Adds the page before the first one. @return all pages; without a call if there is none before.
    template <class T, class View>
    [[nodiscard]] ApiResult<View> fetch_previous_page(const QueryOptions<InfiniteData<T>, View>& options) {
        return view(options, cache_->fetch(options, detail::Need::fresh, detail::Fetch::previous_page));
    }
    template <class T, class View>
    void fetch_previous_page(const QueryOptions<InfiniteData<T>, View>& options,
                             std::type_identity_t<std::function<void(ApiResult<View>)>> done) {
        cache_->fetch(options, detail::Need::fresh, detail::Fetch::previous_page, viewing(options, std::move(done)));
    }

    /// What is cached, however old; none if there is nothing, or nothing of this shape.
    template <class Data>
    [[nodiscard]] std::optional<Data> get_query_data(const DataKey<Data>& key) {
        const auto pages = cache_->data(key);
        if (pages == nullptr) return std::nullopt;
        auto data = detail::Codec<Data>::decode(*pages);
        return data ? std::optional<Data>(*std::move(data)) : std::nullopt;
    }
    /// Puts data into the cache as if it had just arrived. A call under way replaces it: `cancel` first.
    /// @param data infinite data has at least one page.
    template <class Data>
    void set_query_data(const DataKey<Data>& key, const std::type_identity_t<Data>& data) {
        cache_->set_data(key, std::make_shared<const detail::Pages>(detail::Codec<Data>::encode(data)));
    }

    /// Makes data stale, except for options with `StaleTime::fixed`, and fetches what is subscribed to. Answers to
    /// calls that are under way still reach those who wait for them, but not the cache.
    void invalidate(const QueryFilter& filter);
    /// Ends calls that are under way with `Errc::cancelled`. The data stays as it was.
    void cancel(const QueryFilter& filter);

    /// Remembers data before it is changed optimistically.
    [[nodiscard]] QuerySnapshot snapshot(std::vector<QueryFilter> filters);
    /// Puts the data back as it was; data that was not there is dropped.
    void restore(const QuerySnapshot& snapshot);

    /// Tells the state now, before it returns, and whenever it changes; a stale query is fetched.
    ///
    /// One callback runs at a time for each subscription, in any thread, with the latest state; states in between may
    /// be left out. Options that are skipped are told once, without data.
    template <class Data, class View>
    Subscription subscribe(const QueryOptions<Data, View>& options,
                           std::type_identity_t<std::function<void(const QueryState<View>&)>> changed) {
        const auto show = [options, changed = std::move(changed)](const detail::CacheState& state) {
            changed(state_of(options, state));
        };
        return {cache_, cache_->observe(options, show)};
    }

    /// A call past the cache; see `Mutation` (client/mutation.hpp).
    template <class T>
    [[nodiscard]] ApiResult<ApiResponse<T>> send(const MutationRequest& request) {
        return decode<ApiResponse<T>>(cache_->send(request));
    }
    template <class T>
    void send(const MutationRequest& request, std::function<void(ApiResult<ApiResponse<T>>)> done) {
        cache_->send(request, [done = std::move(done)](const detail::Outcome& outcome) {
            done(decode<ApiResponse<T>>(outcome));
        });
    }

private:
    template <class Data>
    static ApiResult<Data> decode(const detail::Outcome& outcome) {
        if (!outcome) return outcome.error();
        return detail::Codec<Data>::decode(**outcome);
    }
    template <class Data, class View>
    static ApiResult<View> view(const QueryOptions<Data, View>& options, const detail::Outcome& outcome) {
        auto data = decode<Data>(outcome);
        if (!data) return data.error();
        return options.select(*data);
    }
    template <class Data, class View>
    static detail::QueryCache::Done viewing(const QueryOptions<Data, View>& options,
                                            std::function<void(ApiResult<View>)> done) {
        return [options, done = std::move(done)](const detail::Outcome& outcome) { done(view(options, outcome)); };
    }
    template <class Data, class View>
    static QueryState<View> state_of(const QueryOptions<Data, View>& options, const detail::CacheState& cached) {
        QueryState<View> state{{}, cached.error, cached.fetching, cached.stale, cached.updated_at};
        if (cached.data == nullptr) return state;
        auto data = view(options, cached.data);
        if (data) {
            state.data = *std::move(data);
        } else {
            state.error = data.error();
        }
        return state;
    }

    std::shared_ptr<detail::QueryCache> cache_;
};

} // namespace client
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/client/impl/query_client.ipp>
#endif
