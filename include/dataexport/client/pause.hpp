/// @file
/// A wait that an executor ends.
#pragma once

#include <dataexport/client/executor.hpp>
#include <dataexport/core/config.hpp>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// Waits until the executor would have run a task after `delay`. @return false if `stop` was requested before that.
[[nodiscard]] inline bool pause(Executor& executor, std::chrono::milliseconds delay, const std::stop_token& stop) {
    struct Bell {
        std::mutex mutex;
        std::condition_variable_any changed;
        bool rung = false;
    };
    const auto bell = std::make_shared<Bell>();
    executor.post_after(delay, [bell] {
        const std::scoped_lock lock(bell->mutex);
        bell->rung = true;
        bell->changed.notify_all();
    });
    std::unique_lock lock(bell->mutex);
    return bell->changed.wait(lock, stop, [&] { return bell->rung; });
}

} // namespace client
DATAEXPORT_NAMESPACE_END
