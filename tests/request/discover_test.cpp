#include <dataexport/request/discover.hpp>

#include "request/request_fixture.hpp"
#include "search/show_terms.hpp"

#include <doctest/doctest.h>

using namespace request_fixture;

namespace {

struct Discover {
    Result<ValidatedQuery> validate(std::string_view info) {
        return discover_kind(store, options).validate(scope(), parsed_object(info));
    }

    /// The stored query info, or the text of the refusal.
    std::string stored(std::string_view info) {
        const auto result = validate(info);
        return result ? to_json(result->info) : result.error().detail;
    }

    /// The headings of the query that the store was asked about last.
    std::string headings() const {
        std::string text;
        for (const auto& column : store.checked->columns) {
            text += (text.empty() ? "" : " | ") + column.name;
        }
        return text;
    }

    /// The text of the refusal of a request that is well except for `members`.
    std::string refusal(std::string_view members) {
        auto info = parsed_object(R"({"field": ["id"], "query": ""})");
        for (auto& member : parsed_object(members)) {
            info[member.key()] = member.value();
        }
        const auto result = discover_kind(store, options).validate(scope(), std::move(info));
        return result ? "accepted" : result.error().detail;
    }

    RequestScope scope() const {
        auto result = scope_of(access);
        result.project_ids = project_ids;
        result.project_slugs = project_slugs;
        result.projects = projects;
        return result;
    }

    OneIssueStore store;
    DiscoverOptions options;
    AccessContext access = jane();
    std::vector<std::string> project_ids, project_slugs;
    std::vector<ProjectId> projects{ProjectId{12}};
};

constexpr std::string_view last_90_days = R"("start":"2020-02-19T14:00:00+00:00","end":"2020-05-19T14:00:00+00:00")";

} // namespace

TEST_CASE("discover_kind is number 1, and needs its feature") {
    OneIssueStore store;
    const auto kind = discover_kind(store);
    CHECK(kind.name == "Discover");
    CHECK(kind.number == 1);
    CHECK(kind.feature == "organizations:discover-query");
}

TEST_CASE_FIXTURE(Discover, "serializer, create-007: one field is as good as a list of one") {
    CHECK(stored(R"({"field": "id", "query": "", "project": [12]})") ==
          R"({"field":["id"],"query":"","project":[12],"equations":[],)" + std::string(last_90_days) +
              R"(,"dataset":"discover"})");
}

TEST_CASE_FIXTURE(Discover, "The number of fields is limited, repeated ones and equations counted") {
    options.max_fields = 3;
    constexpr auto text = "You can export up to 3 fields at a time. Please delete some and try again.";
    CHECK(refusal(R"({"field": ["a", "b", "c"]})") == "accepted");
    CHECK(refusal(R"({"field": ["a", "a", "a", "a"]})") == text);
    CHECK(refusal(R"({"field": ["a", "b", "c", "equation|1 + 1"]})") == text);
    options.max_fields = DiscoverOptions().max_fields;
    const std::string twenty_one = R"({"field": ["a","a","a","a","a","a","a","a","a","a","a",)"
                                   R"("a","a","a","a","a","a","a","a","a","a"]})";
    CHECK(refusal(twenty_one) == "You can export up to 20 fields at a time. Please delete some and try again.");
}

TEST_CASE_FIXTURE(Discover, "serializer, create-009: a request without fields is refused") {
    constexpr auto text = "at least one field is required to export";
    CHECK(stored(R"({"field": [], "query": ""})") == text);
    CHECK(stored(R"({"field": null, "query": ""})") == text);
    CHECK(stored(R"({"query": ""})") == text);
    CHECK(stored(R"({})") == text);
    CHECK(stored(R"({"field": ["", "  "], "query": ""})") == text);
}

TEST_CASE_FIXTURE(Discover, "serializer, create-010: a request without a query is refused, a null query is empty") {
    projects.clear();
    CHECK(stored(R"({"field": ["id"], "statsPeriod": "shrug"})") ==
          "query is a required to export, please pass an empty string if you don't want to set one");
    CHECK(stored(R"({"field": ["id"], "query": null})").starts_with(R"({"field":["id"],"query":null)"));
}

TEST_CASE_FIXTURE(Discover, "serializer, create-012: a period that is none is refused") {
    CHECK(refusal(R"({"statsPeriod": "shrug"})") == "Invalid statsPeriod: 'shrug'");
}

