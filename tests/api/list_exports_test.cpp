#include <dataexport/api/list_cursor.hpp>
#include <dataexport/api/list_exports.hpp>

#include "api_world.hpp"

#include <doctest/doctest.h>

#include <regex>

using namespace api_test;

namespace {

constexpr const char* list_path = "/api/0/organizations/acme/data-export/";

std::string ids_of(const Response& response) {
    std::string ids;
    const auto body = body_of(response);
    for (const auto& item : body.as_array()) {
        ids += (ids.empty() ? "" : " ") + std::to_string(item.at("id").as_int64());
    }
    return ids;
}

struct Relation {
    std::string url;
    bool results = false;
    std::string cursor;
};

Relation relation(const Response& response, const std::string& name) {
    const std::regex form("<([^>]*)>; rel=\"" + name + "\"; results=\"(true|false)\"; cursor=\"([^\"]*)\"");
    const auto link = field(response, "Link");
    std::smatch match;
    REQUIRE(std::regex_search(link, match, form));
    return {match[1], match[2] == "true", match[3]};
}

std::string flags(const Response& response) {
    return std::string(relation(response, "previous").results ? "<" : "-") +
           (relation(response, "next").results ? ">" : "-");
}

/// A world with the exports 1 to 5 of jane; 2 and 3 are of the same instant.
struct Five : ApiWorld {
    Five() {
        for (const int seconds : {1, 1, 0, 1, 1}) {
            clock.advance(std::chrono::seconds(seconds));
            queued("jane");
        }
    }
};

} // namespace

TEST_CASE("list_exports gives the newest first, with Link and X-Hits") {
    Five world;
    const auto response = world.get("jane", list_path);
    CHECK(ids_of(response) == "5 4 3 2 1");
    CHECK(field(response, "X-Hits") == "5");
    CHECK(field(response, "Content-Type") == "application/json");
    CHECK(field(response, "Link") ==
          "</api/0/organizations/acme/data-export/?&cursor=1589896804000000.5:0:1>; rel=\"previous\"; "
          "results=\"false\"; cursor=\"1589896804000000.5:0:1\", "
          "</api/0/organizations/acme/data-export/?&cursor=1589896801000000.1:0:0>; rel=\"next\"; "
          "results=\"false\"; cursor=\"1589896801000000.1:0:0\"");
    CHECK(body_of(response).at(0) == body_of(world.get("jane", std::string(list_path) + "5/")));
}

TEST_CASE("list_exports names both relations of an empty list") {
    ApiWorld world;
    const auto response = world.get("jane", list_path);
    CHECK(text(response) == "[]");
    CHECK(field(response, "X-Hits") == "0");
    CHECK(field(response, "Link") ==
          "</api/0/organizations/acme/data-export/?&cursor=0:0:1>; rel=\"previous\"; results=\"false\"; "
          "cursor=\"0:0:1\", </api/0/organizations/acme/data-export/?&cursor=0:0:0>; rel=\"next\"; "
          "results=\"false\"; cursor=\"0:0:0\"");
    for (const char* cursor : {"0:0:0", "0:0:1"}) {
        CHECK(text(world.get("jane", list_path + std::string("?cursor=") + cursor)) == "[]");
    }
}

TEST_CASE("list_exports walks forwards and backwards over all pages") {
    Five world;
    auto page = world.get("jane", std::string(list_path) + "?per_page=2");
    CHECK(ids_of(page) == "5 4");
    CHECK(flags(page) == "->");
    page = world.get("jane", relation(page, "next").url);
    CHECK(ids_of(page) == "3 2");
    CHECK(flags(page) == "<>");
    page = world.get("jane", relation(page, "next").url);
    CHECK(ids_of(page) == "1");
    CHECK(flags(page) == "<-");
    page = world.get("jane", relation(page, "next").url);
    CHECK(ids_of(page).empty());
    CHECK(flags(page) == "<-");
    page = world.get("jane", relation(page, "previous").url);
    CHECK(ids_of(page) == "3 2");
    page = world.get("jane", relation(page, "previous").url);
    CHECK(ids_of(page) == "5 4");
    CHECK(flags(page) == "->");
    page = world.get("jane", relation(page, "previous").url);
    CHECK(ids_of(page).empty());
    CHECK(flags(page) == "->");
}

TEST_CASE("list_exports keeps its place while exports come and go") {
    Five world;
    auto page = world.get("jane", std::string(list_path) + "?per_page=2");
    const auto next = relation(page, "next").url;
    const auto previous = relation(page, "previous").url;
    world.queued("jane");
    CHECK(world.send("jane", "DELETE", std::string(list_path) + "4/").status == 204);
    CHECK(ids_of(world.get("jane", next)) == "3 2");
    CHECK(ids_of(world.get("jane", previous)) == "6");
}

TEST_CASE("list_exports keeps the other parameters in its links, encoded") {
    Five world;
    const auto page = world.get("jane", std::string(list_path) + "?per_page=2&x=a>; rel=\"next&cursor=0:0:0");
    CHECK(relation(page, "next").url ==
          std::string(list_path) + "?&per_page=2&x=a%3E%3B%20rel%3D%22next&cursor=1589896803000000.4:0:0");
    world.options.base_url = "https://example.com";
    CHECK(relation(world.get("jane", list_path), "next").url.starts_with("https://example.com/api/0/"));
}

TEST_CASE("list_exports refuses a bad per_page") {
    ApiWorld world;
    for (const char* value : {"", "x", "1x", "-1", "1.5", " 1"}) {
        CAPTURE(value);
        const auto response = world.get("jane", std::string(list_path) + "?per_page=" + value);
        CHECK(response.status == 400);
        CHECK(text(response) == R"({"detail":"Invalid per_page parameter."})");
    }
    for (const char* value : {"0", "101", "99999999999999999999"}) {
        CAPTURE(value);
        const auto response = world.get("jane", std::string(list_path) + "?per_page=" + value);
        CHECK(response.status == 400);
        CHECK(text(response) == R"({"detail":"Invalid per_page value. Must be between 1 and 100."})");
    }
    CHECK(world.get("jane", std::string(list_path) + "?per_page=100").status == 200);
}

TEST_CASE("S45: a forged cursor is refused") {
    ApiWorld world;
    for (const char* value : {"",
                              "0",
                              "0:0",
                              "0:0:2",
                              "0:1:0",
                              "1:0:0",
                              "1.2:0:0:0",
                              "1.2:0:2",
                              "1.2:5:0",
                              "01.2:0:0",
                              "1.02:0:0",
                              "+1.2:0:0",
                              "1.2.3:0:0",
                              "1:0:0'",
                              " 1.2:0:0",
                              "1.2:0:0 ",
                              "1.2:0:01",
                              "99999999999999999999.1:0:0",
                              "1.99999999999999999999:0:0",
                              "a.b:0:0",
                              ".:0:0",
                              "-:0:1"}) {
        CAPTURE(value);
        const auto response = world.get("jane", std::string(list_path) + "?cursor=" + value);
        CHECK(response.status == 400);
        CHECK(text(response) == R"({"detail":"Invalid cursor parameter."})");
    }
}

TEST_CASE("A cursor of somebody else's list shows nothing of theirs") {
    ApiWorld world;
    world.queued("bob");
    const auto theirs = world.queued("bob");
    const auto cursor = to_string(ListCursor{ListQuery::Key{theirs.date_added, theirs.id}, false});
    CHECK(ids_of(world.get("jane", std::string(list_path) + "?cursor=" + cursor)).empty());
}
