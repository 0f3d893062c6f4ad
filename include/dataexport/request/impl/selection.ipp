#pragma once

#include <dataexport/ports/event_columns.hpp>
#include <dataexport/ports/event_fields.hpp>
#include <dataexport/request/column_text.hpp>
#include <dataexport/request/selection.hpp>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::selection {

inline Error invalid_field(std::string text) { return {Errc::invalid_field, std::move(text)}; }
inline Error not_selected() { return invalid_field("Cannot sort by a field that is not selected."); }

/// Which kinds of conditions there are among terms, groups included.
struct Kinds {
    bool normal = false;
    bool aggregate = false;
};

inline Kinds kinds_of(const std::vector<SearchTerm>& terms) noexcept {
    Kinds kinds;
    for (const auto& term : terms) {
        if (const auto* filter = std::get_if<SearchFilter>(&term.item)) {
            (filter->aggregate ? kinds.aggregate : kinds.normal) = true;
        } else if (const auto* group = std::get_if<SearchGroup>(&term.item)) {
            const Kinds inside = kinds_of(group->terms);
            kinds.normal = kinds.normal || inside.normal;
            kinds.aggregate = kinds.aggregate || inside.aggregate;
        }
    }
    return kinds;
}

/// Sends each condition to the events or to the groups. Where both kinds meet they are joined by AND, as
/// `SearchQuery::parse` has seen to; what is of one kind stays together.
inline void split(const std::vector<SearchTerm>& terms, EventQuery& query) {
    for (const auto& term : terms) {
        if (const auto* filter = std::get_if<SearchFilter>(&term.item)) {
            (filter->aggregate ? query.having : query.where).push_back(term);
        } else if (const auto* group = std::get_if<SearchGroup>(&term.item)) {
            const Kinds kinds = kinds_of(group->terms);
            if (kinds.normal && kinds.aggregate) {
                split(group->terms, query);
            } else {
                (kinds.aggregate ? query.having : query.where).push_back(term);
            }
        }
    }
}

/// Fills in a query from the texts of a selection.
class Selector {
public:
    Selector(const Selection& selection, EventQuery& query) : selection_(selection), query_(query) {}

    Result<void> run() {
        query_.columns.clear();
        for (const auto step : {&Selector::add_fields, &Selector::add_conditions, &Selector::add_sort}) {
            if (auto done = (this->*step)(); !done) return done;
        }
        return ok();
    }

private:
    Result<void> add_fields() {
        for (const std::string_view field : selection_.fields) {
            const auto text = trimmed(field);
            if (text.empty()) continue;
            if (const auto added = add_field(text); !added) return added.error();
        }
        query_.exported = query_.columns.size();
        return ok();
    }

    Result<ColumnIndex> add_field(std::string_view field) {
        if (const auto function = written_function(field)) {
            auto call = checked_call(function->call);
            if (!call) return call.error();
            return add({function_heading(*function), *std::move(call)});
        }
        if (auto checked = check_plain_field(field); !checked) return checked.error();
        return add({std::string(field), PlainField{std::string(field)}});
    }

    Result<ColumnIndex> add(EventColumn column) {
        if (const auto* same = find_column(query_, column.name)) {
            if (same->value == column.value) return index_of(*same);
            return invalid_field("Two columns would be called " + column.name +
                                 ". Please give the function among them another name with `as`.");
        }
        query_.columns.push_back(std::move(column));
        return index_of(query_.columns.back());
    }

    ColumnIndex index_of(const EventColumn& column) const noexcept {
        return {static_cast<std::size_t>(&column - query_.columns.data())};
    }

    Result<FunctionCall> checked_call(std::string_view text) const {
        FunctionContext context;
        const auto seconds = std::chrono::floor<std::chrono::seconds>(query_.end - query_.start);
        context.interval = static_cast<double>(seconds.count());
        auto call = check_function(text, context);
        if (!call) return call;
        for (const auto column : column_arguments(*call)) {
            if (auto checked = check_plain_field(column); !checked) return checked.error();
        }
        return call;
    }

    const EventColumn* find(const FunctionCall& call) const noexcept {
        for (const auto& column : query_.columns) {
            const auto* selected = std::get_if<FunctionCall>(&column.value);
            if (selected != nullptr && *selected == call) return &column;
        }
        return nullptr;
    }

    Result<void> add_conditions() {
        query_.where.clear();
        query_.having.clear();
        const auto& terms = selection_.search.terms();
        const Kinds kinds = kinds_of(terms);
        if (kinds.normal && kinds.aggregate) {
            split(terms, query_);
        } else {
            (kinds.aggregate ? query_.having : query_.where) = terms;
        }
        return name_aggregates(query_.having);
    }

    /// Puts the names of columns in the place of function calls.
    Result<void> name_aggregates(std::vector<SearchTerm>& terms) {
        for (auto& term : terms) {
            auto named = ok();
            if (auto* filter = std::get_if<SearchFilter>(&term.item)) named = name_aggregate(filter->key);
            if (auto* group = std::get_if<SearchGroup>(&term.item)) named = name_aggregates(group->terms);
            if (!named) return named;
        }
        return ok();
    }

    Result<void> name_aggregate(std::string& key) {
        auto call = checked_call(key);
        if (!call) return call.error();
        if (const auto* column = find(*call)) {
            key = column->name;
        } else if (call->function->aggregate && is_grouped(query_)) {
            query_.columns.push_back({key, *std::move(call)});
        } else {
            return Error{Errc::invalid_query,
                         "Aggregate " + function_heading({key, {}}) +
                             " used in a condition but is not a selected column, and could not be automatically "
                             "added."};
        }
        return ok();
    }

    Result<void> add_sort() {
        query_.sort.clear();
        for (const std::string_view text : selection_.sort) {
            const bool falling = text.starts_with('-');
            const auto column = sort_column(text.substr(falling ? 1 : 0));
            if (!column) return column.error();
            const bool is_known = std::any_of(query_.sort.begin(), query_.sort.end(),
                                              [&](const EventSort& sort) { return sort.column == *column; });
            if (!is_known) query_.sort.push_back({*column, falling});
        }
        return ok();
    }

    Result<ColumnIndex> sort_column(std::string_view key) {
        const auto exported = query_.columns.begin() + static_cast<std::ptrdiff_t>(query_.exported);
        for (auto column = query_.columns.begin(); column != exported; ++column) {
            if (column->name == key) return index_of(*column);
        }
        if (const auto function = written_function(key)) {
            const auto call = checked_call(function->call);
            const auto* column = call ? find(*call) : nullptr;
            return column != nullptr ? Result<ColumnIndex>(index_of(*column)) : not_selected();
        }
        if ((key == "id" || key == "project.name") && !is_grouped(query_)) {
            return add({std::string(key), PlainField{std::string(key)}});
        }
        return not_selected();
    }

    const Selection& selection_;
    EventQuery& query_;
};

} // namespace detail::selection

DATAEXPORT_DECL Result<void> select(const Selection& selection, EventQuery& query) {
    return detail::selection::Selector(selection, query).run();
}

DATAEXPORT_NAMESPACE_END
