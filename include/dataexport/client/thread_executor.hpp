/// @file
/// `Executor` with a few threads of its own.
#pragma once

#include <dataexport/client/executor.hpp>
#include <dataexport/core/config.hpp>

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// Runs tasks in the order in which they fall due.
class ThreadExecutor final : public Executor {
public:
    /// @param threads how many tasks run at once, at least one.
    explicit ThreadExecutor(unsigned threads = 2);
    ThreadExecutor(const ThreadExecutor&) = delete;
    ThreadExecutor& operator=(const ThreadExecutor&) = delete;
    /// Waits for the tasks that are running and drops the others. @pre not called by a task.
    ~ThreadExecutor() override;

    void post_after(std::chrono::milliseconds delay, std::function<void()> task) override;

private:
    using Time = std::chrono::steady_clock::time_point;

    void work();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::pair<Time, std::uint64_t>, std::function<void()>> tasks_; ///< By due time, then in order.
    std::uint64_t posted_ = 0;
    bool ending_ = false;
    std::vector<std::thread> threads_;
};

} // namespace client
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/client/impl/thread_executor.ipp>
#endif
