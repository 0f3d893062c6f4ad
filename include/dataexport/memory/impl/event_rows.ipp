#pragma once

#include <dataexport/memory/impl/event_aggregates.ipp>
#include <dataexport/memory/impl/event_search.ipp>
#include <dataexport/ports/event_columns.hpp>
#include <dataexport/ports/event_query.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

/// The rows of an event query.
namespace detail::event_rows {

using event_values::EventList;
using event_values::EventPointer;
using event_values::Slugs;

using Cells = std::vector<MemoryCell>;

/// @name Which events
/// @{

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

/// A condition on the message, which free text is, looks into the title, too.
inline event_search::Subject subject_of(const Event& event, std::string_view key, const Slugs& slugs) {
    event_search::Subject subject{event_values::value_of(event, key, slugs)};
    if (key == "message") subject.haystack = event.message.value_or("") + '\n' + event.title.value_or("");
    return subject;
}

inline bool matches(const Event& event, const EventQuery& query, const Slugs& slugs) {
    return std::find(query.projects.begin(), query.projects.end(), event.project) != query.projects.end() &&
           event.timestamp >= query.start && event.timestamp < query.end && in_dataset(event, query.dataset) &&
           in_environment(event, query.environments) &&
           event_search::hold(query.where, [&](const std::string& key) { return subject_of(event, key, slugs); });
}

/// @}
/// @name Equations
/// @{

inline double apply(ArithmeticOperator op, double left, double right) noexcept {
    switch (op) {
    case ArithmeticOperator::add:
        return left + right;
    case ArithmeticOperator::subtract:
        return left - right;
    case ArithmeticOperator::multiply:
        return left * right;
    case ArithmeticOperator::divide:
        break;
    }
    return right != 0 ? left / right : std::numeric_limits<double>::quiet_NaN();
}

/// In integers; none if the result is too large for them. @pre `op` does not divide
inline std::optional<std::int64_t> apply(ArithmeticOperator op, std::int64_t left, std::int64_t right) noexcept {
    std::int64_t result = 0;
    const bool overflows = op == ArithmeticOperator::add        ? __builtin_add_overflow(left, right, &result)
                           : op == ArithmeticOperator::subtract ? __builtin_sub_overflow(left, right, &result)
                                                                : __builtin_mul_overflow(left, right, &result);
    return overflows ? std::nullopt : std::optional(result);
}

/// What is too large for integers becomes real. @pre none is null
inline MemoryCell apply(ArithmeticOperator op, const MemoryCell& left, const MemoryCell& right) {
    const auto* a = std::get_if<std::int64_t>(&left);
    const auto* b = std::get_if<std::int64_t>(&right);
    if (a != nullptr && b != nullptr) {
        if (const auto result = apply(op, *a, *b)) return *result;
    }
    return apply(op, *event_values::as_number(left), *event_values::as_number(right));
}

inline MemoryCell evaluate(const Equation& equation, const Cells& row, bool is_integer) {
    Cells stack;
    for (const auto& step : equation.steps) {
        if (const auto* number = std::get_if<double>(&step)) {
            stack.emplace_back(*number);
        } else if (const auto* column = std::get_if<ColumnIndex>(&step)) {
            const auto& operand = row[column->value];
            const auto value = event_values::as_number(operand);
            if (!value) return {};
            stack.push_back(is_integer ? operand : MemoryCell(*value));
        } else {
            const auto right = std::move(stack.back());
            stack.pop_back();
            stack.back() = apply(std::get<ArithmeticOperator>(step), stack.back(), right);
        }
    }
    const auto* real = std::get_if<double>(&stack.back());
    return real ? event_statistics::finite(*real) : stack.back();
}

/// Fills in the equations of a row whose other cells are known.
inline void fill_equations(Cells& row, const EventQuery& query) {
    for (std::size_t i = 0; i < row.size(); ++i) {
        const auto& column = query.columns[i];
        const auto* equation = std::get_if<Equation>(&column.value);
        if (equation != nullptr) row[i] = evaluate(*equation, row, type_of(column, query) == ColumnType::integer);
    }
}

/// @}
/// @name Events and groups of them
/// @{

/// What a column that is no aggregate is in an event; null for equations.
inline MemoryCell cell_of(const EventColumn& column, const Event& event, const Slugs& slugs) {
    if (const auto* field = std::get_if<PlainField>(&column.value)) {
        return event_values::value_of(event, field->name, slugs);
    }
    const auto* call = std::get_if<FunctionCall>(&column.value);
    if (call == nullptr) return {};
    const auto& [name, value, other, same] =
        std::tie(*call->arguments[0], *call->arguments[1], *call->arguments[2], *call->arguments[3]);
    return event_values::value_of(event, name, slugs) == MemoryCell(value) ? same : other; // `to_other`
}

/// One row for each event, by time and id.
inline std::vector<Cells> rows_of_events(EventList events, const EventQuery& query, const Slugs& slugs) {
    std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
        return std::tie(a->timestamp, a->id) < std::tie(b->timestamp, b->id);
    });
    std::vector<Cells> rows;
    for (const auto& event : events) {
        auto& row = rows.emplace_back();
        for (const auto& column : query.columns) {
            row.push_back(cell_of(column, *event, slugs));
        }
        fill_equations(row, query);
    }
    return rows;
}

