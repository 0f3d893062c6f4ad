/// @file
/// `Telemetry` that keeps what it is told.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/telemetry.hpp>

#include <map>
#include <mutex>
#include <string>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Remembers every call in order.
class RecordingTelemetry final : public Telemetry {
public:
    using Labels = std::map<std::string, std::string>;

    struct Counted {
        std::string metric;
        Labels labels;
    };
    struct Observed {
        std::string metric;
        double value;
        Labels labels;
    };
    struct Logged {
        LogLevel level;
        std::string event;
        Labels fields;
    };

    void count(std::string_view metric, std::span<const Label> labels) override {
        const std::scoped_lock lock(mutex_);
        counted_.push_back({std::string(metric), copy(labels)});
    }
    void observe(std::string_view metric, double value, std::span<const Label> labels) override {
        const std::scoped_lock lock(mutex_);
        observed_.push_back({std::string(metric), value, copy(labels)});
    }
    void log(LogLevel level, std::string_view event, std::span<const Label> fields) override {
        const std::scoped_lock lock(mutex_);
        logged_.push_back({level, std::string(event), copy(fields)});
    }

    [[nodiscard]] std::vector<Counted> counted() const { return snapshot(counted_); }
    [[nodiscard]] std::vector<Observed> observed() const { return snapshot(observed_); }
    [[nodiscard]] std::vector<Logged> logged() const { return snapshot(logged_); }
    /// How often a counter was counted up.
    [[nodiscard]] std::size_t count_of(std::string_view metric) const {
        const std::scoped_lock lock(mutex_);
        std::size_t times = 0;
        for (const auto& counted : counted_) {
            if (counted.metric == metric) ++times;
        }
        return times;
    }

private:
    static Labels copy(std::span<const Label> labels) {
        Labels copied;
        for (const auto& [name, value] : labels) {
            copied.emplace(name, value);
        }
        return copied;
    }
    template <class T>
    std::vector<T> snapshot(const std::vector<T>& calls) const {
        const std::scoped_lock lock(mutex_);
        return calls;
    }

    mutable std::mutex mutex_;
    std::vector<Counted> counted_;
    std::vector<Observed> observed_;
    std::vector<Logged> logged_;
};

DATAEXPORT_NAMESPACE_END
