#pragma once

#include <dataexport/access/permission_evaluator.hpp>

#include <algorithm>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::permission_evaluator {

inline bool is_admin(const AccessContext& access) { return access.scopes.contains("event:admin"); }

inline bool is_owner(const AccessContext& access, const ExportedData& record) {
    return access.user && record.user && access.user->id == record.user->id;
}

inline bool is_active(const Organization& organization, ProjectId id) {
    return std::any_of(organization.projects.begin(), organization.projects.end(),
                       [id](const Project& project) { return project.id == id; });
}

inline Error access_revoked() {
    return {Errc::permission_revoked, "You don't have permissions to view some of the data this export contains."};
}

} // namespace detail::permission_evaluator

DATAEXPORT_DECL Result<void> PermissionEvaluator::check_caller(const AccessContext& access) const {
    if (!access.user) return Error{Errc::not_authenticated, "Authentication credentials were not provided."};
    if (!access.organization) return Error{Errc::not_found, "The requested resource does not exist"};
    for (const std::string_view scope : {"event:read", "event:write", "event:admin"}) {
        if (access.scopes.contains(scope)) return ok();
    }
    return Error{Errc::permission_denied, "You do not have permission to perform this action."};
}

DATAEXPORT_DECL Result<void> PermissionEvaluator::check_visible(const AccessContext& access,
                                                                const ExportedData& record) const {
    using namespace detail::permission_evaluator;
    const bool same_organization = access.organization && access.organization->id == record.organization;
    const bool allowed = read_policy == ReadPolicy::organization || is_admin(access) || is_owner(access, record);
    if (same_organization && allowed) return ok();
    return export_not_found();
}

DATAEXPORT_DECL Result<void> PermissionEvaluator::check_projects(const AccessContext& access,
                                                                 const ExportedData& record) const {
    using namespace detail::permission_evaluator;
    for (const ProjectId id : record.projects) {
        const bool active = access.organization && is_active(*access.organization, id);
        const bool accessible =
            std::find(access.accessible.begin(), access.accessible.end(), id) != access.accessible.end();
        if (active ? accessible : is_admin(access)) continue;
        return access_revoked();
    }
    return ok();
}

DATAEXPORT_DECL Result<void> PermissionEvaluator::check_still_allowed(const AccessContext& access,
                                                                      const ExportedData& record) const {
    if (!check_caller(access) || !check_visible(access, record)) return detail::permission_evaluator::access_revoked();
    return check_projects(access, record);
}

DATAEXPORT_DECL Error export_not_found() { return {Errc::not_found, "The requested resource does not exist"}; }

DATAEXPORT_DECL bool has_feature(const Organization& organization, std::string_view feature) {
    return feature.empty() || organization.features.contains(feature);
}

DATAEXPORT_NAMESPACE_END