TEST_CASE_FIXTURE(Discover, "serializer, create-013: an end that is no date is refused") {
    CHECK(refusal(R"({"start": "2021-02-27T12:07:37", "end": "shrug"})") == "shrug is not a valid ISO8601 date query");
}

TEST_CASE_FIXTURE(Discover, "serializer, create-015: a period is stored as two instants") {
    CHECK(stored(R"({"field": ["id"], "query": "", "project": [12], "statsPeriod": "24h"})") ==
          R"({"field":["id"],"query":"","project":[12],"equations":[],"start":"2020-05-18T14:00:00+00:00",)"
          R"("end":"2020-05-19T14:00:00+00:00","dataset":"discover"})");
}

TEST_CASE_FIXTURE(Discover, "serializer, create-016: the two ends of a period are stored as two instants") {
    const auto info =
        parsed_object(stored(R"({"field": ["id"], "query": "", "statsPeriodStart": "1w", "statsPeriodEnd": "5d"})"));
    CHECK(info.at("start") == "2020-05-12T14:00:00+00:00");
    CHECK(info.at("end") == "2020-05-14T14:00:00+00:00");
    CHECK(!info.contains("statsPeriodStart"));
    CHECK(!info.contains("statsPeriodEnd"));
}

TEST_CASE_FIXTURE(Discover, "serializer, create-018: the text of a search error goes out as it is") {
    CHECK(refusal(R"({"query": "foo:"})") == "Empty string after 'foo:'");
}

TEST_CASE_FIXTURE(Discover, "serializer, create-019: no project stands for those the caller is a member of") {
    projects.clear();
    const auto result = validate(R"({"field": ["id"], "query": "", "project": []})");
    REQUIRE(result.has_value());
    CHECK(result->info.at("project") == json::value{12, 11});
    CHECK(result->projects == std::vector{ProjectId{12}, ProjectId{11}});
    CHECK(store.checked->projects == result->projects);
}

TEST_CASE_FIXTURE(Discover, "Projects of the URL stand in for projects of the query info") {
    project_ids = {"13"};
    CHECK(validate(R"({"field": ["id"], "query": ""})")->projects == projects);
    projects.clear();
    CHECK(validate(R"({"field": ["id"], "query": ""})")->projects == std::vector{ProjectId{13}});
    project_ids = {"14"};
    CHECK(validate(R"({"field": ["id"], "query": ""})").error().code == Errc::permission_denied);
    project_slugs = {"mobile"};
    CHECK(refusal("{}") == "Cannot query for both ids and slugs");
}

TEST_CASE_FIXTURE(Discover, "A caller without projects is told so") {
    projects.clear();
    access.member_of.clear();
    CHECK(refusal("{}") == "Requested project does not exist");
}

TEST_CASE_FIXTURE(Discover, "serializer, create-021: an equation is split off and becomes a column") {
    CHECK(stored(R"j({"field": ["equation|count() / 2", "count()"], "query": "", "project": [12]})j") ==
          R"j({"field":["count()"],"query":"","project":[12],"equations":["count() / 2"],)j" +
              std::string(last_90_days) + R"(,"dataset":"discover"})");
    CHECK(headings() == "count | count() / 2");
    CHECK(validate(R"j({"field": ["equation|count() / 2", "count()", "equation| 1 + count()", "equation|count() / 2"],
                        "query": "", "equations": ["5 + 5"]})j")
              ->info.at("equations") == json::value{"count() / 2", " 1 + count()", "count() / 2"});
    CHECK(headings() == "count | count() / 2 |  1 + count()");
    CHECK(refusal(R"({"equations": ["1 + 1"]})") == "accepted");
    CHECK(headings() == "id");
}

TEST_CASE_FIXTURE(Discover, "serializer, create-022, create-024: functions are columns in every dataset") {
    for (const std::string_view dataset : {"discover", "issuePlatform", "transactions", "errors"}) {
        CHECK(refusal(R"j({"field": ["title", "count()"], "dataset": ")j" + std::string(dataset) + "\"}") ==
              "accepted");
        CHECK(store.checked->dataset == dataset);
        CHECK(headings() == "title | count");
    }
}

