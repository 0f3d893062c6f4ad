#pragma once

#include <dataexport/client/export_polls.hpp>

#include <algorithm>
#include <condition_variable>
#include <optional>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// The looks at one export. It lives on in tasks and callbacks, which do nothing once nobody waits.
class ExportPolls::Poll : public std::enable_shared_from_this<Poll> {
public:
    Poll(QueryClient& queries, Executor& executor, ApiQueryOptions<RemoteExport> options, PollDelays delays)
        : queries_(queries), executor_(executor), options_(std::move(options)), delays_(delays) {}

    /// @return false if it is over: the next who waits needs another.
    [[nodiscard]] bool join() {
        const std::scoped_lock lock(mutex_);
        if (over_) return false;
        ++waiters_;
        return true;
    }

    void look() {
        {
            const std::scoped_lock lock(mutex_);
            if (over_) return;
            ++busy_;
        }
        queries_.fetch(options_, [self = shared_from_this()](const ApiResult<RemoteExport>& seen) { self->see(seen); });
        const std::scoped_lock lock(mutex_);
        --busy_;
        changed_.notify_all();
    }

    [[nodiscard]] ApiResult<RemoteExport> wait(const std::stop_token& stop,
                                               const std::function<void(const RemoteExport&)>& on_change) {
        std::unique_lock lock(mutex_);
        for (unsigned known = 0;;) {
            if (!changed_.wait(lock, stop, [&] { return looks_ != known; })) {
                return api_error(Error{Errc::cancelled, "the wait was given up"});
            }
            known = looks_;
            const auto seen = *seen_;
            if (!seen || seen->ended()) return seen;
            if (!on_change) continue;
            lock.unlock();
            on_change(*seen);
            lock.lock();
        }
    }

    /// @return whether nobody waits any more; nothing that was borrowed is used from then on.
    [[nodiscard]] bool leave() {
        std::unique_lock lock(mutex_);
        if (--waiters_ > 0) return false;
        over_ = true;
        changed_.wait(lock, [&] { return busy_ == 0; });
        return true;
    }

private:
    void see(const ApiResult<RemoteExport>& seen) {
        const std::scoped_lock lock(mutex_);
        if (over_) return;
        seen_ = seen;
        ++looks_;
        over_ = !seen || seen->ended();
        changed_.notify_all();
        if (over_) return;
        const auto delay = std::exchange(delays_.first, std::min(delays_.first + delays_.first / 2, delays_.longest));
        executor_.post_after(delay, [self = shared_from_this()] { self->look(); });
    }

    QueryClient& queries_;
    Executor& executor_;
    const ApiQueryOptions<RemoteExport> options_;
    PollDelays delays_; ///< `first` is the next.
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::optional<ApiResult<RemoteExport>> seen_;
    unsigned looks_ = 0;
    unsigned waiters_ = 1;
    unsigned busy_ = 0;
    bool over_ = false; ///< It has come to its end, or nobody waits.
};

DATAEXPORT_DECL ExportPolls::ExportPolls(QueryClient& queries, Executor& executor, std::string organization,
                                         PollDelays delays)
    : queries_(queries), executor_(executor), organization_(std::move(organization)), delays_(delays) {}

DATAEXPORT_DECL ApiResult<RemoteExport> ExportPolls::wait(ExportId id, const std::stop_token& stop,
                                                          const std::function<void(const RemoteExport&)>& on_change) {
    const auto poll = join(id);
    auto result = poll->wait(stop, on_change);
    leave(id, poll);
    return result;
}

DATAEXPORT_DECL ExportPolls::PollPtr ExportPolls::join(ExportId id) {
    std::unique_lock lock(mutex_);
    auto& poll = polls_[id];
    if (poll && poll->join()) return poll;
    poll = std::make_shared<Poll>(queries_, executor_, export_options(organization_, id), delays_);
    const auto joined = poll;
    lock.unlock();
    executor_.post([joined] { joined->look(); });
    return joined;
}

DATAEXPORT_DECL void ExportPolls::leave(ExportId id, const PollPtr& poll) {
    if (!poll->leave()) return;
    const std::scoped_lock lock(mutex_);
    const auto found = polls_.find(id);
    if (found != polls_.end() && found->second == poll) polls_.erase(found);
}

} // namespace client
DATAEXPORT_NAMESPACE_END
