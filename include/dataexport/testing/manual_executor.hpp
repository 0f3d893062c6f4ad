/// @file
/// An executor that runs tasks when it is told to.
#pragma once

#include <dataexport/client/executor.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/time_point.hpp>
#include <dataexport/testing/manual_clock.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Keeps tasks until a test runs them, in its own thread. Delays pass on a `ManualClock`.
///
/// Thread safety: may be used from any number of threads at the same time.
class ManualExecutor final : public client::Executor {
public:
    /// @param clock is borrowed.
    explicit ManualExecutor(ManualClock& clock) : clock_(clock) {}

    void post_after(std::chrono::milliseconds delay, std::function<void()> task) override {
        const std::lock_guard lock(mutex_);
        tasks_.emplace(std::pair{clock_.now() + delay, posted_++}, std::move(task));
    }

    /// Runs the task that is due first. @return false if none is due.
    bool run_one() { return run_until(clock_.now()); }
    /// Runs everything that is due, also what these tasks post. @return how many.
    std::size_t run() {
        std::size_t count = 0;
        for (; run_one(); ++count) {
        }
        return count;
    }
    /// Lets time pass, and runs each task at its instant.
    void advance(std::chrono::milliseconds by) {
        const TimePoint end = clock_.now() + by;
        while (run_until(end)) {
        }
        clock_.set(end);
    }
    /// How many tasks have not run.
    [[nodiscard]] std::size_t waiting() const {
        const std::lock_guard lock(mutex_);
        return tasks_.size();
    }

private:
    bool run_until(TimePoint end) {
        std::function<void()> task;
        {
            const std::lock_guard lock(mutex_);
            if (tasks_.empty() || tasks_.begin()->first.first > end) return false;
            const auto first = tasks_.extract(tasks_.begin());
            if (clock_.now() < first.key().first) clock_.set(first.key().first);
            task = std::move(first.mapped());
        }
        task();
        return true;
    }

    ManualClock& clock_;
    mutable std::mutex mutex_;
    std::map<std::pair<TimePoint, std::uint64_t>, std::function<void()>> tasks_; ///< By due time, then in order.
    std::uint64_t posted_ = 0;
};

} // namespace testing
DATAEXPORT_NAMESPACE_END
