/// @file
/// The library's names of metrics and labels as Prometheus takes them.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/telemetry.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/labels.h>

DATAEXPORT_NAMESPACE_BEGIN
namespace prom {

/// `dataexport.start` as `dataexport_start_total`.
[[nodiscard]] std::string counter_name(std::string_view metric);

/// How values of a metric are spread: its name with the unit, and the upper bounds of its buckets.
struct Distribution {
    std::string name;
    std::vector<double> bounds;
};

/// `dataexport.duration` as `dataexport_duration_seconds`, with bounds from a tenth of a second to a day.
[[nodiscard]] Distribution distribution(std::string_view metric);

/// Names that Prometheus accepts, values in UTF-8. Of two labels that get the same name, the first stays.
[[nodiscard]] prometheus::Labels labels_of(std::span<const Label> labels);

} // namespace prom
DATAEXPORT_NAMESPACE_END
