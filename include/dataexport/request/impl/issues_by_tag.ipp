#pragma once

#include <dataexport/request/issues_by_tag.hpp>
#include <dataexport/request/python_value.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::issues_by_tag {

/// The number of the issue, written back to `info`; none if it is absent.
inline Result<std::optional<std::int64_t>> read_group(json::object& info) {
    auto* value = info.if_contains("group");
    if (value == nullptr || value->is_null()) return std::optional<std::int64_t>();
    const auto group = python::integer(*value);
    if (!group) return Error{Errc::invalid_group, "Invalid group ID"};
    *value = *group;
    return group;
}

/// The one of `projects` that has the issue.
inline Result<ProjectId> project_of(EventStore& store, const std::vector<ProjectId>& projects, std::int64_t group) {
    for (const ProjectId project : projects) {
        const auto has_it = store.has_group(project, group);
        if (!has_it) return has_it.error();
        if (*has_it) return project;
    }
    return Error{Errc::invalid_group, "Requested issue does not exist"};
}

inline Result<void> check_key(EventStore& store, const json::object& info, ProjectId project,
                              const std::optional<std::string>& environment) {
    if (const auto* key = info.if_contains("key"); key != nullptr && key->is_string()) {
        const auto has_it = store.has_tag(project, key->get_string(), environment);
        if (!has_it) return has_it.error();
        if (*has_it) return ok();
    }
    return Error{Errc::invalid_field, "Requested key does not exist"};
}

inline Result<ValidatedQuery> validate(EventStore& store, const RequestScope& scope, json::object info) {
    const auto group = read_group(info);
    if (!group) return group.error();
    if (scope.projects.empty()) return Error{Errc::invalid_project, "Requested project does not exist"};
    if (!*group) return Error{Errc::invalid_group, "Requested issue does not exist"};
    const auto project = project_of(store, scope.projects, **group);
    if (!project) return project.error();
    if (auto checked = check_key(store, info, *project, scope.environment); !checked) return checked.error();
    info["project"] = json::array{project->value};
    return ValidatedQuery{std::move(info), {*project}};
}

} // namespace detail::issues_by_tag

DATAEXPORT_DECL ExportKind issues_by_tag_kind(EventStore& store) {
    ExportKind kind;
    kind.name = "Issues-by-Tag";
    kind.number = 0;
    kind.feature = "organizations:discover-query";
    kind.validate = [&store](const RequestScope& scope, json::object info) {
        return detail::issues_by_tag::validate(store, scope, std::move(info));
    };
    kind.open = [&store](const ExportedData& record) -> Result<std::unique_ptr<RowSource>> {
        const auto query = tag_values_query(record);
        if (!query) return query.error();
        return store.tag_values(*query);
    };
    return kind;
}

DATAEXPORT_DECL Result<TagValuesQuery> tag_values_query(const ExportedData& record) {
    const auto* group = record.query_info.if_contains("group");
    const auto* key = record.query_info.if_contains("key");
    if (record.projects.empty() || group == nullptr || !group->is_int64() || key == nullptr || !key->is_string()) {
        return Error{Errc::corrupt, "The stored request is incomplete."};
    }
    TagValuesQuery query;
    query.project = record.projects.front();
    query.group = group->get_int64();
    query.key = key->get_string();
    query.environment = record.environment;
    return query;
}

DATAEXPORT_NAMESPACE_END
