/// @file
/// Who asks, and what they may see. The host builds one of these for each request from its own login.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/exported_data.hpp>
#include <dataexport/core/ids.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

struct Project {
    ProjectId id;
    std::string slug;

    friend bool operator==(const Project&, const Project&) = default;
};

/// The organization that a request is about.
struct Organization {
    OrganizationId id;
    std::string slug;
    std::set<std::string, std::less<>> features{}; ///< Such as `organizations:discover-query`.
    std::vector<Project> projects{};               ///< The active ones, in the order that answers list them.
    std::vector<std::string> environments{};       ///< Names.
};

/// How the caller logged in; the reference limits the two differently (reference, 2.2).
enum class Login : std::uint8_t { api_token, browser_session };

/// Who asks for something in which organization, and with which rights.
struct AccessContext {
    std::optional<User> user;                  ///< None: not logged in.
    std::optional<Organization> organization;  ///< None: there is no such organization.
    std::set<std::string, std::less<>> scopes; ///< In this organization: `event:read`, `event:write`, `event:admin`.
    std::vector<ProjectId> accessible;         ///< Projects that the caller may name.
    std::vector<ProjectId> member_of;          ///< Projects that stand for "all of mine"; usually fewer.
    Login login = Login::api_token;
};

/// What a user may do in an organization now, whether or not they are logged in; without a `user` if they are gone. The
/// host answers from its own directory; called from any thread.
using AccessLookup = std::function<AccessContext(UserId user, std::string_view organization_id_or_slug)>;

DATAEXPORT_NAMESPACE_END
