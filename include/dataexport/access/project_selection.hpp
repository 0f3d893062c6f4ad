/// @file
/// Which projects a request is about.
#pragma once

#include <dataexport/access/access_context.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/ids.hpp>
#include <dataexport/core/json.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// The projects with these ids, in the order of the organization; -1 among them stands for every project that is
/// accessible (reference, 8.2).
/// @pre `access.organization` is set
/// @return `Errc::permission_denied` if any is unknown or inaccessible.
[[nodiscard]] Result<std::vector<ProjectId>> select_projects(const AccessContext& access,
                                                             std::span<const std::int64_t> ids);

/// The projects that a request means which names none in its query info: those of the URL parameters `project`
/// (`ids`) or `projectSlug` (`slugs`), of which id -1 and slug `$all` stand for every one that is accessible; without
/// them the ones that the caller is a member of, which may be none (reference, 8.3).
/// @pre `access.organization` is set
/// @return `Errc::permission_denied` if any is unknown or inaccessible, `Errc::invalid_project` for ids that are not
/// numbers, or for ids and slugs together.
[[nodiscard]] Result<std::vector<ProjectId>> select_implied_projects(const AccessContext& access,
                                                                     std::span<const std::string> ids,
                                                                     std::span<const std::string> slugs);

/// The ids of projects as query infos hold them.
[[nodiscard]] json::array ids_as_json(std::span<const ProjectId> projects);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/access/impl/project_selection.ipp>
#endif