TEST_CASE_FIXTURE(Discover, "serializer, create-025: a dataset that nobody knows is refused after dates") {
    CHECK(refusal(R"({"dataset": "somefakedataset"})") == "somefakedataset is not supported for exports");
    CHECK(refusal(R"({"dataset": 5})") == "5 is not supported for exports");
    CHECK(refusal(R"({"dataset": "x", "statsPeriod": "0d"})") == "start must be before end");
    CHECK(refusal(R"({"dataset": "x", "query": "foo:"})") == "x is not supported for exports");
}

TEST_CASE_FIXTURE(Discover, "Fields are trimmed and kept once; what is neither name nor function is refused") {
    CHECK(validate(R"({"field": [" id ", "title", "id", ""], "query": ""})")->info.at("field") ==
          json::value{"id", "title"});
    CHECK(headings() == "id | title");
    CHECK(refusal(R"({"field": [5]})") == "5 cannot be used as a column");
    CHECK(refusal(R"({"field": [null]})") == "None cannot be used as a column");
    CHECK(refusal(R"({"field": [["a"]]})") == "['a'] cannot be used as a column");
    CHECK(refusal(R"({"field": {"a": 1}})") == "{'a': 1} cannot be used as a column");
    CHECK(refusal(R"({"field": ["tags[a b]"]})") == "Invalid characters in field a b");
    CHECK(refusal(R"j({"field": ["fake()"]})j") == "fake is not a valid function");
}

TEST_CASE_FIXTURE(Discover, "Environments of the query info must exist") {
    constexpr auto text = "Requested environment does not exist";
    CHECK(refusal(R"({"environment": "production"})") == "accepted");
    CHECK(store.checked->environments == std::vector<std::string>{"production"});
    CHECK(refusal(R"({"environment": ["production", "staging"]})") == "accepted");
    CHECK(store.checked->environments == std::vector<std::string>{"production", "staging"});
    for (const std::string_view none :
         {R"({"environment": ""})", R"({"environment": []})", R"({"environment": null})"}) {
        CHECK(refusal(none) == "accepted");
        CHECK(store.checked->environments.empty());
    }
    CHECK(refusal(R"({"environment": "nowhere"})") == text);
    CHECK(refusal(R"({"environment": ["production", "nowhere"]})") == text);
    CHECK(refusal(R"({"environment": [5]})") == text);
    CHECK(refusal(R"({"environment": {"a": 1}})") == text);
}

TEST_CASE_FIXTURE(Discover, "Sorting is by selected fields only, as a text or a list") {
    constexpr auto text = "Cannot sort by a field that is not selected.";
    const auto sorted = [this](std::string_view sort) {
        return refusal(R"({"field": ["id", "timestamp"], "sort": )" + std::string(sort) + "}");
    };
    CHECK(sorted("\"-timestamp\"") == "accepted");
    CHECK(store.checked->sort == std::vector{EventSort{{1}, true}});
    CHECK(sorted(R"(["-timestamp", "id"])") == "accepted");
    CHECK(store.checked->sort == std::vector{EventSort{{1}, true}, EventSort{{0}, false}});
    for (const std::string_view none : {"\"\"", "[]", "null"}) {
        CHECK(sorted(none) == "accepted");
        CHECK(store.checked->sort.empty());
    }
    for (const std::string_view wrong : {"\"title\"", "\"--id\"", "\"-\"", "[\"id\", \"title\"]", "5", "[null]"}) {
        CHECK_MESSAGE(sorted(wrong) == text, wrong);
    }
}

TEST_CASE_FIXTURE(Discover, "A query that is not text, or too long, is refused") {
    CHECK(refusal(R"({"query": 5})") == "Invalid query: 5");
    CHECK(refusal(R"({"query": ["x"]})") == "Invalid query: ['x']");
    options.max_query_bytes = 3;
    CHECK(refusal(R"({"query": "abc"})") == "accepted");
    CHECK(refusal(R"({"query": "abcd"})") != "accepted");
}

TEST_CASE_FIXTURE(Discover, "The event store has the last word") {
    store.complaint = Error{Errc::invalid_field, "Not here."};
    CHECK(refusal("{}") == "Not here.");
}

TEST_CASE_FIXTURE(Discover, "Keys that nobody knows are kept") {
    CHECK(validate(R"({"field": ["id"], "query": "", "name": "My query", "per_page": 50})")->info.at("name") ==
          "My query");
}

