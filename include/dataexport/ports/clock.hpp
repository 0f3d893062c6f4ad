/// @file
/// Port: the time.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/time_point.hpp>

DATAEXPORT_NAMESPACE_BEGIN

/// Port: tells the time. Nothing in the library reads a clock in any other way.
///
/// Thread safety: may be called from any number of threads at the same time.
class Clock {
public:
    virtual ~Clock() = default;

    /// The present instant, UTC. It may stand still, and may jump when the machine's clock is set.
    [[nodiscard]] virtual TimePoint now() const = 0;
};

/// The clock of the machine.
class SystemClock final : public Clock {
public:
    [[nodiscard]] TimePoint now() const override {
        return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
};

DATAEXPORT_NAMESPACE_END
