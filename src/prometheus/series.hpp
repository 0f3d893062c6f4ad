/// @file
/// The counters or histograms of a registry, found by the library's names, and kept from becoming too many.
#pragma once

#include "prometheus/names.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

DATAEXPORT_NAMESPACE_BEGIN
namespace prom {

/// What one metric has: a counter or histogram for each set of labels.
template <class Kind>
class Family;

template <>
class Family<prometheus::Counter> {
public:
    Family(prometheus::Registry& registry, std::string_view metric)
        : family_(prometheus::BuildCounter().Name(counter_name(metric)).Help(std::string(metric)).Register(registry)) {}

    prometheus::Counter& add(const prometheus::Labels& labels) { return family_.Add(labels); }

private:
    prometheus::Family<prometheus::Counter>& family_;
};

template <>
class Family<prometheus::Histogram> {
public:
    Family(prometheus::Registry& registry, std::string_view metric) : Family(registry, metric, distribution(metric)) {}

    prometheus::Histogram& add(const prometheus::Labels& labels) { return family_.Add(labels, bounds_); }

private:
    Family(prometheus::Registry& registry, std::string_view metric, Distribution spread)
        : family_(prometheus::BuildHistogram().Name(spread.name).Help(std::string(metric)).Register(registry)),
          bounds_(std::move(spread.bounds)) {}

    prometheus::Family<prometheus::Histogram>& family_;
    std::vector<double> bounds_;
};

/// Thread safety: may be used from any number of threads at the same time. A series that is known is found without
/// waiting for others; none is ever removed.
template <class Kind>
class Series {
public:
    Series(prometheus::Registry& registry, std::size_t max_label_sets)
        : registry_(registry), max_label_sets_(max_label_sets) {}

    /// @throws std::exception if prometheus-cpp does not take the metric.
    Kind& at(std::string_view metric, std::span<const Label> labels) {
        const auto key = key_of(labels);
        {
            const std::shared_lock lock(mutex_);
            if (const auto found = metrics_.find(metric); found != metrics_.end()) {
                if (auto* known = find(found->second, key)) return *known;
            }
        }
        const std::unique_lock lock(mutex_);
        auto found = metrics_.find(metric);
        if (found == metrics_.end()) found = metrics_.try_emplace(std::string(metric), registry_, metric).first;
        if (auto* known = find(found->second, key)) return *known;
        return add(found->second, key, labels);
    }

private:
    struct Metric {
        Metric(prometheus::Registry& registry, std::string_view name) : family(registry, name) {}

        Family<Kind> family;
        std::unordered_map<std::string, Kind*> by_labels;
        Kind* other = nullptr; ///< Takes what comes after the last label set.
    };

    static std::string key_of(std::span<const Label> labels) {
        std::string key;
        for (const auto& [name, value] : labels) {
            key += name;
            key += '\0';
            key += value;
            key += '\0';
        }
        return key;
    }

    Kind* find(const Metric& metric, const std::string& key) const {
        const auto found = metric.by_labels.find(key);
        return found == metric.by_labels.end() ? metric.other : found->second;
    }

    Kind& add(Metric& metric, const std::string& key, std::span<const Label> labels) {
        auto named = labels_of(labels);
        if (metric.by_labels.size() < max_label_sets_) {
            auto& added = metric.family.add(named);
            metric.by_labels.emplace(key, &added);
            return added;
        }
        for (auto& [name, value] : named) {
            value = "other";
        }
        metric.other = &metric.family.add(named);
        return *metric.other;
    }

    prometheus::Registry& registry_;
    std::size_t max_label_sets_;
    std::shared_mutex mutex_;
    std::map<std::string, Metric, std::less<>> metrics_;
};

} // namespace prom
DATAEXPORT_NAMESPACE_END
