#include <dataexport/request/issues_by_tag.hpp>

#include "request/request_fixture.hpp"

#include <doctest/doctest.h>

using namespace request_fixture;

namespace {

struct IssuesByTag {
    Result<ValidatedQuery> validate(std::string_view info) {
        auto scope = scope_of(access);
        scope.projects = projects;
        scope.environment = environment;
        return issues_by_tag_kind(store).validate(scope, parsed_object(info));
    }

    /// The stored query info, or the text of the refusal.
    std::string stored(std::string_view info) {
        const auto result = validate(info);
        return result ? to_json(result->info) : result.error().detail;
    }

    OneIssueStore store;
    AccessContext access = jane();
    std::vector<ProjectId> projects{ProjectId{12}};
    std::optional<std::string> environment;
};

} // namespace

TEST_CASE("issues_by_tag_kind is number 0, and needs the feature of Discover") {
    OneIssueStore store;
    const auto kind = issues_by_tag_kind(store);
    CHECK(kind.name == "Issues-by-Tag");
    CHECK(kind.number == 0);
    CHECK(kind.feature == "organizations:discover-query");
}

TEST_CASE_FIXTURE(IssuesByTag, "serializer, create-003: a project, an issue and a key that exist are accepted") {
    CHECK(stored(R"({"env": "test", "project": [12], "group": "5", "key": "browser"})") ==
          R"({"env":"test","project":[12],"group":5,"key":"browser"})");
}

TEST_CASE_FIXTURE(IssuesByTag, "What is missing or does not exist is refused at creation") {
    struct Row {
        std::string_view info, text;
    };
    for (const auto& row : {
             Row{R"({"group": "abc"})", "Invalid group ID"},
             Row{R"({"group": [], "key": "browser"})", "Invalid group ID"},
             Row{R"({"group": 5.5, "key": "browser"})", "Invalid group ID"},
             Row{R"({"group": true, "key": "browser"})", "Invalid group ID"},
             Row{R"({"key": "browser"})", "Requested issue does not exist"},
             Row{R"({"group": null, "key": "browser"})", "Requested issue does not exist"},
             Row{R"({"group": 6, "key": "browser"})", "Requested issue does not exist"},
             Row{R"({"group": 5})", "Requested key does not exist"},
             Row{R"({"group": 5, "key": null})", "Requested key does not exist"},
             Row{R"({"group": 5, "key": ["browser"]})", "Requested key does not exist"},
             Row{R"({"group": 5, "key": "device"})", "Requested key does not exist"},
         }) {
        CHECK_MESSAGE(stored(row.info) == row.text, row.info);
    }
    projects.clear();
    CHECK(stored(R"({"group": "abc"})") == "Invalid group ID");
    CHECK(stored(R"({"group": 5, "key": "browser"})") == "Requested project does not exist");
}

TEST_CASE_FIXTURE(IssuesByTag, "Of several projects the one that has the issue is meant") {
    projects = {ProjectId{11}, ProjectId{12}, ProjectId{13}};
    const auto result = validate(R"({"project": [11, 12, 13], "group": 5, "key": "browser"})");
    REQUIRE(result.has_value());
    CHECK(result->projects == std::vector{ProjectId{12}});
    CHECK(result->info.at("project") == json::value{12});
}

TEST_CASE_FIXTURE(IssuesByTag, "A key must exist in the environment of the request") {
    environment = "production";
    CHECK(validate(R"({"group": 5, "key": "browser"})").has_value());
    environment = "staging";
    CHECK(stored(R"({"group": 5, "key": "browser"})") == "Requested key does not exist");
}

TEST_CASE_FIXTURE(IssuesByTag, "Keys that are fields of an event are keys as any other") {
    for (const std::string key : {"user", "release", "environment", "level", "transaction", "tags[browser]"}) {
        const auto info = R"({"group": 5, "key": ")" + key + "\"}";
        CHECK(stored(info) == "Requested key does not exist");
        store.known_tags.insert(key);
        CHECK(validate(info)->info.at("key") == json::value(key));
    }
}

TEST_CASE_FIXTURE(IssuesByTag, "A missing project comes before a missing issue, and that before a missing key") {
    projects = {ProjectId{11}};
    CHECK(stored(R"({"group": 5, "key": "browser"})") == "Requested issue does not exist");
    CHECK(stored(R"({"group": 5, "key": "device"})") == "Requested issue does not exist");
    projects.clear();
    CHECK(stored(R"({"key": "device"})") == "Requested project does not exist");
    CHECK(stored(R"({"group": "x", "key": "device"})") == "Invalid group ID");
}

TEST_CASE_FIXTURE(IssuesByTag, "A store that cannot answer is not a wrong request") {
    store.complaint = Error{Errc::busy, "Try again later."};
    CHECK(validate(R"({"group": 5, "key": "browser"})").error().code == Errc::busy);
}

TEST_CASE_FIXTURE(IssuesByTag, "tag_values_query rebuilds the query from a record") {
    const auto validated = validate(R"({"group": "5", "key": "browser"})");
    ExportedData record;
    record.query_info = validated->info;
    record.projects = validated->projects;
    record.environment = "production";
    const auto query = tag_values_query(record);
    REQUIRE(query.has_value());
    CHECK(query->project == ProjectId{12});
    CHECK(query->group == 5);
    CHECK(query->key == "browser");
    CHECK(query->environment == "production");

    const auto rows = issues_by_tag_kind(store).open(record);
    CHECK(rows.error().code == Errc::unavailable);
    CHECK(store.opened_tag->group == 5);
}

TEST_CASE("tag_values_query refuses a record that Issues-by-Tag did not make") {
    ExportedData record;
    CHECK(tag_values_query(record).error().code == Errc::corrupt);
    OneIssueStore store;
    CHECK(issues_by_tag_kind(store).open(record).error().code == Errc::corrupt);
}
