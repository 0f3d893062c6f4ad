#pragma once

#include <dataexport/core/time.hpp>
#include <dataexport/memory/impl/event_statistics.ipp>
#include <dataexport/ports/event_columns.hpp>
#include <dataexport/search/function_table.hpp>

#include <charconv>
#include <set>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

/// The aggregate functions of an event query, as the contract of `EventStore::events` words them.
namespace detail::event_aggregates {

using event_statistics::finite;
using event_values::as_number;
using event_values::compare;
using event_values::EventList;
using event_values::Slugs;

/// A call and the events that it is about.
struct Work {
    const FunctionCall& call;
    const EventList& events;
    const Slugs& slugs;

    [[nodiscard]] const std::string& text(std::size_t argument) const { return *call.arguments[argument]; }
    [[nodiscard]] double number(std::size_t argument, double otherwise = 0) const {
        return number_argument(call, argument).value_or(otherwise);
    }
    [[nodiscard]] MemoryCell value(const Event& event, std::string_view field) const {
        return event_values::value_of(event, field, slugs);
    }
    [[nodiscard]] Work over(const EventList& others) const { return {call, others, slugs}; }
};

template <class Condition>
EventList those(const EventList& events, const Condition& holds) {
    EventList chosen;
    for (const auto& event : events) {
        if (holds(*event)) chosen.push_back(event);
    }
    return chosen;
}

inline MemoryCell integer(std::size_t count) { return static_cast<std::int64_t>(count); }

inline double count_of(const EventList& events) noexcept { return static_cast<double>(events.size()); }

/// The distinct values of a field, without null.
inline std::set<MemoryCell> distinct(const Work& work, std::string_view field) {
    std::set<MemoryCell> values;
    for (const auto& event : work.events) {
        values.insert(work.value(*event, field));
    }
    values.erase(MemoryCell());
    return values;
}

/// The numbers that a field has; instants as seconds since 1970.
inline std::vector<double> numbers(const Work& work, std::string_view field) {
    std::vector<double> numbers;
    for (const auto& event : work.events) {
        if (const auto number = as_number(work.value(*event, field))) numbers.push_back(*number);
    }
    return numbers;
}

inline std::vector<TimePoint> instants(const Work& work, std::string_view field) {
    std::vector<TimePoint> instants;
    for (const auto& event : work.events) {
        const auto value = work.value(*event, field);
        if (const auto* instant = std::get_if<TimePoint>(&value)) instants.push_back(*instant);
    }
    return instants;
}

inline bool holds_instants(std::string_view field) noexcept { return event_field(field).type == ColumnType::timestamp; }

/// @pre the text was checked
inline TimePoint instant(std::string_view text) {
    const auto time = parse_iso(text);
    return time ? *time : TimePoint{};
}

inline SearchOperator condition(std::string_view name) noexcept {
    if (name == "equals") return SearchOperator::equal;
    if (name == "notEquals") return SearchOperator::not_equal;
    if (name == "less") return SearchOperator::less;
    if (name == "lessOrEquals") return SearchOperator::less_equal;
    return name == "greater" ? SearchOperator::greater : SearchOperator::greater_equal;
}

/// The events whose timestamp compares with a date as the arguments `first` and the next say.
inline EventList in_range(const Work& work, std::size_t first) {
    const auto op = condition(work.text(first));
    const auto middle = instant(work.text(first + 1));
    return those(work.events, [&](const Event& event) { return compare(event.timestamp, op, middle); });
}

/// @name Events and what they hold
/// @{

inline MemoryCell count(const Work& work) { return integer(work.events.size()); }
inline MemoryCell count_unique(const Work& work) { return integer(distinct(work, work.text(0)).size()); }
inline MemoryCell count_scores(const Work& work) { return integer(numbers(work, work.text(0)).size()); }
inline MemoryCell count_range(const Work& work) { return integer(in_range(work, 0).size()); }

inline MemoryCell count_at_least(const Work& work) {
    const auto values = numbers(work, work.text(0));
    const double threshold = work.number(1);
    return integer(static_cast<std::size_t>(
        std::count_if(values.begin(), values.end(), [&](double value) { return value >= threshold; })));
}

/// The value that `count_if` compares with, as its field holds it.
inline MemoryCell wanted_value(const Work& work) {
    const auto type = event_field(work.text(0)).type;
    if (type == ColumnType::text) return work.text(2);
    if (type == ColumnType::timestamp) return instant(work.text(2));
    return work.number(2);
}

inline MemoryCell count_if(const Work& work) {
    const auto op = condition(work.text(1));
    const auto wanted = wanted_value(work);
    const auto counts = [&](const Event& event) {
        auto value = work.value(event, work.text(0));
        if (std::holds_alternative<double>(wanted)) value = event_values::cell(as_number(value));
        return value == MemoryCell() ? op == SearchOperator::not_equal : compare(value, op, wanted);
    };
    return integer(those(work.events, counts).size());
}

inline MemoryCell smallest(const Work& work) {
    const auto values = distinct(work, work.text(0));
    return values.empty() ? MemoryCell() : *values.begin();
}

inline MemoryCell last_seen(const Work& work) {
    const auto seen = distinct(work, "timestamp");
    return seen.empty() ? MemoryCell() : *seen.rbegin();
}

inline MemoryCell latest_event(const Work& work) {
    const auto latest = std::max_element(work.events.begin(), work.events.end(), [](const auto& a, const auto& b) {
        return std::pair(a->timestamp, a->id) < std::pair(b->timestamp, b->id);
    });
    return latest == work.events.end() ? MemoryCell() : MemoryCell((*latest)->id);
}

/// @}
/// @name Numbers
/// @{

/// Works out `of` over the values of the first argument: instants, or numbers.
template <class Of>
MemoryCell over_values(const Work& work, const Of& of) {
    const auto& field = work.text(0);
    return holds_instants(field) ? of(instants(work, field)) : of(numbers(work, field));
}

inline MemoryCell percentile(const Work& work, double p) {
    return over_values(work, [&](auto values) { return event_statistics::percentile(std::move(values), p); });
}

inline MemoryCell percentile(const Work& work) { return percentile(work, work.number(1)); }
template <int Percent>
MemoryCell fixed_percentile(const Work& work) {
    return percentile(work, Percent / 100.0);
}
inline MemoryCell percentile_range(const Work& work) {
    return event_statistics::percentile(numbers(work.over(in_range(work, 2)), work.text(0)), work.number(1));
}

inline MemoryCell min(const Work& work) { return percentile(work, 0); }
inline MemoryCell max(const Work& work) { return percentile(work, 1); }
inline MemoryCell sum(const Work& work) { return event_statistics::sum(numbers(work, work.text(0))); }

inline MemoryCell avg(const Work& work) {
    return over_values(work, [](const auto& values) { return event_statistics::average(values); });
}
inline MemoryCell avg_range(const Work& work) {
    return event_statistics::average(numbers(work.over(in_range(work, 1)), work.text(0)));
}

/// How far a value is from another of its kind. Microseconds are exact, other than instants as seconds.
inline long double distance(const MemoryCell& from, const MemoryCell& to) {
    const auto* instant = std::get_if<TimePoint>(&to);
    if (instant == nullptr)
        return static_cast<long double>(*as_number(to)) - static_cast<long double>(*as_number(from));
    return static_cast<long double>((*instant - std::get<TimePoint>(from)).count()) / 1e6L;
}

using DistancePair = std::pair<event_statistics::Distances, event_statistics::Distances>;

/// The numbers of two fields in the events that have both, as distances from the first of them.
inline DistancePair pairs(const Work& work, std::string_view left, std::string_view right) {
    DistancePair distances;
    std::optional<std::pair<MemoryCell, MemoryCell>> first;
    for (const auto& event : work.events) {
        const auto a = work.value(*event, left);
        const auto b = work.value(*event, right);
        if (!as_number(a) || !as_number(b)) continue;
        if (!first) first.emplace(a, b);
        distances.first.push_back(distance(first->first, a));
        distances.second.push_back(distance(first->second, b));
    }
    return distances;
}

inline double variance(const Work& work) {
    const auto [values, same] = pairs(work, work.text(0), work.text(0));
    return event_statistics::covariance(values, same);
}

inline MemoryCell var(const Work& work) { return finite(variance(work)); }
inline MemoryCell stddev(const Work& work) { return finite(std::sqrt(variance(work))); }
inline MemoryCell variance_range(const Work& work) { return var(work.over(in_range(work, 1))); }

inline MemoryCell cov(const Work& work) {
    const auto [left, right] = pairs(work, work.text(0), work.text(1));
    return finite(event_statistics::covariance(left, right));
}

inline MemoryCell correlation(const Work& work, std::string_view left, std::string_view right) {
    const auto [first, second] = pairs(work, left, right);
    return event_statistics::correlation(first, second);
}

inline MemoryCell corr(const Work& work) { return correlation(work, work.text(0), work.text(1)); }
inline MemoryCell absolute_correlation(const Work& work) {
    const auto value = correlation(work, "timestamp", "transaction.duration");
    const auto* number = std::get_if<double>(&value);
    return number ? MemoryCell(std::abs(*number)) : value;
}

/// @}
/// @name Rates and scores
/// @{

inline MemoryCell eps(const Work& work) { return finite(count_of(work.events) / work.number(0)); }
inline MemoryCell epm(const Work& work) { return finite(count_of(work.events) / (work.number(0) / 60)); }

/// The power of ten is the exponent of the number as it is written: exact, other than a logarithm.
inline MemoryCell floored_epm(const Work& work) {
    const auto rate = epm(work);
    const auto* number = std::get_if<double>(&rate);
    if (number == nullptr || *number == 0) return {};
    std::array<char, 40> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), *number, std::chars_format::scientific).ptr;
    const auto exponent = std::find(text.data(), end, 'e');
    *(exponent - 1) = '1';
    double power = 0;
    std::from_chars(exponent - 1, end, power);
    return power;
}

