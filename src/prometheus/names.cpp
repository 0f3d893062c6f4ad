#include "prometheus/names.hpp"

#include <dataexport/format/text_encoding.hpp>

DATAEXPORT_NAMESPACE_BEGIN
namespace prom {

namespace {

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::string plain_name(std::string_view name) {
    std::string plain(name.empty() || is_digit(name.front()) ? "_" : "");
    for (const char c : name) {
        plain += is_letter(c) || is_digit(c) ? c : '_';
    }
    return plain;
}

/// Names that begin with `__`, and those that histograms and summaries use themselves, are not for labels.
std::string label_name(std::string_view name) {
    auto plain = plain_name(name);
    if (plain.starts_with("__")) plain.insert(0, "label");
    if (plain == "le" || plain == "quantile") plain += '_';
    return plain;
}

} // namespace

std::string counter_name(std::string_view metric) { return plain_name(metric) + "_total"; }

Distribution distribution(std::string_view metric) {
    constexpr double kib = 1024, mib = kib * kib, gib = mib * kib;
    constexpr double minute = 60, hour = 60 * minute;
    if (metric.ends_with("duration")) {
        return {plain_name(metric) + "_seconds",
                {0.1, 0.5, 1, 5, 15, minute, 5 * minute, 15 * minute, hour, 4 * hour, 24 * hour}};
    }
    if (metric.ends_with("size")) {
        return {plain_name(metric) + "_bytes",
                {kib, 16 * kib, 256 * kib, mib, 16 * mib, 256 * mib, gib, 4 * gib, 16 * gib}};
    }
    return {plain_name(metric), {0, 1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8}};
}

prometheus::Labels labels_of(std::span<const Label> labels) {
    prometheus::Labels out;
    for (const auto& [name, value] : labels) {
        std::string text;
        append_valid_utf8(text, value);
        out.emplace(label_name(name), std::move(text));
    }
    return out;
}

} // namespace prom
DATAEXPORT_NAMESPACE_END
