#pragma once

#include <dataexport/core/time.hpp>
#include <dataexport/memory/memory_event_store.hpp>
#include <dataexport/memory/memory_row_source.hpp>
#include <dataexport/ports/event_fields.hpp>
#include <dataexport/search/wildcard.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <variant>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::memory_event_store {

using Events = MemoryEventStore::Events;
using EventPointer = std::shared_ptr<const Event>;

template <class T>
MemoryCell cell(const std::optional<T>& value) {
    return value ? MemoryCell(*value) : MemoryCell();
}

template <class Map>
MemoryCell cell(const Map& map, std::string_view key) {
    const auto found = map.find(key);
    return found == map.end() ? MemoryCell() : MemoryCell(found->second);
}

template <class... Values>
std::optional<std::string> first_of(const Values&... values) {
    std::optional<std::string> first;
    ((first = first ? first : values), ...);
    return first;
}

/// The value that a field, tag or measurement has in an event.
inline MemoryCell value_of(const Event& event, const EventField& field, const Events& events) {
    switch (field.id) {
    case EventFieldId::id:
        return event.id;
    case EventFieldId::timestamp:
        return event.timestamp;
    case EventFieldId::timestamp_hour:
        return TimePoint(std::chrono::floor<std::chrono::hours>(event.timestamp));
    case EventFieldId::timestamp_day:
        return TimePoint(std::chrono::floor<std::chrono::days>(event.timestamp));
    case EventFieldId::project_slug:
        return cell(events.slug(event.project));
    case EventFieldId::project_id:
        return event.project.value;
    case EventFieldId::type:
        return cell(event.type);
    case EventFieldId::level:
        return cell(event.level);
    case EventFieldId::title:
        return cell(event.title);
    case EventFieldId::message:
        return cell(event.message);
    case EventFieldId::transaction:
        return cell(event.transaction);
    case EventFieldId::duration:
        return cell(event.duration);
    case EventFieldId::platform:
        return cell(event.platform);
    case EventFieldId::environment:
        return cell(event.environment);
    case EventFieldId::release:
        return cell(event.release);
    case EventFieldId::issue:
        return cell(event.issue);
    case EventFieldId::user:
        return cell(user_tag(event.user));
    case EventFieldId::user_id:
        return cell(event.user.id);
    case EventFieldId::user_email:
        return cell(event.user.email);
    case EventFieldId::user_username:
        return cell(event.user.username);
    case EventFieldId::user_ip:
        return cell(event.user.ip_address);
    case EventFieldId::user_display:
        return cell(first_of(event.user.email, event.user.username, event.user.id, event.user.ip_address));
    case EventFieldId::measurement:
        return cell(event.measurements, field.name);
    case EventFieldId::tag:
        return cell(event.tags, field.name);
    }
    return {};
}

inline MemoryCell value_of(const Event& event, std::string_view name, const Events& events) {
    return value_of(event, event_field(name), events);
}

/// A value as the text that searches compare with; none if there is no value.
inline std::optional<std::string> as_text(const MemoryCell& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* number = std::get_if<double>(&value)) return std::to_string(*number);
    if (const auto* time = std::get_if<TimePoint>(&value)) return to_iso(*time);
    return std::nullopt;
}

inline std::optional<double> as_number(const MemoryCell& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return static_cast<double>(*number);
    if (const auto* number = std::get_if<double>(&value)) return *number;
    return std::nullopt;
}

template <class T>
bool compare(const T& left, SearchOperator op, const T& right) {
    switch (op) {
    case SearchOperator::less:
        return left < right;
    case SearchOperator::less_equal:
        return left <= right;
    case SearchOperator::greater:
        return left > right;
    case SearchOperator::greater_equal:
        return left >= right;
    default:
        return left == right;
    }
}

/// Whether a condition holds, as if it excluded nothing.
struct Includes {
    const Event& event;
    const std::string& key;
    const MemoryCell& value;
    SearchOperator op;

