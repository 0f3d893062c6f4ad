#include "server/event_reader.hpp"

#include <dataexport/core/time.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace dataexport;

namespace {

constexpr const char* directory_text = R"({"organizations": [
    {"id": 1, "slug": "acme", "features": [], "projects": [{"id": 11, "slug": "backend"}, {"id": 12, "slug": "web"}],
     "environments": []}], "users": []})";

example::Directory directory() { return example::Directory::parse(directory_text, "directory").value(); }

std::string with(std::string_view members) {
    return R"({"id":"0123456789abcdef0123456789abcdef","project":"backend","timestamp":1.5)" + std::string(members) +
           '}';
}

} // namespace

TEST_CASE("EventReader::read takes every key of an event") {
    const auto known = directory();
    const auto event = example::EventReader(known).read(
        R"({"id":"0123456789ABCDEF0123456789abcdef","project":12,"timestamp":"2020-05-19T14:00:00.5+02:00",
            "type":"transaction","level":"info","title":"t","message":"m","transaction":"/x","platform":"p",
            "environment":"e","release":"r","issue":7,"duration":12,
            "user":{"id":7,"email":"a@b","username":"u","ip_address":"::1"},
            "tags":{"a":"1"},"measurements":{"lcp":0.1,"n":3}})");
    Event expected;
    expected.id = "0123456789abcdef0123456789abcdef";
    expected.project = ProjectId{12};
    expected.timestamp = parse_iso("2020-05-19T12:00:00.5").value();
    expected.type = "transaction";
    expected.level = "info";
    expected.title = "t";
    expected.message = "m";
    expected.transaction = "/x";
    expected.platform = "p";
    expected.environment = "e";
    expected.release = "r";
    expected.issue = 7;
    expected.duration = 12;
    expected.user = {"7", "a@b", "u", "::1"};
    expected.tags = {{"a", "1"}};
    expected.measurements = {{"lcp", 0.1}, {"n", 3}};
    CHECK(event.value() == expected);
}

TEST_CASE("EventReader::read names the key that is wrong") {
    const auto known = directory();
    const std::pair<std::string, std::string> table[] = {
        {"[]", "an object is needed"},
        {"{}", "id: is missing"},
        {R"({"id":"0123456789abcdef0123456789abcdef","project":11})", "timestamp: is missing"},
        {R"({"id":"0123456789abcdef0123456789abcdef","timestamp":1})", "project: is missing"},
        {R"({"id":"0123","project":11,"timestamp":1})", "id: 32 hexadecimal digits are needed"},
        {R"({"id":"0123456789abcdef0123456789abcdef","project":"x","timestamp":1})",
         "project: there is no project \"x\""},
        {R"({"id":"0123456789abcdef0123456789abcdef","project":1,"timestamp":1})",
         "project: there is no project of this id"},
        {R"({"id":"0123456789abcdef0123456789abcdef","project":11,"timestamp":"now"})",
         "timestamp: now is not a valid ISO8601 date query"},
        {with(R"(,"extra":1)"), "extra: unknown key"},
        {with(R"(,"level":5)"), "level: a text is needed"},
        {with(R"(,"title":null)"), "title: a text is needed"},
        {with(R"(,"type":"crash")"), "type: error, transaction or default is needed"},
        {with(R"(,"issue":1.5)"), "issue: a whole number is needed"},
        {with(R"(,"duration":"1")"), "duration: a number is needed"},
        {with(R"(,"user":{"name":"x"})"), "user.name: unknown key"},
        {with(R"(,"user":"x")"), "user: an object is needed"},
        {with(R"(,"tags":{"a":1})"), "tags.a: a text is needed"},
        {with(R"(,"tags":[])"), "tags: an object is needed"},
        {with(R"(,"measurements":{"a":"1"})"), "measurements.a: a number is needed"},
    };
    for (const auto& row : table) {
        const auto event = example::EventReader(known).read(row.first);
        INFO(row.first);
        REQUIRE_FALSE(event.has_value());
        CHECK(event.error().detail == row.second);
    }
}
