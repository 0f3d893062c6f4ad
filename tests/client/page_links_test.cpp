#include <dataexport/client/page_links.hpp>

#include <dataexport/api/list_cursor.hpp>

#include <doctest/doctest.h>

using namespace dataexport;
using namespace dataexport::client;

TEST_CASE("parse_page_links reads what to_link writes") {
    const ListCursor cursor{ListQuery::Key{TimePoint{}, ExportId{27}}, true};
    const std::string url = "/api/0/organizations/acme/data-export/?";
    const auto header =
        to_link(url, {"previous", cursor, true}) + ", " + to_link(url, {"next", {std::nullopt, false}, true});
    CHECK(parse_page_links(header) == PageLinks{to_string(cursor), to_string(ListCursor{})});
    CHECK(parse_page_links(to_link(url, {"next", cursor, false})) == PageLinks{});
}

TEST_CASE("parse_page_links reads every form that RFC 8288 allows, and leaves out the rest") {
    const struct {
        std::string_view header;
        PageLinks links;
    } cases[] = {
        {"", {}},
        {", ,", {}},
        {"nonsense", {}},
        {"<", {}},
        {"<u>", {}},
        {R"(<u>; rel="next"; results="true"; cursor="0:100:0")", {{}, "0:100:0"}},
        {R"(<u>;rel=next;results=true;cursor=0:100:0,<v>;rel=previous;results=true;cursor=0:0:1)",
         {"0:0:1", "0:100:0"}},
        {R"(<u,;"v">; rel="next"; results="true"; cursor="a, b; c=\"d\"")", {{}, R"(a, b; c="d")"}},
        {R"(<u>; cursor = x; rel="next"; results="true"; cursor="c")", {}},
        {R"(<u>; rel="next"; results="false"; cursor="c")", {}},
        {R"(<u>; rel="next"; cursor="c")", {}},
        {R"(<u>; rel="next"; results="true")", {}},
        {R"(<u>; rel="last"; results="true"; cursor="c")", {}},
        {R"(<u>; title; rel="next"; results="true"; cursor="c")", {{}, "c"}},
        {R"(<u>; rel="next"; results="true"; cursor="c)", {{}, "c"}},
        {R"(<u>; rel="next"; results="true"; cursor="c\)", {{}, "c\\"}},
    };
    for (const auto& row : cases) {
        CAPTURE(row.header);
        CHECK(parse_page_links(row.header) == row.links);
    }
}