inline std::size_t failures(const Work& work) {
    constexpr std::string_view fine[] = {"ok", "cancelled", "unknown"};
    const auto failed = [&](const Event& event) {
        const auto status = work.value(event, "transaction.status");
        const auto* text = std::get_if<std::string>(&status);
        return text != nullptr && std::find(std::begin(fine), std::end(fine), *text) == std::end(fine);
    };
    return those(work.events, failed).size();
}

inline MemoryCell failure_count(const Work& work) { return integer(failures(work)); }
inline MemoryCell failure_rate(const Work& work) {
    return finite(static_cast<double>(failures(work)) / count_of(work.events));
}

constexpr double default_satisfaction = 300;

inline MemoryCell apdex(const Work& work) {
    const auto durations = numbers(work, "transaction.duration");
    const double satisfied = work.number(0, default_satisfaction);
    double score = 0;
    for (const double duration : durations) {
        if (duration <= satisfied) {
            score += 1;
        } else if (duration <= 4 * satisfied) {
            score += 0.5;
        }
    }
    return finite(score / static_cast<double>(durations.size()));
}

inline EventList miserable(const Work& work, double satisfied) {
    return those(work.events, [&](const Event& event) { return event.duration > 4 * satisfied; });
}

inline MemoryCell count_miserable(const Work& work) {
    return count_unique(work.over(miserable(work, work.number(1, default_satisfaction))));
}

