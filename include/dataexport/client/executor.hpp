/// @file
/// Port: where the client's work runs.
#pragma once

#include <dataexport/core/config.hpp>

#include <chrono>
#include <functional>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// Port: runs tasks, soon or later, never inside `post_after` itself. `ThreadExecutor` (client/thread_executor.hpp) is
/// one; `testing::ManualExecutor` runs them when a test says so.
///
/// Thread safety: may be called from any number of threads at the same time, also by tasks.
class Executor {
public:
    virtual ~Executor() = default;

    /// Runs the task when `delay` has passed. A task that is still waiting when the executor ends never runs.
    /// @pre `task` does not throw.
    virtual void post_after(std::chrono::milliseconds delay, std::function<void()> task) = 0;

    /// Runs the task soon.
    void post(std::function<void()> task) { post_after(std::chrono::milliseconds::zero(), std::move(task)); }
};

} // namespace client
DATAEXPORT_NAMESPACE_END