    bool operator()(const std::string& wanted) const {
        const auto text = as_text(value);
        if (op != SearchOperator::equal && op != SearchOperator::not_equal) {
            return text && compare(*text, op, unescape_wildcards(wanted));
        }
        return matches(text, wanted);
    }
    bool operator()(const std::vector<std::string>& wanted) const {
        const auto text = as_text(value);
        return std::any_of(wanted.begin(), wanted.end(), [&](auto& one) { return matches(text, one); });
    }
    bool operator()(double wanted) const {
        const auto number = as_number(value);
        return number && compare(*number, op, wanted);
    }
    bool operator()(const std::vector<double>& wanted) const {
        const auto number = as_number(value);
        return number && std::find(wanted.begin(), wanted.end(), *number) != wanted.end();
    }
    bool operator()(std::int64_t wanted) const {
        const auto* text = std::get_if<std::string>(&value);
        if (text == nullptr) return (*this)(static_cast<double>(wanted));
        return wanted != 0 ? *text == "1" || *text == "true" : *text == "0" || *text == "false";
    }
    bool operator()(TimePoint wanted) const {
        const auto* time = std::get_if<TimePoint>(&value);
        return time != nullptr && compare(*time, op, wanted);
    }

    [[nodiscard]] bool matches(const std::optional<std::string>& text, const std::string& wanted) const {
        if (wanted.empty()) return !text || text->empty();
        if (key == "message") return found_in_message(wanted);
        return text && wildcard_match(wanted, *text);
    }
    [[nodiscard]] bool found_in_message(const std::string& wanted) const {
        const auto pattern = has_wildcard(wanted) ? wanted : literal_pattern(unescape_wildcards(wanted));
        return wildcard_match('*' + pattern + '*', event.message.value_or("") + '\n' + event.title.value_or(""));
    }
    /// Text as a pattern that matches it alone.
    static std::string literal_pattern(const std::string& text) {
        std::string pattern;
        for (const char c : text) {
            if (c == '*' || c == '\\') pattern += '\\';
            pattern += c;
        }
        return pattern;
    }
};

inline bool holds(const SearchFilter& filter, const Event& event, const Events& events) {
    const bool excludes = filter.op == SearchOperator::not_equal || filter.op == SearchOperator::not_in;
    return std::visit(Includes{event, filter.key, value_of(event, filter.key, events), filter.op}, filter.value) !=
           excludes;
}

/// Whether the items of one level hold: any of the stretches between its ORs, of which every item has to.
inline bool holds(const std::vector<SearchTerm>& terms, const Event& event, const Events& events) {
    bool stretch = true;
    for (const auto& term : terms) {
        if (const auto* connective = std::get_if<SearchConnective>(&term.item)) {
            if (*connective == SearchConnective::conjunction) continue;
            if (stretch) return true;
            stretch = true;
        } else if (const auto* filter = std::get_if<SearchFilter>(&term.item)) {
            stretch = stretch && holds(*filter, event, events);
        } else {
            stretch = stretch && holds(std::get<SearchGroup>(term.item).terms, event, events);
        }
    }
    return stretch;
}

inline bool in_dataset(const Event& event, std::string_view dataset) {
    if (dataset == "transactions") return event.type == "transaction";
    if (dataset == "errors") return event.type != "transaction";
    if (dataset == "issuePlatform") return event.type == "generic";
    return true;
}

/// The empty name is that of no environment.
inline bool in_environment(const Event& event, const std::vector<std::string>& environments) {
    return environments.empty() ||
           std::find(environments.begin(), environments.end(), event.environment.value_or("")) != environments.end();
}

inline bool in_environment(const Event& event, const std::optional<std::string>& environment) {
    return !environment || event.environment.value_or("") == *environment;
}

inline bool matches(const Event& event, const EventQuery& query, const Events& events) {
    return std::find(query.projects.begin(), query.projects.end(), event.project) != query.projects.end() &&
           event.timestamp >= query.start && event.timestamp < query.end && in_dataset(event, query.dataset) &&
           in_environment(event, query.environments) && holds(query.search.terms(), event, events);
}

/// Whether `left` comes before `right`: by the sort of the query, then by time and id.
inline bool comes_before(const Event& left, const Event& right, const EventQuery& query, const Events& events) {
    for (std::string_view field : query.sort) {
        const bool falling = field.starts_with('-');
        if (falling) field.remove_prefix(1);
        const auto a = value_of(left, field, events);
        const auto b = value_of(right, field, events);
        if (a != b) return falling ? b < a : a < b;
    }
    return left.timestamp != right.timestamp ? left.timestamp < right.timestamp : left.id < right.id;
}

