#include <dataexport/prometheus/prometheus_telemetry.hpp>

#include "prometheus/series.hpp"

#include <exception>

#include <prometheus/text_serializer.h>

DATAEXPORT_NAMESPACE_BEGIN

namespace {

class PrometheusCppTelemetry final : public PrometheusTelemetry {
public:
    explicit PrometheusCppTelemetry(const PrometheusTelemetryOptions& options)
        : log_(options.log), counters_(registry_, options.max_label_sets),
          histograms_(registry_, options.max_label_sets) {}

    void count(std::string_view metric, std::span<const Label> labels) override {
        quietly([&] { counters_.at(metric, labels).Increment(); });
    }
    void observe(std::string_view metric, double value, std::span<const Label> labels) override {
        quietly([&] { histograms_.at(metric, labels).Observe(value); });
    }
    void log(LogLevel level, std::string_view event, std::span<const Label> fields) override {
        if (log_ != nullptr) log_->log(level, event, fields);
    }
    std::string metrics_text() const override { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

private:
    /// Exports do not fail because they could not be counted: without memory, or under a name that is taken.
    template <class Call>
    static void quietly(Call call) noexcept {
        try {
            call();
        } catch (const std::exception&) {
            return;
        }
    }

    Telemetry* log_;
    prometheus::Registry registry_;
    prom::Series<prometheus::Counter> counters_;
    prom::Series<prometheus::Histogram> histograms_;
};

} // namespace

std::unique_ptr<PrometheusTelemetry> make_prometheus_telemetry(const PrometheusTelemetryOptions& options) {
    return std::make_unique<PrometheusCppTelemetry>(options);
}

DATAEXPORT_NAMESPACE_END
