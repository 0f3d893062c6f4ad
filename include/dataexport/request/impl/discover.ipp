#pragma once

#include <dataexport/access/project_selection.hpp>
#include <dataexport/request/column_text.hpp>
#include <dataexport/request/date_range.hpp>
#include <dataexport/request/discover.hpp>
#include <dataexport/request/equation.hpp>
#include <dataexport/request/python_value.hpp>
#include <dataexport/request/selection.hpp>
#include <dataexport/search/search_query.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::discover {

/// The entries of a key that holds one value or a list of them.
inline json::array entries(const json::object& info, std::string_view key) {
    const auto* value = info.if_contains(key);
    if (value == nullptr || value->is_null()) return {};
    return value->is_array() ? value->get_array() : json::array{*value};
}

/// Splits the entries of `field` into `field` and `equations` (reference, 3.2 C1 to C5).
inline Result<void> split_fields(json::object& info, const DiscoverOptions& options) {
    const auto asked = entries(info, "field");
    if (asked.size() > options.max_fields) {
        return Error{Errc::limit_exceeded, "You can export up to " + std::to_string(options.max_fields) +
                                               " fields at a time. Please delete some and try again."};
    }
    if (asked.empty()) return Error{Errc::invalid_field, "at least one field is required to export"};
    if (!info.contains("query")) {
        return Error{Errc::invalid_query,
                     "query is a required to export, please pass an empty string if you don't want to set one"};
    }
    json::array fields;
    json::array equations;
    for (const auto& entry : asked) {
        if (!entry.is_string()) {
            return Error{Errc::invalid_field, python::str(entry) + " cannot be used as a column"};
        }
        std::string_view text = entry.get_string();
        if (text.size() > options.max_field_bytes) {
            return Error{Errc::too_large,
                         "A field may have up to " + std::to_string(options.max_field_bytes) + " bytes."};
        }
        if (text.starts_with(equation_prefix)) {
            text.remove_prefix(equation_prefix.size());
            equations.emplace_back(text);
        } else if (const auto name = trimmed(text); !name.empty()) {
            const json::value field(name);
            if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
        }
    }
    info["field"] = std::move(fields);
    info["equations"] = std::move(equations);
    return ok();
}

/// The projects of the request, written to `info` (reference, 3.2 C6).
inline Result<std::vector<ProjectId>> choose_projects(const RequestScope& scope, json::object& info) {
    if (!scope.projects.empty()) return scope.projects;
    auto projects = select_implied_projects(scope.access, scope.project_ids, scope.project_slugs);
    if (projects) info["project"] = ids_as_json(*projects);
    return projects;
}

/// Fills in the default of `dataset`, or refuses one that cannot be exported (reference, 3.2 D).
inline Result<void> choose_dataset(json::object& info) {
    auto& dataset = info["dataset"];
    if (dataset.is_null()) dataset = "discover";
    const auto name = python::str(dataset);
    for (const std::string_view supported : {"discover", "issuePlatform", "transactions", "errors"}) {
        if (name == supported) return ok();
    }
    return Error{Errc::invalid_dataset, name + " is not supported for exports"};
}

inline Result<std::vector<std::string>> environments(const json::object& info) {
    std::vector<std::string> names;
    const auto* value = info.if_contains("environment");
    if (value == nullptr || !python::truthy(*value)) return names;
    for (const auto& name : entries(info, "environment")) {
        if (!name.is_string()) return Error{Errc::invalid_environment, "Requested environment does not exist"};
        names.emplace_back(name.get_string());
    }
    return names;
}

inline Result<void> check_environments(const json::object& info, const Organization& organization) {
    const auto names = environments(info);
    if (!names) return names.error();
    const auto& known = organization.environments;
    for (const auto& name : *names) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            return Error{Errc::invalid_environment, "Requested environment does not exist"};
        }
    }
    return ok();
}

