#include <dataexport/api/request_target.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

} // namespace

TEST_CASE("set_target decodes the path and the parameters") {
    struct Row {
        const char* target;
        std::string path;
        Query query;
    };
    const Row rows[] = {
        {"/", "/", {}},
        {"/a/b/", "/a/b/", {}},
        {"/a%20b+c%2Fd%", "/a b+c/d%", {}},
        {"/%zz%4%41", "/%zz%4A", {}},
        {"/%0x%+1%-1", "/%0x%+1%-1", {}},
        {"/%00", std::string("/\0", 2), {}},
        {"/?", "/", {}},
        {"/?a", "/", {{"a", ""}}},
        {"/?a=1&b=2&a=3", "/", {{"a", "1"}, {"b", "2"}, {"a", "3"}}},
        {"/?a=1&a=1", "/", {{"a", "1"}, {"a", "1"}}},
        {"/?a=b=c", "/", {{"a", "b=c"}}},
        {"/?a+b=c+d%2B%26", "/", {{"a b", "c d+&"}}},
        {"/?a=1+41+%2b+", "/", {{"a", "1 41 + "}}},
        {"/?&&=x&a=&", "/", {{"a", ""}}},
        {"/?a=?b", "/", {{"a", "?b"}}},
        {"http://host:80/a?b=1", "/a", {{"b", "1"}}},
        {"http://host", "/", {}},
        {"/a?next=http://host/b", "/a", {{"next", "http://host/b"}}},
        {"*", "*", {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.target);
        Request request;
        request.query = {{"old", "value"}};
        set_target(request, row.target);
        CHECK(request.path == row.path);
        CHECK(request.query == row.query);
    }
}