TEST_CASE_FIXTURE(Discover, "S16: 100,000 fields are refused at once") {
    json::array many(100'000, json::value("id"));
    const auto result = discover_kind(store).validate(scope(), {{"field", std::move(many)}, {"query", ""}});
    CHECK(result.error().code == Errc::limit_exceeded);
}

TEST_CASE_FIXTURE(Discover, "Texts of the request language go out as they are") {
    struct Row {
        std::string_view members, text;
    };
    for (const auto& row : {
             Row{R"j({"field": ["count()", "equation|count() / 0"]})j", "division by 0 is not allowed"},
             Row{R"j({"field": ["equation|count() / 2"]})j",
                 "count() used in an equation but is not a selected function"},
             Row{R"j({"field": ["a b", "equation|1 + 1"]})j", "Equations need to include a field or function"},
             Row{R"j({"field": ["min()"]})j", "min: expected 1 argument(s) but got 0 argument(s)"},
             Row{R"j({"field": ["min()"], "query": "foo:"})j", "Empty string after 'foo:'"},
             Row{R"j({"field": ["total.count"]})j",
                 "Another aggregate function needs to be selected in order to use the total.count field"},
             Row{R"j({"query": "count():>5"})j",
                 "Aggregate count used in a condition but is not a selected column, and could not be automatically "
                 "added."},
             Row{R"j({"field": ["count()"], "sort": "-p95()"})j", "Cannot sort by a field that is not selected."},
             Row{R"j({"sort": "equation|"})j", "Cannot sort by an empty equation"},
         }) {
        CHECK_MESSAGE(refusal(row.members) == row.text, row.members);
    }
}

TEST_CASE_FIXTURE(Discover, "The length of a field is limited") {
    options.max_field_bytes = 5;
    constexpr auto text = "A field may have up to 5 bytes.";
    CHECK(refusal(R"({"field": ["abcde"]})") == "accepted");
    CHECK(refusal(R"({"field": ["abcdef"]})") == text);
    CHECK(refusal(R"({"field": ["id", "equation|1 + 1"]})") == text);
    const auto result =
        discover_kind(store).validate(scope(), {{"field", "equation|" + std::string(16 * 1024, '(')}, {"query", ""}});
    CHECK(result.error() == Error{Errc::too_large, "A field may have up to 4096 bytes."});
}

TEST_CASE_FIXTURE(Discover, "event_query rebuilds from a record the query that was checked") {
    projects = {ProjectId{12}, ProjectId{11}};
    const auto validated = validate(R"j({"field": ["tags[browser]", "count()", "epm() as rate", "equation|count() / 2"],
                     "query": "level:error timestamp:-1d count():>5 p95():<9", "dataset": "errors",
                     "environment": "staging", "sort": ["-count()", "equation[0]"], "statsPeriod": "1h",
                     "project": [12, 11]})j");
    REQUIRE(validated.has_value());
    ExportedData record;
    record.query_info = validated->info;
    record.projects = validated->projects;
    record.date_added = scope().now;
    const auto query = event_query(record);
    REQUIRE(query.has_value());
    CHECK(query->dataset == "errors");
    CHECK(query->columns == store.checked->columns);
    CHECK(headings() == "tags[browser] | count | rate | count() / 2 | p95()");
    CHECK(query->exported == 4);
    CHECK(query->projects == projects);
    CHECK(query->environments == std::vector<std::string>{"staging"});
    CHECK(query->start == at("2020-05-19T13:00:00Z"));
    CHECK(query->end == at("2020-05-19T14:00:00Z"));
    CHECK(query->sort == std::vector{EventSort{{1}, true}, EventSort{{3}, false}});
    CHECK(search_notation::show_terms(query->where) ==
          "level = \"error\" ; timestamp >= @2020-05-18T14:00:00.250000+00:00");
    CHECK(search_notation::show_terms(query->having) == "{count} > 5 ; {p95()} < 9");
    CHECK(search_notation::show_terms(query->where) == search_notation::show_terms(store.checked->where));
    CHECK(search_notation::show_terms(query->having) == search_notation::show_terms(store.checked->having));

    const auto rows = discover_kind(store).open(record);
    CHECK(rows.error().code == Errc::unavailable);
    CHECK(store.opened->columns == query->columns);
}

TEST_CASE("event_query refuses a record that Discover did not make") {
    ExportedData record;
    CHECK(event_query(record).error().code == Errc::corrupt);
}