/// The events of each group by the values that they share; maps sort as rows do: null first, text by bytes.
using Groups = std::map<Cells, EventList>;

inline Groups group(const EventList& events, const EventQuery& query, const Slugs& slugs) {
    Groups groups;
    const auto& columns = query.columns;
    if (std::none_of(columns.begin(), columns.end(), is_group_key)) groups[{}] = {};
    for (const auto& event : events) {
        Cells key;
        for (const auto& column : columns) {
            if (is_group_key(column)) key.push_back(cell_of(column, *event, slugs));
        }
        groups[key].push_back(event);
    }
    return groups;
}

inline MemoryCell total_duration(const EventList& events) {
    std::vector<double> durations;
    for (const auto& event : events) {
        if (event->duration) durations.push_back(*event->duration);
    }
    return event_statistics::sum(durations);
}

/// A row for each group, by its key.
class GroupedRows {
public:
    GroupedRows(const EventList& events, const EventQuery& query, const Slugs& slugs)
        : query_(query), slugs_(slugs), total_count_(static_cast<std::int64_t>(events.size())),
          total_duration_(total_duration(events)) {
        for (const auto& [key, members] : group(events, query, slugs)) {
            auto row = row_of(key, members);
            if (has(row)) rows_.push_back(std::move(row));
        }
    }

    [[nodiscard]] std::vector<Cells> take() && { return std::move(rows_); }

private:
    Cells row_of(const Cells& key, const EventList& members) const {
        Cells row;
        auto next_of_key = key.begin();
        for (const auto& column : query_.columns) {
            row.push_back(is_group_key(column) ? *next_of_key++ : cell_of_group(column, members));
        }
        fill_equations(row, query_);
        return row;
    }

    /// What a column that is not of the key is for a group; null for equations.
    MemoryCell cell_of_group(const EventColumn& column, const EventList& members) const {
        if (const auto* call = std::get_if<FunctionCall>(&column.value)) {
            return event_aggregates::evaluate({*call, members, slugs_});
        }
        const auto* total = std::get_if<PlainField>(&column.value);
        if (total == nullptr) return {};
        return event_field(total->name).id == EventFieldId::total_count ? MemoryCell(total_count_) : total_duration_;
    }

    /// Whether the conditions on groups hold.
    bool has(const Cells& row) const {
        return event_search::hold(query_.having, [&](const std::string& key) {
            const auto place = find_column(query_, key) - query_.columns.data();
            return event_search::Subject{row[static_cast<std::size_t>(place)]};
        });
    }

    const EventQuery& query_;
    const Slugs& slugs_;
    std::int64_t total_count_;
    MemoryCell total_duration_;
    std::vector<Cells> rows_;
};

/// @}

inline bool comes_before(const Cells& left, const Cells& right, const std::vector<EventSort>& sort) {
    for (const auto& [column, falling] : sort) {
        const auto& a = left[column.value];
        const auto& b = right[column.value];
        if (a != b) return falling ? b < a : a < b;
    }
    return false;
}

/// The rows of a query over these events, in their order.
inline std::vector<Cells> rows(EventList events, const EventQuery& query, const Slugs& slugs) {
    std::erase_if(events, [&](const auto& event) { return !matches(*event, query, slugs); });
    auto rows = is_grouped(query) ? GroupedRows(events, query, slugs).take() : rows_of_events(events, query, slugs);
    std::stable_sort(rows.begin(), rows.end(),
                     [&](const auto& a, const auto& b) { return comes_before(a, b, query.sort); });
    for (auto& row : rows) {
        row.resize(query.exported);
    }
    return rows;
}

} // namespace detail::event_rows

DATAEXPORT_NAMESPACE_END
