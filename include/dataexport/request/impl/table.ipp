#pragma once

#include <dataexport/access/project_selection.hpp>
#include <dataexport/request/python_value.hpp>
#include <dataexport/request/table.hpp>
#include <dataexport/request/table_filter.hpp>

#include <algorithm>
#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::table {

inline bool is_sound(const TableDescription& table) {
    const auto& columns = table.columns;
    const auto has_column = [&](std::string_view name) {
        return std::any_of(columns.begin(), columns.end(), [&](const TableColumn& each) { return each.name == name; });
    };
    for (auto column = columns.begin(); column != columns.end(); ++column) {
        const bool repeated = std::any_of(columns.begin(), column, [&](const TableColumn& other) {
            return other.name == column->name || heading(other) == heading(*column);
        });
        if (column->name.empty() || repeated) return false;
    }
    return !table.key.empty() && std::all_of(table.key.begin(), table.key.end(), has_column) &&
           std::any_of(columns.begin(), columns.end(), [](const TableColumn& each) { return !each.secret; });
}

/// The texts of a key that holds one text or a list of them.
inline Result<std::vector<std::string>> texts(const json::object& info, std::string_view key) {
    std::vector<std::string> result;
    const auto* value = info.if_contains(key);
    if (value == nullptr || value->is_null()) return result;
    const auto add = [&result](const json::value& entry) {
        if (entry.is_string()) result.emplace_back(entry.get_string());
        return entry.is_string();
    };
    if (!value->is_array()) {
        if (!add(*value)) return unknown_column(python::str(*value));
        return result;
    }
    for (const auto& entry : value->get_array()) {
        if (!add(entry)) return unknown_column(python::str(entry));
    }
    return result;
}

inline Result<void> check_keys(const TableDescription& table, const json::object& info) {
    for (const auto& member : info) {
        const std::string_view key = member.key();
        if (key == "field" || key == "filter" || key == "sort") continue;
        if (key == "project" && !table.project_column.empty()) continue;
        return Error{Errc::invalid_query, "Unknown key in query_info: " + std::string(key)};
    }
    return ok();
}

inline Result<std::vector<TableColumn>> read_columns(const TableDescription& table, const json::object& info) {
    auto names = texts(info, "field");
    if (!names) return names.error();
    if (names->empty()) return Error{Errc::invalid_field, "at least one field is required to export"};
    if (names->size() > table.columns.size()) {
        return Error{Errc::limit_exceeded, "You can export up to " + std::to_string(table.columns.size()) +
                                               " fields at a time. Please delete some and try again."};
    }
    std::vector<TableColumn> columns;
    if (*names == std::vector<std::string>{"*"}) {
        std::copy_if(table.columns.begin(), table.columns.end(), std::back_inserter(columns),
                     [](const TableColumn& column) { return !column.secret; });
        return columns;
    }
    for (const auto& name : *names) {
        const auto* column = find_column(table, name);
        if (column == nullptr) return unknown_column(name);
        if (std::any_of(columns.begin(), columns.end(), [&](const TableColumn& each) { return each.name == name; })) {
            return Error{Errc::invalid_field, "Repeated column: " + name};
        }
        columns.push_back(*column);
    }
    return columns;
}

inline Result<std::vector<TableSort>> read_sort(const TableDescription& table, const json::object& info) {
    auto names = texts(info, "sort");
    if (!names) return names.error();
    std::vector<TableSort> sort;
    for (std::string_view name : *names) {
        const bool falling = name.starts_with('-');
        if (falling) name.remove_prefix(1);
        const auto* column = find_column(table, name);
        if (column == nullptr) return unknown_column(name);
        const bool repeated =
            std::any_of(sort.begin(), sort.end(), [&](const TableSort& each) { return each.column == name; });
        if (!column->sortable || repeated) {
            return Error{Errc::invalid_field, "Cannot sort by column " + column->name + (repeated ? " twice" : "")};
        }
        sort.push_back({column->name, falling});
    }
    return sort;
}

inline Result<std::vector<TableFilter>> read_filters(const TableDescription& table, const json::object& info) {
    const auto* filter = info.if_contains("filter");
    if (filter == nullptr || filter->is_null()) return std::vector<TableFilter>();
    if (filter->is_object()) return read_table_filters(table, filter->get_object());
    return Error{Errc::invalid_query,
                 "Expected a dictionary for filter, but got " + std::string(python::type_name(*filter)) + '.'};
}

/// The part of a query that `info` says; conditions on who may see a row are not yet in it.
inline Result<TableQuery> build(const TableDescription& table, const json::object& info) {
    TableQuery query;
    query.table = table.table;
    for (const auto& name : table.key) {
        query.key.push_back(*std::find_if(table.columns.begin(), table.columns.end(),
                                          [&](const TableColumn& column) { return column.name == name; }));
    }
    auto columns = read_columns(table, info);
    if (!columns) return columns.error();
    query.columns = *std::move(columns);
    auto filters = read_filters(table, info);
    if (!filters) return filters.error();
    query.filters = *std::move(filters);
    auto sort = read_sort(table, info);
    if (!sort) return sort.error();
    query.sort = *std::move(sort);
    return query;
}

inline Result<std::vector<ProjectId>> choose_projects(const TableDescription& table, const RequestScope& scope) {
    if (table.project_column.empty() || !scope.projects.empty()) return scope.projects;
    auto projects = select_implied_projects(scope.access, scope.project_ids, scope.project_slugs);
    if (projects && projects->empty()) return Error{Errc::invalid_project, "Requested project does not exist"};
    return projects;
}

inline Result<ValidatedQuery> validate(const TableDescription& table, const RequestScope& scope, json::object info) {
    if (auto checked = check_keys(table, info); !checked) return checked.error();
    auto projects = choose_projects(table, scope);
    if (!projects) return projects.error();
    const auto query = build(table, info);
    if (!query) return query.error();

    json::array names;
    for (const auto& column : query->columns) {
        names.emplace_back(column.name);
    }
    info["field"] = std::move(names);
    if (!table.project_column.empty()) info["project"] = ids_as_json(*projects);
    return ValidatedQuery{std::move(info), *std::move(projects)};
}

} // namespace detail::table

DATAEXPORT_DECL ExportKind table_kind(TableDescription table, TableOpener open) {
    assert(detail::table::is_sound(table) && open);
    ExportKind kind;
    kind.name = table.name;
    kind.number = table.number;
    kind.feature = table.feature;
    kind.validate = [table](const RequestScope& scope, json::object info) {
        return detail::table::validate(table, scope, std::move(info));
    };
    kind.open = [table = std::move(table),
                 open = std::move(open)](const ExportedData& record) -> Result<std::unique_ptr<RowSource>> {
        const auto query = table_query(table, record);
        if (!query) return query.error();
        return open(*query);
    };
    return kind;
}

DATAEXPORT_DECL Result<TableQuery> table_query(const TableDescription& table, const ExportedData& record) {
    auto query = detail::table::build(table, record.query_info);
    if (!query) return query;
    if (!table.organization_column.empty()) {
        query->filters.push_back({table.organization_column, TableComparison::equal, {record.organization.value}});
    }
    if (!table.project_column.empty()) {
        TableFilter filter{table.project_column, TableComparison::equal, {}};
        for (const ProjectId project : record.projects) {
            filter.values.emplace_back(project.value);
        }
        query->filters.push_back(std::move(filter));
    }
    return query;
}

DATAEXPORT_NAMESPACE_END