/// The tag of an event; what the reference counts as a tag may be a field of its own here.
inline std::optional<std::string> tag_of(const Event& event, std::string_view key) {
    if (key == "user") return user_tag(event.user);
    if (key == "environment") return event.environment;
    if (key == "release") return event.release;
    if (key == "level") return event.level;
    if (key == "transaction") return event.transaction;
    const auto found = event.tags.find(key);
    return found == event.tags.end() ? std::nullopt : std::optional<std::string>(found->second);
}

/// Rows that are worked out of the first events when a run begins. Events never change, so the same number of them
/// always gives the same rows, and a position is that number and a place in the rows.
class Source final : public RowSource {
public:
    using Rows = std::function<std::vector<std::vector<MemoryCell>>(const std::vector<EventPointer>&)>;

    Source(std::shared_ptr<const Events> events, std::vector<Column> columns, Rows rows)
        : events_(std::move(events)), columns_(std::move(columns)), rows_(std::move(rows)), run_({}, {}) {}

    std::span<const Column> columns() const override { return columns_; }

    Result<void> start(std::string_view position) override {
        constexpr std::size_t most_digits = 9;
        const auto digits = std::min(position.find(':'), position.size());
        const auto number = position.substr(0, digits);
        if (position.empty()) {
            count_ = events_->first(std::numeric_limits<std::size_t>::max()).size();
        } else if (number.empty() || number.size() > most_digits || digits + 1 >= position.size() ||
                   number.find_first_not_of("0123456789") != std::string_view::npos) {
            return Error{Errc::invalid_cursor, "the position was not made by this source"};
        } else {
            count_ = std::stoul(std::string(number));
            position.remove_prefix(digits + 1);
        }
        run_ = MemoryRowSource(columns_, numbered(rows_(events_->first(count_))));
        return run_.start(position);
    }

    Result<Fetched> fetch(std::size_t max_rows, CellSink& sink) override { return run_.fetch(max_rows, sink); }
    std::string position() const override { return std::to_string(count_) + ':' + run_.position(); }

private:
    static std::vector<MemoryRow> numbered(std::vector<std::vector<MemoryCell>> rows) {
        constexpr std::size_t first_key = 1'000'000'000; // Keys of one length sort by bytes as by number.
        std::vector<MemoryRow> keyed;
        for (auto& cells : rows) {
            keyed.push_back({std::to_string(first_key + keyed.size()), std::move(cells)});
        }
        return keyed;
    }

    std::shared_ptr<const Events> events_;
    std::vector<Column> columns_;
    Rows rows_;
    std::size_t count_ = 0;
    MemoryRowSource run_;
};

inline std::vector<std::vector<MemoryCell>> event_rows(std::vector<EventPointer> chosen, const EventQuery& query,
                                                       const Events& events) {
    std::erase_if(chosen, [&](const auto& event) { return !matches(*event, query, events); });
    std::sort(chosen.begin(), chosen.end(),
              [&](const auto& a, const auto& b) { return comes_before(*a, *b, query, events); });
    std::vector<std::vector<MemoryCell>> rows;
    for (const auto& event : chosen) {
        auto& row = rows.emplace_back();
        for (const auto& field : query.fields) {
            row.push_back(value_of(*event, field, events));
        }
    }
    return rows;
}

/// What is known of one value of a tag.
struct Seen {
    EventUser user;
    std::int64_t times = 0;
    TimePoint last = TimePoint::min();
    TimePoint first = TimePoint::max();

    void add(const Event& event) {
        ++times;
        last = std::max(last, event.timestamp);
        first = std::min(first, event.timestamp);
        user.id = std::max(user.id, event.user.id);
        user.email = std::max(user.email, event.user.email);
        user.username = std::max(user.username, event.user.username);
        user.ip_address = std::max(user.ip_address, event.user.ip_address);
    }
};

