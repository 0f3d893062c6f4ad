#include <dataexport/access/permission_evaluator.hpp>

#include "request/request_fixture.hpp"

#include <doctest/doctest.h>

using namespace request_fixture;

namespace {

ExportedData janes_export() {
    ExportedData record;
    record.id = ExportId{27};
    record.organization = OrganizationId{1};
    record.user = User{UserId{7}, "jane@example.com", "jane"};
    record.projects = {ProjectId{11}, ProjectId{12}};
    return record;
}

constexpr PermissionEvaluator evaluator;

} // namespace

TEST_CASE("PermissionEvaluator::check_caller wants a login, an organization and any event scope, in this order") {
    AccessContext nobody;
    CHECK(evaluator.check_caller(nobody).error() ==
          Error{Errc::not_authenticated, "Authentication credentials were not provided."});

    auto lost = jane();
    lost.organization.reset();
    lost.scopes.clear();
    CHECK(evaluator.check_caller(lost).error().code == Errc::not_found);

    auto unscoped = jane();
    unscoped.scopes = {"org:read", "project:read"};
    CHECK(evaluator.check_caller(unscoped).error() ==
          Error{Errc::permission_denied, "You do not have permission to perform this action."});

    for (const char* scope : {"event:read", "event:write", "event:admin"}) {
        auto scoped = jane();
        scoped.scopes = {scope};
        CHECK_MESSAGE(evaluator.check_caller(scoped).has_value(), scope);
    }
}

TEST_CASE("S1: the export of another user cannot be told from an unknown id") {
    auto john = jane();
    john.user = User{UserId{8}, "john@example.com", "john"};
    CHECK(evaluator.check_visible(jane(), janes_export()).has_value());
    CHECK(evaluator.check_visible(john, janes_export()).error() == export_not_found());
    john.scopes = {"event:write"};
    CHECK(evaluator.check_visible(john, janes_export()).error() == export_not_found());
    john.scopes = {"event:admin"};
    CHECK(evaluator.check_visible(john, janes_export()).has_value());
}

TEST_CASE("S2: the export of another organization is not there, not even for its creator or an admin") {
    auto elsewhere = jane();
    elsewhere.organization->id = OrganizationId{2};
    elsewhere.scopes = {"event:admin"};
    CHECK(evaluator.check_visible(elsewhere, janes_export()).error() == export_not_found());
    constexpr PermissionEvaluator wide{ReadPolicy::organization};
    CHECK(wide.check_visible(elsewhere, janes_export()).error() == export_not_found());
}

TEST_CASE("S5: a new account with the same name does not own the exports of the old one") {
    auto namesake = jane();
    namesake.user->id = UserId{70};
    CHECK(evaluator.check_visible(namesake, janes_export()).error() == export_not_found());
}

TEST_CASE("PermissionEvaluator::check_visible shows an export without a creator to admins alone") {
    auto orphan = janes_export();
    orphan.user.reset();
    CHECK(!evaluator.check_visible(jane(), orphan).has_value());
    auto admin = jane();
    admin.scopes = {"event:admin"};
    CHECK(evaluator.check_visible(admin, orphan).has_value());
}

TEST_CASE("ReadPolicy::organization shows an export to everybody in its organization") {
    auto john = jane();
    john.user->id = UserId{8};
    constexpr PermissionEvaluator wide{ReadPolicy::organization};
    CHECK(wide.check_visible(john, janes_export()).has_value());
}

TEST_CASE("S4: who loses a project loses the exports made from it") {
    CHECK(evaluator.check_projects(jane(), janes_export()).has_value());
    auto removed = jane();
    removed.accessible = {ProjectId{11}};
    const Error revoked{Errc::permission_revoked,
                        "You don't have permissions to view some of the data this export contains."};
    CHECK(evaluator.check_projects(removed, janes_export()).error() == revoked);
    removed.scopes = {"event:admin"};
    CHECK(evaluator.check_projects(removed, janes_export()).error() == revoked);
}

TEST_CASE("PermissionEvaluator::check_projects leaves exports of deleted projects to admins") {
    auto record = janes_export();
    record.projects.push_back(ProjectId{99});
    CHECK(evaluator.check_projects(jane(), record).error().code == Errc::permission_revoked);
    auto admin = jane();
    admin.scopes = {"event:admin"};
    CHECK(evaluator.check_projects(admin, record).has_value());
}

TEST_CASE("PermissionEvaluator::check_projects has nothing to say about an export without projects") {
    auto record = janes_export();
    record.projects.clear();
    auto stranger = jane();
    stranger.accessible.clear();
    CHECK(evaluator.check_projects(stranger, record).has_value());
}

TEST_CASE("has_feature is true for features that the organization has, and for none") {
    const auto access = jane();
    CHECK(has_feature(*access.organization, "organizations:discover-query"));
    CHECK(has_feature(*access.organization, ""));
    CHECK(!has_feature(*access.organization, "organizations:discover"));
}
