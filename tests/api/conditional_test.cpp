#include <dataexport/api/conditional.hpp>

#include <doctest/doctest.h>

using dataexport::check_preconditions;
using dataexport::Headers;
using dataexport::Precondition;
using dataexport::range_applies;

namespace {

constexpr const char* etag = "\"sha256-84\"";

} // namespace

TEST_CASE("check_preconditions looks at If-Match first, then at If-None-Match") {
    struct Row {
        Headers headers;
        Precondition verdict;
    };
    const Row rows[] = {
        {{}, Precondition::passed},
        {{{"If-Match", "\"sha256-84\""}}, Precondition::passed},
        {{{"if-match", "\"a\", \"sha256-84\""}}, Precondition::passed},
        {{{"If-Match", "\"a\""}, {"If-Match", "\"sha256-84\""}}, Precondition::passed},
        {{{"If-Match", "*"}}, Precondition::passed},
        {{{"If-Match", "\"other\""}}, Precondition::failed},
        {{{"If-Match", "W/\"sha256-84\""}}, Precondition::failed},
        {{{"If-Match", ""}}, Precondition::failed},
        {{{"If-Match", "sha256-84"}}, Precondition::failed},
        {{{"If-Match", "\"sha256-84"}}, Precondition::failed},
        {{{"If-None-Match", "\"sha256-84\""}}, Precondition::not_modified},
        {{{"If-None-Match", "W/\"sha256-84\""}}, Precondition::not_modified},
        {{{"If-None-Match", "\"a,b\",\"sha256-84\""}}, Precondition::not_modified},
        {{{"If-None-Match", "*"}}, Precondition::not_modified},
        {{{"If-None-Match", "\"other\""}}, Precondition::passed},
        {{{"If-None-Match", "\"a \"sha256-84\""}}, Precondition::passed},
        {{{"If-None-Match", "\"sha256-84\""}, {"If-Match", "\"other\""}}, Precondition::failed},
        {{{"If-None-Match", "\"sha256-84\""}, {"If-Match", "\"sha256-84\""}}, Precondition::not_modified},
    };
    for (const auto& row : rows) {
        CAPTURE(&row - rows);
        CHECK(check_preconditions(row.headers, etag) == row.verdict);
    }
}

TEST_CASE("range_applies only under the very same entity tag") {
    CHECK(range_applies({}, etag));
    CHECK(range_applies({{"If-Range", "\"sha256-84\""}}, etag));
    for (const char* value : {"\"other\"", "W/\"sha256-84\"", "Wed, 21 Oct 2026 07:28:00 GMT", "*", ""}) {
        CAPTURE(value);
        CHECK_FALSE(range_applies({{"If-Range", value}}, etag));
    }
}

TEST_CASE("entity_tag is the checksum with its algorithm, in quotes") { CHECK(dataexport::entity_tag("84") == etag); }
