/// @file
/// Port: counters, timings and log events.
#pragma once

#include <dataexport/core/config.hpp>

#include <cstdint>
#include <span>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// A name and its value. Values of labels are from small fixed sets: never a path, a secret or the text of a query.
struct Label {
    std::string_view name;
    std::string_view value;
};

enum class LogLevel : std::uint8_t { info, warning, error };

/// Port: takes what the library has to say about its work, under the names of the reference (reference, 6.8).
///
/// Thread safety: may be called from any number of threads at the same time.
/// Errors: none; a telemetry system that fails must not fail exports. Arguments are not kept after the call.
class Telemetry {
public:
    virtual ~Telemetry() = default;

    /// Adds one to a counter such as `dataexport.start`.
    virtual void count(std::string_view metric, std::span<const Label> labels) = 0;
    /// Records a value of a distribution such as `dataexport.row_count`, `dataexport.file_size` (bytes) or
    /// `dataexport.duration` (seconds).
    virtual void observe(std::string_view metric, double value, std::span<const Label> labels) = 0;
    /// Writes a log event such as `dataexport.end`; here, fields may also be ids and times.
    virtual void log(LogLevel level, std::string_view event, std::span<const Label> fields) = 0;
};

/// Takes everything and does nothing.
class NoTelemetry final : public Telemetry {
public:
    void count(std::string_view, std::span<const Label>) override {}
    void observe(std::string_view, double, std::span<const Label>) override {}
    void log(LogLevel, std::string_view, std::span<const Label>) override {}
};

DATAEXPORT_NAMESPACE_END
