/// @file
/// A clock that stands still until it is told to move.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/clock.hpp>

#include <atomic>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Thread safety: may be read and moved from any number of threads at the same time.
class ManualClock final : public Clock {
public:
    explicit ManualClock(TimePoint now) : micros_(now.time_since_epoch().count()) {}

    [[nodiscard]] TimePoint now() const override { return TimePoint(std::chrono::microseconds(micros_)); }
    /// Jumps, forwards or back.
    void set(TimePoint now) { micros_ = now.time_since_epoch().count(); }
    void advance(std::chrono::microseconds by) { micros_ += by.count(); }

private:
    std::atomic<std::chrono::microseconds::rep> micros_;
};

} // namespace testing
DATAEXPORT_NAMESPACE_END
