/// @file
/// Adapter: metrics that Prometheus scrapes, on prometheus-cpp.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/telemetry.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

struct PrometheusTelemetryOptions {
    /// How many sets of labels a metric may have; what comes after them is counted under `other` in every label.
    std::size_t max_label_sets = 200;
    Telemetry* log = nullptr; ///< Gets the log events; borrowed. None: they are dropped.
};

/// `Telemetry` that keeps counters and histograms for a scraper.
///
/// `dataexport.start` is counted as `dataexport_start_total`. Observed values are histograms: of seconds if the name
/// ends in `duration`, of bytes if it ends in `size`, with the unit added to the name (`dataexport_file_size_bytes`),
/// else of plain numbers such as rows. Names are made into what Prometheus takes.
class PrometheusTelemetry : public Telemetry {
public:
    /// The media type of `metrics_text`.
    static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

    /// All metrics in the text exposition format, for an endpoint of the host such as `/metrics`.
    [[nodiscard]] virtual std::string metrics_text() const = 0;
};

[[nodiscard]] std::unique_ptr<PrometheusTelemetry>
make_prometheus_telemetry(const PrometheusTelemetryOptions& options = {});

DATAEXPORT_NAMESPACE_END
