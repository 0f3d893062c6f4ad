#include <dataexport/client/api_response.hpp>

#include <doctest/doctest.h>

using namespace dataexport;
using namespace dataexport::client;

TEST_CASE("response_headers reads Link, X-Hits and X-Max-Hits") {
    const Headers headers{{"link", R"(<u>; rel="next"; results="true"; cursor="0:100:0")"},
                          {"x-hits", "18446744073709551615"},
                          {"x-max-hits", "1000"}};
    CHECK(response_headers(headers) == ResponseHeaders{{{}, "0:100:0"}, 18446744073709551615U, 1000});
    CHECK(response_headers({}) == ResponseHeaders{});
    for (const std::string text : {"", "-1", "1.0", "many", "18446744073709551616", " 1"}) {
        CAPTURE(text);
        CHECK_FALSE(response_headers({{"X-Hits", text}}).hits);
    }
}

TEST_CASE("read_answer: JSON, nothing, or an error") {
    CHECK(read_answer({200, {}, R"({"a": [1]})"}).value().json == json::value{{"a", json::array{1}}});
    CHECK(read_answer({204, {}, ""}).value() == ApiResponse<json::value>{{}, nullptr, 204});
    const auto error = read_answer({201, {}, "{"}).error();
    CHECK(error.code == Errc::corrupt);
    CHECK(error.status == 201);
}

TEST_CASE("read_json converts what fits") {
    CHECK(read_json<std::vector<int>>(json::array{1, 2}).value() == std::vector{1, 2});
    CHECK(read_json<json::value>("x").value() == json::value("x"));
    CHECK(read_json<int>(2.0).value() == 2);
    CHECK(read_json<int>(2.5).error().code == Errc::schema_drift);
    CHECK(read_json<std::vector<int>>(json::array{"1"}).error().code == Errc::schema_drift);
    CHECK(read_json<std::string>(nullptr).error().code == Errc::schema_drift);
}