inline MemoryCell user_misery(const Work& work) {
    const auto all = static_cast<double>(distinct(work, "user").size());
    const auto unhappy = miserable(work, work.number(0, default_satisfaction));
    const auto some = static_cast<double>(distinct(work.over(unhappy), "user").size());
    const double alpha = work.number(1);
    const double beta = work.number(2);
    return all == 0 ? MemoryCell(0.0) : finite((some + alpha) / (all + alpha + beta));
}

inline MemoryCell count_web_vitals(const Work& work) {
    const auto vital = web_vital(work.text(0)).value_or(WebVital{});
    const auto& wanted = work.text(1);
    const auto counts = [&](double value) {
        const std::string_view quality = value < vital.meh ? "good" : value < vital.poor ? "meh" : "poor";
        return wanted == "any" || wanted == quality;
    };
    const auto values = numbers(work, work.text(0));
    return integer(static_cast<std::size_t>(std::count_if(values.begin(), values.end(), counts)));
}

/// @}

/// What an aggregate function is over events. @pre `check_event_query` lets the call through
inline MemoryCell evaluate(const Work& work) {
    struct Entry {
        std::string_view name;
        MemoryCell (*function)(const Work&);
    };
    static constexpr Entry entries[] = {{"absolute_correlation", absolute_correlation},
                                        {"any", smallest},
                                        {"apdex", apdex},
                                        {"avg", avg},
                                        {"avg_range", avg_range},
                                        {"corr", corr},
                                        {"count", count},
                                        {"count_at_least", count_at_least},
                                        {"count_if", count_if},
                                        {"count_miserable", count_miserable},
                                        {"count_range", count_range},
                                        {"count_scores", count_scores},
                                        {"count_unique", count_unique},
                                        {"count_web_vitals", count_web_vitals},
                                        {"cov", cov},
                                        {"epm", epm},
                                        {"eps", eps},
                                        {"failure_count", failure_count},
                                        {"failure_rate", failure_rate},
                                        {"floored_epm", floored_epm},
                                        {"last_seen", last_seen},
                                        {"latest_event", latest_event},
                                        {"max", max},
                                        {"min", min},
                                        {"p100", fixed_percentile<100>},
                                        {"p50", fixed_percentile<50>},
                                        {"p75", fixed_percentile<75>},
                                        {"p90", fixed_percentile<90>},
                                        {"p95", fixed_percentile<95>},
                                        {"p99", fixed_percentile<99>},
                                        {"percentile", percentile},
                                        {"percentile_range", percentile_range},
                                        {"stddev", stddev},
                                        {"sum", sum},
                                        {"upsampled_count", count},
                                        {"upsampled_epm", epm},
                                        {"upsampled_eps", eps},
                                        {"user_misery", user_misery},
                                        {"var", var},
                                        {"variance_range", variance_range}};
    for (const auto& [name, function] : entries) {
        if (name == work.call.function->name) return function(work);
    }
    return {};
}

} // namespace detail::event_aggregates

DATAEXPORT_NAMESPACE_END
