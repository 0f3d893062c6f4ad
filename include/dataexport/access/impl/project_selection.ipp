#pragma once

#include <dataexport/access/project_selection.hpp>
#include <dataexport/core/parse_integer.hpp>

#include <algorithm>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::project_selection {

inline Error denied() { return {Errc::permission_denied, "You do not have permission to perform this action."}; }

template <class Range, class Value>
bool contains(const Range& range, const Value& value) {
    return std::find(range.begin(), range.end(), value) != range.end();
}

/// The accessible projects for which `wanted` holds, in the order of the organization.
template <class Predicate>
std::vector<ProjectId> accessible_projects(const AccessContext& access, Predicate wanted) {
    std::vector<ProjectId> projects;
    for (const auto& project : access.organization->projects) {
        if (wanted(project) && contains(access.accessible, project.id)) projects.push_back(project.id);
    }
    return projects;
}

inline std::vector<ProjectId> all_accessible(const AccessContext& access) {
    return accessible_projects(access, [](const Project&) { return true; });
}

/// The projects whose property `of(project)` is among `names`. Every name must have one.
template <class Name, class Property>
Result<std::vector<ProjectId>> select(const AccessContext& access, std::vector<Name> names, Property of) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    auto projects = accessible_projects(
        access, [&](const Project& project) { return std::binary_search(names.begin(), names.end(), of(project)); });
    if (projects.size() != names.size()) return denied();
    return projects;
}

inline Result<std::vector<std::int64_t>> numbers(std::span<const std::string> texts) {
    std::vector<std::int64_t> result;
    for (const auto& text : texts) {
        const auto number = parse_integer<std::int64_t>(text);
        if (!number) return Error{Errc::invalid_project, "Invalid project parameter. Values must be numbers."};
        result.push_back(*number);
    }
    return result;
}

} // namespace detail::project_selection

DATAEXPORT_DECL Result<std::vector<ProjectId>> select_projects(const AccessContext& access,
                                                               std::span<const std::int64_t> ids) {
    using namespace detail::project_selection;
    if (contains(ids, -1)) return all_accessible(access);
    return select(access, std::vector(ids.begin(), ids.end()), [](const Project& project) { return project.id.value; });
}

DATAEXPORT_DECL Result<std::vector<ProjectId>> select_implied_projects(const AccessContext& access,
                                                                       std::span<const std::string> ids,
                                                                       std::span<const std::string> slugs) {
    using namespace detail::project_selection;
    const auto wanted_ids = numbers(ids);
    if (!wanted_ids) return wanted_ids.error();
    std::vector<std::string_view> wanted_slugs;
    std::copy_if(slugs.begin(), slugs.end(), std::back_inserter(wanted_slugs),
                 [](std::string_view slug) { return !slug.empty(); });
    if (!wanted_ids->empty() && !wanted_slugs.empty()) {
        return Error{Errc::invalid_project, "Cannot query for both ids and slugs"};
    }
    if (!wanted_ids->empty()) return select_projects(access, *wanted_ids);
    if (contains(wanted_slugs, "$all")) return all_accessible(access);
    if (!wanted_slugs.empty()) {
        return select(access, std::move(wanted_slugs),
                      [](const Project& project) { return std::string_view(project.slug); });
    }
    std::vector<ProjectId> mine;
    for (const auto& project : access.organization->projects) {
        if (contains(access.member_of, project.id)) mine.push_back(project.id);
    }
    return mine;
}

DATAEXPORT_DECL json::array ids_as_json(std::span<const ProjectId> projects) {
    json::array ids;
    ids.reserve(projects.size());
    for (const ProjectId project : projects) {
        ids.emplace_back(project.value);
    }
    return ids;
}

DATAEXPORT_NAMESPACE_END