inline std::vector<std::vector<MemoryCell>> tag_rows(const std::vector<EventPointer>& all,
                                                     const TagValuesQuery& query) {
    std::map<std::string, Seen> values;
    for (const auto& event : all) {
        if (event->project != query.project || event->issue != query.group) continue;
        if (!in_environment(*event, query.environment)) continue;
        if (const auto value = tag_of(*event, query.key)) values[*value].add(*event);
    }
    std::vector<std::pair<std::string, Seen>> ordered(values.begin(), values.end());
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const auto& a, const auto& b) { return a.second.first > b.second.first; });
    std::vector<std::vector<MemoryCell>> rows;
    for (const auto& [value, seen] : ordered) {
        auto& row = rows.emplace_back();
        row.emplace_back(value);
        if (query.key == "user") {
            for (const auto* part : {&seen.user.id, &seen.user.email, &seen.user.username, &seen.user.ip_address}) {
                row.emplace_back(part->value_or(""));
            }
        }
        row.emplace_back(seen.times);
        row.emplace_back(to_iso_micros(seen.last));
        row.emplace_back(to_iso_micros(seen.first));
    }
    return rows;
}

inline std::vector<Column> tag_columns(std::string_view key) {
    std::vector<Column> columns{{"value", ColumnType::text}};
    if (key == "user") {
        for (const auto* name : {"id", "email", "username", "ip_address"}) {
            columns.push_back({name, ColumnType::text});
        }
    }
    columns.push_back({"times_seen", ColumnType::integer});
    columns.push_back({"last_seen", ColumnType::text});
    columns.push_back({"first_seen", ColumnType::text});
    return columns;
}

} // namespace detail::memory_event_store

DATAEXPORT_DECL std::vector<std::shared_ptr<const Event>> MemoryEventStore::Events::first(std::size_t count) const {
    const std::scoped_lock lock(mutex);
    const auto end = arrived.begin() + static_cast<std::ptrdiff_t>(std::min(count, arrived.size()));
    return {arrived.begin(), end};
}

DATAEXPORT_DECL std::optional<std::string> MemoryEventStore::Events::slug(ProjectId project) const {
    const auto found = slugs.find(project);
    return found == slugs.end() ? std::nullopt : std::optional<std::string>(found->second);
}

DATAEXPORT_DECL MemoryEventStore::MemoryEventStore(std::map<ProjectId, std::string> slugs)
    : events_(std::make_shared<Events>()) {
    events_->slugs = std::move(slugs);
}

DATAEXPORT_DECL void MemoryEventStore::add(Event event) {
    auto arrived = std::make_shared<const Event>(std::move(event));
    const std::scoped_lock lock(events_->mutex);
    events_->arrived.push_back(std::move(arrived));
}

DATAEXPORT_DECL Result<void> MemoryEventStore::check(const EventQuery& query) { return check_event_query(query); }

DATAEXPORT_DECL Result<std::unique_ptr<RowSource>> MemoryEventStore::events(const EventQuery& query) {
    const auto checked = check(query);
    if (!checked) return checked.error();
    std::vector<Column> columns;
    for (const auto& field : query.fields) {
        columns.push_back({field, event_field(field).type});
    }
    auto rows = [query, events = events_](const std::vector<std::shared_ptr<const Event>>& all) {
        return detail::memory_event_store::event_rows(all, query, *events);
    };
    return std::unique_ptr<RowSource>(
        std::make_unique<detail::memory_event_store::Source>(events_, std::move(columns), std::move(rows)));
}

DATAEXPORT_DECL Result<std::unique_ptr<RowSource>> MemoryEventStore::tag_values(const TagValuesQuery& query) {
    auto rows = [query](const std::vector<std::shared_ptr<const Event>>& all) {
        return detail::memory_event_store::tag_rows(all, query);
    };
    return std::unique_ptr<RowSource>(std::make_unique<detail::memory_event_store::Source>(
        events_, detail::memory_event_store::tag_columns(query.key), std::move(rows)));
}

DATAEXPORT_DECL Result<bool> MemoryEventStore::has_group(ProjectId project, std::int64_t group) {
    const auto all = events_->first(std::numeric_limits<std::size_t>::max());
    return std::any_of(all.begin(), all.end(),
                       [&](auto& event) { return event->project == project && event->issue == group; });
}

DATAEXPORT_DECL Result<bool> MemoryEventStore::has_tag(ProjectId project, std::string_view key,
                                                       const std::optional<std::string>& environment) {
    using detail::memory_event_store::in_environment;
    using detail::memory_event_store::tag_of;
    const auto all = events_->first(std::numeric_limits<std::size_t>::max());
    return std::any_of(all.begin(), all.end(), [&](auto& event) {
        return event->project == project && in_environment(*event, environment) && tag_of(*event, key).has_value();
    });
}

DATAEXPORT_NAMESPACE_END
