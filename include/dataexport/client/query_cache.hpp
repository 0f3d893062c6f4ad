/// @file
/// The part of `QueryClient` that knows no types: entries, calls under way, and who is told.
#pragma once

#include <dataexport/api/message.hpp>
#include <dataexport/client/api_path.hpp>
#include <dataexport/client/api_response.hpp>
#include <dataexport/client/executor.hpp>
#include <dataexport/client/query_key.hpp>
#include <dataexport/client/query_options.hpp>
#include <dataexport/client/retry.hpp>
#include <dataexport/client/transport.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/time_point.hpp>
#include <dataexport/ports/clock.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// What the client needs of its host. References are borrowed, and outlive it.
struct ClientPorts {
    Transport& transport;
    Executor& executor; ///< Runs calls that nobody waits for, further tries, and the end of what is not used.
    const Clock& clock;
    Jitter jitter = random_jitter; ///< Of the waits between tries.
};

struct ClientConfig {
    std::string base = "/api/0"; ///< Stands before every path.
    Headers headers{};           ///< Sent with every call, for example `Authorization`.
};

/// A call that changes something on the server.
struct MutationRequest {
    std::string method = "POST";
    ApiPath path;
    std::vector<QueryParameter> query{};
    std::optional<json::value> body{};
};

/// Cached data as it was at one instant, for `QueryClient::restore`.
struct QuerySnapshot {
    struct Kept {
        std::shared_ptr<const detail::Pages> data;
        TimePoint updated_at;
        bool invalidated = false;
    };
    std::vector<QueryFilter> filters; ///< What it is about. Data that came later is not in `entries`.
    std::map<QueryKey, Kept> entries;
};

namespace detail {

using SharedPages = std::shared_ptr<const Pages>;
using Outcome = ApiResult<SharedPages>;

/// What a call asks for: all pages (of a plain query, the one), or one more at an end.
enum class Fetch : std::uint8_t { all, next_page, previous_page };
/// What a caller is content with.
enum class Need : std::uint8_t { fresh, any };

/// What an observer is told.
struct CacheState {
    SharedPages data{};
    std::optional<ApiError> error{};
    bool fetching = false;
    bool stale = true;
    TimePoint updated_at{};
};

/// One lock guards everything. Callbacks and the transport are called outside it; the clock, and the executor, which
/// takes tasks but runs none, inside.
///
/// An entry takes the outcome of its current call alone. Invalidating and cancelling take the call away from the entry,
/// so that an answer from before never replaces what came after.
class QueryCache : public std::enable_shared_from_this<QueryCache> {
public:
    using Done = std::function<void(const Outcome&)>;

    /// Someone who is told about an entry.
    struct Observer {
        QuerySettings settings;
        std::function<void(const CacheState&)> changed;
        bool gone = false;
        bool pending = false;   ///< There is something to tell.
        bool queued = false;    ///< A thread is about to tell, or tells; then it looks again.
        std::thread::id teller; ///< The thread in which `changed` runs.
    };
    using ObserverPtr = std::shared_ptr<Observer>;

    QueryCache(const ClientPorts& ports, ClientConfig config) : ports_(ports), config_(std::move(config)) {}

    /// Waits. The calling thread makes the call itself if no other has begun it.
    [[nodiscard]] Outcome fetch(const QuerySettings& settings, Need need, Fetch what);
    /// @param done is called once: at once, or in the thread that ends the call.
    void fetch(const QuerySettings& settings, Need need, Fetch what, Done done);
    [[nodiscard]] Outcome send(const MutationRequest& request);
    void send(const MutationRequest& request, Done done);

    [[nodiscard]] SharedPages data(const QueryKey& key);
    void set_data(const QueryKey& key, SharedPages data);
    void invalidate(const QueryFilter& filter);
    void cancel(const QueryFilter& filter);
    [[nodiscard]] QuerySnapshot snapshot(std::vector<QueryFilter> filters);
    void restore(const QuerySnapshot& snapshot);

    [[nodiscard]] ObserverPtr observe(const QuerySettings& settings, std::function<void(const CacheState&)> changed);
    /// Nothing is told when it has returned, unless the observer itself calls it.
    void forget(const ObserverPtr& observer);

    /// Ends every call with `Errc::cancelled`, and waits until tasks use no port and no callback any more. Final.
    void close();

private:
    struct Call;
    using CallPtr = std::shared_ptr<Call>;
    enum class Stage : std::uint8_t {
        ready,   ///< Any thread may begin it.
        running, ///< A thread is at it.
        resting, ///< It failed, and will be tried again.
        ended,
    };
    struct Entry {
        SharedPages data;
        std::optional<ApiError> error; ///< Of the last call, if that failed.
        TimePoint updated_at{};
        bool invalidated = false;
        CallPtr call; ///< The current one.
        std::vector<ObserverPtr> observers;
        CacheTime cache_time{};
        TimePoint last_used{};
        bool expiring = false; ///< A task will look whether it is still used.
    };
    using Entries = std::map<QueryKey, Entry>;
    using Named = Entries::value_type;
    /// What is left to do when the lock is released.
    struct After {
        std::vector<CallPtr> ended;
        std::vector<ObserverPtr> tell;
    };

    // With the lock held:
    Named& entry_of(const QueryKey& key, CacheTime cache_time);
    [[nodiscard]] bool is_fresh(const Entry& entry, const StaleTime& stale_time) const;
    [[nodiscard]] bool suffices(const Entry& entry, const QuerySettings& settings, Need need, Fetch what) const;
    /// The call to wait for; none if the entry has what is asked for.
    CallPtr call_for(const QuerySettings& settings, Need need, Fetch what, SharedPages& data, After& after);
    CallPtr start(Named& named, const QuerySettings& settings, Fetch what);
    CallPtr start(const MutationRequest& request);
    void post(const CallPtr& call, Stage expected, std::chrono::milliseconds delay = {});
    void detach(Entry& entry, After& after);
    void end(const CallPtr& call, Outcome outcome, After& after);
    void keep(Named& named, SharedPages data);
    void refetch_if_watched(Named& named);
    void notify(const Entry& entry, After& after);
    void use(Named& named);
    void expire_later(Named& named, std::chrono::microseconds delay);
    [[nodiscard]] CacheState state_of(const Observer& observer) const;
    [[nodiscard]] bool is_current(const Call& call) const;

    // Without it:
    [[nodiscard]] Outcome wait_for(const CallPtr& call, std::unique_lock<std::mutex>& lock, After& after);
    void run(const CallPtr& call);
    void fail(const CallPtr& call, const ApiError& error);
    void finish(const CallPtr& call);
    void expire(const QueryKey& key);
    void settle(const After& after);
    void tell(Observer& observer);

    ClientPorts ports_;
    ClientConfig config_;
    std::mutex mutex_;
    std::condition_variable changed_; ///< A call has ended, an observer was told, or a task is over.
    Entries entries_;
    std::set<CallPtr> calls_; ///< All that have not ended.
    std::size_t tasks_ = 0;   ///< How many tasks are running calls.
    bool closed_ = false;
};

} // namespace detail
} // namespace client
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/client/impl/query_cache.ipp>
#endif
