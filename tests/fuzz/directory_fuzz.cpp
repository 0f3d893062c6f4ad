#include "fuzz/require.hpp"

// The example's own code, in this TU so that it is instrumented.
#include "server/directory.cpp"

#include <cstdint>
#include <string>
#include <string_view>

using dataexport::Login;
using example::Directory;

namespace {

void check_organization(const Directory& directory, const dataexport::Organization& organization) {
    require(organization.id.value > 0 && !organization.slug.empty());
    for (const auto& project : organization.projects) {
        require(project.id.value > 0 && !project.slug.empty());
    }
    const auto stranger = directory.context("", organization.slug, Login::api_token);
    require(!stranger.user && !stranger.organization && stranger.scopes.empty() && stranger.accessible.empty());
}

/// By slug and by number, the account sees the organizations that it is a member of, with the rights it has in each.
void check_account(const Directory& directory, const example::Account& account) {
    for (const auto& membership : account.memberships) {
        const auto access = directory.access(account.user.id, std::to_string(membership.organization.value));
        require(access.user && access.user->id == account.user.id);
        require(access.organization && access.organization->id == membership.organization);
        require(access.scopes == membership.scopes && access.accessible == membership.projects);
        const auto by_slug = directory.context(account.token, access.organization->slug, Login::browser_session);
        require(by_slug.organization && by_slug.organization->id == membership.organization);
        require(by_slug.scopes == access.scopes && by_slug.member_of == access.member_of);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto directory = Directory::parse(text, "who.json");
    if (!directory) {
        require(directory.error().code == dataexport::Errc::invalid_input);
        require(directory.error().detail.starts_with("who.json: "));
        return 0;
    }
    require(directory->account("") == nullptr && directory->account(text) == nullptr);
    for (const auto& organization : directory->organizations()) {
        check_organization(*directory, organization);
    }
    const auto file = dataexport::parse_json(text).value();
    const auto* users = file.get_object().if_contains("users");
    if (users == nullptr) return 0;
    for (const auto& user : users->get_array()) {
        const auto* account = directory->account(user.at("token").get_string());
        require(account != nullptr && account->user.id.value == user.at("id").get_int64());
        check_account(*directory, *account);
    }
    return 0;
}
