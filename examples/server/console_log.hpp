/// @file
/// What the library has to say, as lines on standard error.
#pragma once

#include <dataexport/ports/clock.hpp>
#include <dataexport/ports/telemetry.hpp>

namespace example {

/// Writes each log event as one line of JSON; counters and timings are for a metrics system, and are dropped here.
class ConsoleLog final : public dataexport::Telemetry {
public:
    void count(std::string_view, std::span<const dataexport::Label>) override {}
    void observe(std::string_view, double, std::span<const dataexport::Label>) override {}
    void log(dataexport::LogLevel level, std::string_view event, std::span<const dataexport::Label> fields) override;

private:
    dataexport::SystemClock clock_;
};

} // namespace example