inline Result<SearchQuery> search(const json::object& info, TimePoint now, std::size_t max_bytes) {
    const auto& value = info.at("query");
    SearchOptions options;
    options.now = now;
    options.max_bytes = max_bytes;
    if (value.is_null()) return SearchQuery::parse("", options);
    if (value.is_string()) return SearchQuery::parse(value.get_string(), options);
    return Error{Errc::invalid_query, "Invalid query: " + python::repr(value)};
}

/// The texts of a key that holds one or a list of them.
inline std::vector<std::string> texts(const json::object& info, std::string_view key) {
    std::vector<std::string> texts;
    for (const auto& entry : entries(info, key)) {
        texts.push_back(python::str(entry));
    }
    return texts;
}

inline Result<Selection> selection(const json::object& info, TimePoint now, std::size_t max_query_bytes) {
    auto parsed = search(info, now, max_query_bytes);
    if (!parsed) return parsed.error();
    const auto* sort = info.if_contains("sort");
    const bool is_sorted = sort != nullptr && python::truthy(*sort);
    return Selection{.fields = texts(info, "field"),
                     .equations = texts(info, "equations"),
                     .search = *std::move(parsed),
                     .sort = is_sorted ? texts(info, "sort") : std::vector<std::string>()};
}

/// The query that a checked and rewritten info describes. @pre `info` has `query` and `dataset`
inline Result<EventQuery> build(const json::object& info, std::vector<ProjectId> projects, TimePoint now,
                                std::size_t max_query_bytes) {
    EventQuery query;
    query.dataset = python::str(info.at("dataset"));
    query.projects = std::move(projects);
    if (query.projects.empty()) return Error{Errc::invalid_project, "Requested project does not exist"};

    auto names = environments(info);
    if (!names) return names.error();
    query.environments = *std::move(names);

    const auto range = DateRange::from_query(info, now);
    if (!range) return range.error();
    query.start = range->start;
    query.end = range->end;

    const auto selected = selection(info, now, max_query_bytes);
    if (!selected) return selected.error();
    if (auto filled = select(*selected, query); !filled) return filled.error();
    return query;
}

inline Result<ValidatedQuery> validate(EventStore& store, const DiscoverOptions& options, const RequestScope& scope,
                                       json::object info) {
    if (auto split = split_fields(info, options); !split) return split.error();
    auto projects = choose_projects(scope, info);
    if (!projects) return projects.error();
    const auto range = DateRange::from_query(info, scope.now);
    if (!range) return range.error();
    range->store(info);
    if (auto chosen = choose_dataset(info); !chosen) return chosen.error();
    if (auto known = check_environments(info, *scope.access.organization); !known) return known.error();

    const auto query = build(info, *projects, scope.now, options.max_query_bytes);
    if (!query) return query.error();
    if (auto checked = store.check(*query); !checked) return checked.error();
    return ValidatedQuery{std::move(info), *std::move(projects)};
}

} // namespace detail::discover

DATAEXPORT_DECL ExportKind discover_kind(EventStore& store, DiscoverOptions options) {
    ExportKind kind;
    kind.name = "Discover";
    kind.number = 1;
    kind.feature = "organizations:discover-query";
    kind.validate = [&store, options](const RequestScope& scope, json::object info) {
        return detail::discover::validate(store, options, scope, std::move(info));
    };
    kind.open = [&store](const ExportedData& record) -> Result<std::unique_ptr<RowSource>> {
        const auto query = event_query(record);
        if (!query) return query.error();
        return store.events(*query);
    };
    return kind;
}

DATAEXPORT_DECL Result<EventQuery> event_query(const ExportedData& record) {
    const auto& info = record.query_info;
    if (!info.contains("query") || !info.contains("dataset")) {
        return Error{Errc::corrupt, "The stored request is incomplete."};
    }
    return detail::discover::build(info, record.projects, record.date_added, static_cast<std::size_t>(-1));
}

DATAEXPORT_NAMESPACE_END
