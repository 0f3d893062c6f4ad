#include "server/directory.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace dataexport;
using example::Directory;

namespace {

/// A directory with two organizations and one user, whose members follow `"id": 7`.
std::string with_user(std::string_view members) {
    return R"({"organizations": [
        {"id": 1, "slug": "acme", "projects": [{"id": 11, "slug": "backend"}]},
        {"id": 2, "slug": "umbrella", "projects": [{"id": 21, "slug": "backend"}]}],
      "users": [{"id": 7)" +
           std::string(members) + "}]}";
}

std::string with_organizations(std::string_view list) { return R"({"organizations": [)" + std::string(list) + "]}"; }

} // namespace

TEST_CASE("Directory gives a user the rights of each membership, and nothing elsewhere") {
    const auto directory =
        Directory::parse(with_user(R"(, "username": "jane", "email": "jane@example.com", "token": "t",
        "memberships": [{"organization": "acme", "scopes": ["event:read"], "projects": [11]}])"),
                         "who.json")
            .value();
    for (const char* name : {"acme", "1"}) {
        const auto access = directory.context("t", name, Login::browser_session);
        REQUIRE(access.user.has_value());
        CHECK(access.user->id == UserId{7});
        REQUIRE(access.organization.has_value());
        CHECK(access.organization->id == OrganizationId{1});
        CHECK(access.scopes == std::set<std::string, std::less<>>{"event:read"});
        CHECK(access.accessible == std::vector{ProjectId{11}});
        CHECK(access.login == Login::browser_session);
        CHECK(directory.access(UserId{7}, name).accessible == access.accessible);
    }
    for (const char* name : {"umbrella", "2", "nowhere"}) {
        const auto access = directory.context("t", name, Login::api_token);
        CHECK(access.user.has_value());
        CHECK_FALSE(access.organization.has_value()); // one that they are no member of looks like one that is not there
        CHECK(access.scopes.empty());
        CHECK(access.accessible.empty());
    }
    CHECK_FALSE(directory.context("T", "acme", Login::api_token).user.has_value());
    CHECK_FALSE(directory.access(UserId{8}, "acme").user.has_value());
}

TEST_CASE("Directory::parse names the member that is wrong") {
    const std::pair<std::string, std::string> table[] = {
        {"[]", "the file: an object is needed"},
        {R"({"people": []})", "the file: unknown key \"people\""},
        {R"({"organizations": {}})", "the file.organizations: a list is needed"},
        {with_organizations(R"({"id": 0, "slug": "a"})"), "organizations[0].id: a positive whole number is needed"},
        {with_organizations(R"({"id": 1, "slug": ""})"), "organizations[0].slug: a text is needed"},
        {with_organizations(R"({"id": 1, "slug": "2"})"),
         "organizations[0].slug: a slug cannot be a number, which would be the id of another organization"},
        {with_organizations(R"({"id": 1, "slug": "a"}, {"id": 1, "slug": "b"})"),
         "organizations: two of them have one id or slug"},
        {with_organizations(R"({"id": 1, "slug": "a", "projects": [{"id": 3, "slug": "p"}, {"id": 3, "slug": "q"}]})"),
         "organizations: two projects have one id"},
        {with_user(R"(, "username": "x", "token": 5)"), "users[0].token: a text is needed"},
        {with_user(R"(, "username": "x", "token": "t", "memberships": [{"organization": "nowhere"}])"),
         "users[0].memberships[0].organization: there is no organization \"nowhere\""},
        {with_user(R"(, "username": "x", "token": "t", "memberships": [{"organization": "acme", "projects": [21]}])"),
         "users[0].memberships[0].projects: a list of ids of projects of \"acme\" is needed"},
        {with_user(
             R"(, "username": "x", "token": "t", "memberships": [{"organization": "acme"}, {"organization": "acme"}])"),
         "users[0].memberships: two of them are of one organization"},
    };
    for (const auto& row : table) {
        CAPTURE(row.first);
        const auto directory = Directory::parse(row.first, "who.json");
        REQUIRE_FALSE(directory.has_value());
        CHECK(directory.error().code == Errc::invalid_input);
        CHECK(directory.error().detail == "who.json: " + row.second);
    }
}
