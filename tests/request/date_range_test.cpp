#include <dataexport/request/date_range.hpp>

#include "request/request_fixture.hpp"

#include <doctest/doctest.h>

using namespace request_fixture;

namespace {

constexpr std::string_view now = "2020-05-19T14:00:00.987654Z";

std::string range_of(std::string_view query) {
    const auto range = DateRange::from_query(parsed_object(query), at(now));
    return range ? to_iso(range->start) + " " + to_iso(range->end) : range.error().detail;
}

} // namespace

TEST_CASE("DateRange::from_query counts relative ranges back from the whole second") {
    struct Row {
        std::string_view query, range;
    };
    for (const auto& row : {
             Row{"{}", "2020-02-19T14:00:00+00:00 2020-05-19T14:00:00+00:00"},
             Row{R"({"statsPeriod": "24h"})", "2020-05-18T14:00:00+00:00 2020-05-19T14:00:00+00:00"},
             Row{R"({"statsPeriod": "90"})", "2020-05-19T13:58:30+00:00 2020-05-19T14:00:00+00:00"},
             Row{R"({"statsPeriod": "90s"})", "2020-05-19T13:58:30+00:00 2020-05-19T14:00:00+00:00"},
             Row{R"({"statsPeriod": "3m"})", "2020-05-19T13:57:00+00:00 2020-05-19T14:00:00+00:00"},
             Row{R"({"statsPeriod": "007d"})", "2020-05-12T14:00:00+00:00 2020-05-19T14:00:00+00:00"},
             Row{R"({"statsPeriod": "2w"})", "2020-05-05T14:00:00+00:00 2020-05-19T14:00:00+00:00"},
             Row{R"({"statsPeriodStart": "1w", "statsPeriodEnd": "5d"})",
                 "2020-05-12T14:00:00+00:00 2020-05-14T14:00:00+00:00"},
             Row{R"({"timeframe": "1h"})", "2020-05-19T13:00:00+00:00 2020-05-19T14:00:00+00:00"},
             Row{R"({"timeframeStart": "2h", "timeframeEnd": "1h"})",
                 "2020-05-19T12:00:00+00:00 2020-05-19T13:00:00+00:00"},
         }) {
        CHECK_MESSAGE(range_of(row.query) == row.range, row.query);
    }
}

TEST_CASE("DateRange::from_query reads absolute ranges and applies their offsets") {
    struct Row {
        std::string_view start, instant;
    };
    for (const auto& [start, instant] : {
             Row{"\"2020-05-18T14:00:00\"", "2020-05-18T14:00:00+00:00"},
             Row{"\"2020-05-18T14:00:00Z\"", "2020-05-18T14:00:00+00:00"},
             Row{"\"2020-05-18T14:00:00.5\"", "2020-05-18T14:00:00.500000+00:00"},
             Row{"\"2020-05-18T14:00:00+05:00\"", "2020-05-18T09:00:00+00:00"},
             Row{"\"2020-05-18T14:00:00-05:30\"", "2020-05-18T19:30:00+00:00"},
             Row{"\"2020-05-18\"", "2020-05-18T00:00:00+00:00"},
             Row{"\"2020-5-1\"", "2020-05-01T00:00:00+00:00"},
             Row{"\"1589810400\"", "2020-05-18T14:00:00+00:00"},
             Row{"\"1589810400.25\"", "2020-05-18T14:00:00.250000+00:00"},
             Row{"1589810400", "2020-05-18T14:00:00+00:00"},
         }) {
        const auto query = R"({"start": )" + std::string(start) + R"(, "end": "2030-01-01"})";
        CHECK(range_of(query) == std::string(instant) + " 2030-01-01T00:00:00+00:00");
    }
}

TEST_CASE("DateRange::from_query prefers timeframe, statsPeriod, their pairs and start in this order") {
    const auto hour = "2020-05-19T13:00:00+00:00 2020-05-19T14:00:00+00:00";
    CHECK(range_of(R"({"timeframe": "1h", "timeframeStart": "9d", "statsPeriod": "9d"})") == hour);
    CHECK(range_of(R"({"statsPeriod": "1h", "timeframeStart": "9d", "timeframeEnd": "8d"})") == hour);
    CHECK(range_of(R"({"statsPeriod": "1h", "start": "shrug", "end": "shrug"})") == hour);
    CHECK(range_of(R"({"timeframeStart": "1h", "timeframeEnd": "0h", "statsPeriodStart": "9d"})") == hour);
    CHECK(range_of(R"({"statsPeriodStart": "1h", "statsPeriodEnd": "0", "start": "2020-01-01"})") == hour);
    CHECK(range_of(R"({"timeframe": null, "statsPeriod": null, "statsPeriodStart": "", "start": null})") ==
          range_of("{}"));
}

