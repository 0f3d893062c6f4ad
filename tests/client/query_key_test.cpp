#include <dataexport/client/query_key.hpp>

#include <doctest/doctest.h>

using namespace dataexport;
using namespace dataexport::client;

TEST_CASE("query_key: the order of names does not matter, that of equal names does") {
    CHECK(query_key("/a/", {{"b", 1}, {"a", 2}}) == query_key("/a/", {{"a", 2}, {"b", 1}}));
    CHECK(query_key("/a/", {{"f", "x"}, {"f", "y"}}) != query_key("/a/", {{"f", "y"}, {"f", "x"}}));
    CHECK(query_key("/a/", {}) != query_key("/a/", {}, true));
    CHECK(query_key("/a/", {{"a", "b&c=d"}}) != query_key("/a/", {{"a", "b"}, {"c", "d"}}));
}

TEST_CASE("to_url writes texts, integers, booleans and ids, encoded, and leaves out what is none") {
    const std::optional<std::string> none;
    const std::optional<int> some = -5;
    const auto key = query_key(
        "/a/", {{"t", "a b&c=d/\xC3\xA9"}, {"i", 5}, {"b", true}, {"p", ProjectId{7}}, {"n", none}, {"s", some}});
    CHECK(to_url(key) == "/a/?b=true&i=5&p=7&s=-5&t=a%20b%26c%3Dd%2F%C3%A9");
    CHECK(to_url(query_key("/a/", {})) == "/a/");
    CHECK(to_url(query_key("/a/", {{"e", ""}})) == "/a/?e=");
}

TEST_CASE("to_url puts the cursor of a page in place of the one in the key") {
    const auto key = query_key("/a/", {{"cursor", "0:0:0"}, {"per_page", 5}});
    CHECK(to_url(key) == "/a/?cursor=0%3A0%3A0&per_page=5");
    CHECK(to_url(key, "0:100:0") == "/a/?per_page=5&cursor=0%3A100%3A0");
}

TEST_CASE("QueryFilter: a key means itself, a path all that is below it") {
    const auto list = query_key("/a/b/", {{"q", "x"}});
    const QueryFilter exact = list;
    CHECK(exact.matches(list));
    CHECK_FALSE(exact.matches(query_key("/a/b/", {})));
    CHECK_FALSE(exact.matches(query_key("/a/b/", {{"q", "x"}}, true)));
    const struct {
        std::string path;
        bool matches;
    } cases[] = {{"/a/b/", true},   {"/a/b", true},     {"/a/", true},  {"/", true},         {"", true},
                 {"/a/bc/", false}, {"/a/b/c/", false}, {"/b/", false}, {"/a/b/?q=x", false}};
    for (const auto& row : cases) {
        CAPTURE(row.path);
        CHECK(QueryFilter::under(row.path).matches(list) == row.matches);
    }
    CHECK_FALSE(QueryFilter::under("/a/b/").matches(query_key("/a/bc/", {})));
    CHECK(QueryFilter::under("/a/b/").matches(query_key("/a/b/", {}, true)));
    CHECK_FALSE(QueryFilter::under("/").matches(QueryKey{})); // asks for nothing
}
