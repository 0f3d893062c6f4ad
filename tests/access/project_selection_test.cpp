#include <dataexport/access/project_selection.hpp>

#include "request/request_fixture.hpp"

#include <doctest/doctest.h>

using namespace request_fixture;

namespace {

using Ids = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

std::string shown(const Result<std::vector<ProjectId>>& projects) {
    return projects ? to_json(ids_as_json(*projects)) : projects.error().detail;
}

constexpr auto denied = "You do not have permission to perform this action.";

} // namespace

TEST_CASE("select_projects gives all or nothing of the ids, in the order of the organization") {
    struct Row {
        Ids ids;
        std::string_view projects;
    };
    for (const auto& [ids, projects] : {
             Row{{11}, "[11]"},
             Row{{11, 12, 11}, "[12,11]"},
             Row{{-1}, "[12,11,13]"},
             Row{{-1, 999}, "[12,11,13]"},
             Row{{14, -1}, "[12,11,13]"},
             Row{{-5}, denied},
             Row{{0}, denied},
             Row{{14}, denied},
             Row{{11, 14}, denied},
             Row{{11, 999}, denied},
             Row{{99}, denied},
         }) {
        CHECK(shown(select_projects(jane(), ids)) == projects);
    }
    CHECK(select_projects(jane(), Ids{14}).error().code == Errc::permission_denied);
}

TEST_CASE("select_implied_projects reads URL parameters, and without them gives what the caller is a member of") {
    struct Row {
        Texts ids, slugs;
        std::string_view projects;
    };
    for (const auto& [ids, slugs, projects] : {
             Row{{}, {}, "[12,11]"},
             Row{{"11"}, {}, "[11]"},
             Row{{"11", "13"}, {}, "[11,13]"},
             Row{{"-1"}, {}, "[12,11,13]"},
             Row{{"14"}, {}, denied},
             Row{{}, {"mobile"}, "[13]"},
             Row{{}, {"mobile", "backend"}, "[11,13]"},
             Row{{}, {"$all"}, "[12,11,13]"},
             Row{{}, {""}, "[12,11]"},
             Row{{}, {"secret"}, denied},
             Row{{}, {"mobile", "nothing"}, denied},
             Row{{"11"}, {"mobile"}, "Cannot query for both ids and slugs"},
             Row{{"backend"}, {}, "Invalid project parameter. Values must be numbers."},
             Row{{""}, {}, "Invalid project parameter. Values must be numbers."},
             Row{{"1.5"}, {"mobile"}, "Invalid project parameter. Values must be numbers."},
             Row{{"99999999999999999999"}, {}, "Invalid project parameter. Values must be numbers."},
         }) {
        CHECK(shown(select_implied_projects(jane(), ids, slugs)) == projects);
    }
}

TEST_CASE("select_implied_projects gives none to a caller who is a member of none") {
    auto guest = jane();
    guest.member_of.clear();
    CHECK(shown(select_implied_projects(guest, {}, {})) == "[]");
}