TEST_CASE("DateRange::from_query refuses with the reference's texts") {
    struct Row {
        std::string_view query, text;
    };
    for (const auto& row : {
             Row{R"({"timeframeStart": "1h"})", "timeframeStart and timeframeEnd are both required"},
             Row{R"({"timeframeEnd": "1h"})", "timeframeStart and timeframeEnd are both required"},
             Row{R"({"statsPeriodStart": "1h"})", "statsPeriodStart and statsPeriodEnd are both required"},
             Row{R"({"statsPeriodEnd": "1h"})", "statsPeriodStart and statsPeriodEnd are both required"},
             Row{R"({"statsPeriodStart": "1h", "end": "2020-01-01"})",
                 "statsPeriodStart and statsPeriodEnd are both required"},
             Row{R"({"start": "2020-01-01"})", "start and end are both required"},
             Row{R"({"end": "2020-01-01"})", "start and end are both required"},
             Row{R"({"start": "2020-01-02", "end": "2020-01-01"})", "start must be before end"},
             Row{R"({"start": "2020-01-01", "end": "2020-01-01"})", "start must be before end"},
             Row{R"({"statsPeriod": "0d"})", "start must be before end"},
             Row{R"({"statsPeriodStart": "5d", "statsPeriodEnd": "1w"})", "start must be before end"},
             Row{R"({"statsPeriod": "shrug"})", "Invalid statsPeriod: 'shrug'"},
             Row{R"({"statsPeriod": ""})", "Invalid statsPeriod: ''"},
             Row{R"({"statsPeriod": "it's"})", "Invalid statsPeriod: \"it's\""},
             Row{R"({"statsPeriod": "'\""})", "Invalid statsPeriod: '\\'\"'"},
             Row{R"({"statsPeriod": "a\\\n\u0001\u007f"})", "Invalid statsPeriod: 'a\\\\\\n\\x01\\x7f'"},
             Row{R"({"statsPeriod": "24H"})", "Invalid statsPeriod: '24H'"},
             Row{R"({"statsPeriod": "-24h"})", "Invalid statsPeriod: '-24h'"},
             Row{R"({"statsPeriod": "1.5h"})", "Invalid statsPeriod: '1.5h'"},
             Row{R"({"statsPeriod": " 1h"})", "Invalid statsPeriod: ' 1h'"},
             Row{R"({"statsPeriod": "1d2h"})", "Invalid statsPeriod: '1d2h'"},
             Row{R"({"statsPeriod": "h"})", "Invalid statsPeriod: 'h'"},
             Row{R"({"statsPeriod": "2020y"})", "Invalid statsPeriod: '2020y'"},
             Row{R"({"statsPeriod": "999999d"})", "Invalid statsPeriod: '999999d'"},
             Row{R"({"statsPeriod": "999999999999w"})", "Invalid statsPeriod: '999999999999w'"},
             Row{R"({"statsPeriod": "99999999999999999999999"})", "Invalid statsPeriod: '99999999999999999999999'"},
             Row{R"({"statsPeriod": 24})", "Invalid statsPeriod: 24"},
             Row{R"({"statsPeriod": ["24h", null]})", "Invalid statsPeriod: ['24h', None]"},
             Row{R"({"statsPeriod": {"a": true}})", "Invalid statsPeriod: {'a': True}"},
             Row{R"({"timeframe": false})", "Invalid statsPeriod: False"},
             Row{R"({"statsPeriodStart": "1h", "statsPeriodEnd": "x"})", "Invalid statsPeriod: 'x'"},
             Row{R"({"start": "2021-02-27T12:07:37", "end": "shrug"})", "shrug is not a valid ISO8601 date query"},
             Row{R"({"start": "shrug", "end": "2021-02-27T12:07:37"})", "shrug is not a valid ISO8601 date query"},
             Row{R"({"start": "shrugZ", "end": "2021-02-27"})", "shrug is not a valid ISO8601 date query"},
             Row{R"({"start": "2020-13-01T00:00:00+05:00", "end": "2021-02-27"})",
                 "2020-13-01T00:00:00 is not a valid ISO8601 date query"},
             Row{R"({"start": "2020-13-01T00:00:00-05:00", "end": "2021-02-27"})",
                 "2020-13-01T00:00:00-05:00 is not a valid ISO8601 date query"},
             Row{R"({"start": "2020-05-18T14:00:00z", "end": "2021-02-27"})",
                 "2020-05-18T14:00:00z is not a valid ISO8601 date query"},
             Row{R"({"start": "2020-05-18 14:00:00", "end": "2021-02-27"})",
                 "2020-05-18 14:00:00 is not a valid ISO8601 date query"},
             Row{R"({"start": "2020-05-18T14:00", "end": "2021-02-27"})",
                 "2020-05-18T14:00 is not a valid ISO8601 date query"},
             Row{R"({"start": "1e300", "end": "2021-02-27"})", "1e300 is not a valid ISO8601 date query"},
             Row{R"({"start": "nan", "end": "2021-02-27"})", "nan is not a valid ISO8601 date query"},
             Row{R"({"start": ["2020-01-01"], "end": "2021-02-27"})",
                 "['2020-01-01'] is not a valid ISO8601 date query"},
         }) {
        const auto range = DateRange::from_query(parsed_object(row.query), at(now));
        REQUIRE_MESSAGE(!range.has_value(), row.query);
        CHECK(range.error() == Error{Errc::invalid_date_range, std::string(row.text)});
    }
}

TEST_CASE("DateRange::from_query takes a period back to the first year, and no further") {
    CHECK(range_of(R"({"statsPeriod": "737563d"})") == "0001-01-01T14:00:00+00:00 2020-05-19T14:00:00+00:00");
    CHECK(range_of(R"({"statsPeriod": "737564d"})") == "Invalid statsPeriod: '737564d'");
}

TEST_CASE("DateRange::store leaves nothing in a query that slides with time") {
    auto query = parsed_object(R"({"field": ["id"], "statsPeriod": "1h", "statsPeriodStart": 1, "statsPeriodEnd": 2,
        "timeframe": "1h", "timeframeStart": 1, "timeframeEnd": 2, "query": "", "utc": "true"})");
    const DateRange range{at("2020-05-18T14:00:00Z"), at("2020-05-19T14:00:00.5Z")};
    range.store(query);
    CHECK(to_json(query) == R"({"field":["id"],"query":"","utc":"true","start":"2020-05-18T14:00:00+00:00",)"
                            R"("end":"2020-05-19T14:00:00.500000+00:00"})");
    CHECK(DateRange::from_query(query, at("2030-01-01")).value() == range);
}
