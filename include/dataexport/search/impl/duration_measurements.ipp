#pragma once

#include <dataexport/search/impl/name_list.ipp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::duration_measurements {

/// Whether a measurement, named without `measurements.`, is a duration.
inline bool contains(std::string_view name) noexcept {
    constexpr std::string_view names[] = {"fp",
                                          "fcp",
                                          "lcp",
                                          "fid",
                                          "ttfb",
                                          "ttfb.requesttime",
                                          "app_start_cold",
                                          "app_start_warm",
                                          "time_to_full_display",
                                          "time_to_initial_display",
                                          "inp",
                                          "messaging.message.receive.latency",
                                          "stall_longest_time",
                                          "stall_total_time"};
    return name_list::contains(names, name);
}

} // namespace detail::duration_measurements

DATAEXPORT_NAMESPACE_END
