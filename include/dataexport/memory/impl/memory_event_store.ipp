#pragma once

#include <dataexport/memory/impl/event_rows.ipp>
#include <dataexport/memory/impl/tag_rows.ipp>
#include <dataexport/memory/memory_event_store.hpp>
#include <dataexport/memory/memory_row_source.hpp>

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::memory_event_store {

using event_values::EventList;
using Events = MemoryEventStore::Events;

/// Rows that are worked out of the first events when a run begins. Events never change, so the same number of them
/// always gives the same rows, and a position is that number and a place in the rows.
class Source final : public RowSource {
public:
    using Rows = std::function<std::vector<std::vector<MemoryCell>>(const EventList&)>;

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

} // namespace detail::memory_event_store

DATAEXPORT_DECL std::vector<std::shared_ptr<const Event>> MemoryEventStore::Events::first(std::size_t count) const {
    const std::scoped_lock lock(mutex);
    const auto end = arrived.begin() + static_cast<std::ptrdiff_t>(std::min(count, arrived.size()));
    return {arrived.begin(), end};
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
    for (std::size_t i = 0; i < query.exported; ++i) {
        columns.push_back({query.columns[i].name, type_of(query.columns[i], query)});
    }
    auto rows = [query, events = events_](const detail::event_values::EventList& all) {
        return detail::event_rows::rows(all, query, events->slugs);
    };
    return std::unique_ptr<RowSource>(
        std::make_unique<detail::memory_event_store::Source>(events_, std::move(columns), std::move(rows)));
}

DATAEXPORT_DECL Result<std::unique_ptr<RowSource>> MemoryEventStore::tag_values(const TagValuesQuery& query) {
    auto rows = [query](const detail::event_values::EventList& all) { return detail::tag_rows::rows(all, query); };
    return std::unique_ptr<RowSource>(std::make_unique<detail::memory_event_store::Source>(
        events_, detail::tag_rows::columns(query.key), std::move(rows)));
}

DATAEXPORT_DECL Result<bool> MemoryEventStore::has_group(ProjectId project, std::int64_t group) {
    const auto all = events_->first(std::numeric_limits<std::size_t>::max());
    return std::any_of(all.begin(), all.end(),
                       [&](auto& event) { return event->project == project && event->issue == group; });
}

DATAEXPORT_DECL Result<bool> MemoryEventStore::has_tag(ProjectId project, std::string_view key,
                                                       const std::optional<std::string>& environment) {
    using detail::tag_rows::in_environment;
    using detail::tag_rows::tag_of;
    const auto all = events_->first(std::numeric_limits<std::size_t>::max());
    return std::any_of(all.begin(), all.end(), [&](auto& event) {
        return event->project == project && in_environment(*event, environment) && tag_of(*event, key).has_value();
    });
}

DATAEXPORT_NAMESPACE_END
