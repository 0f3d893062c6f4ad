#include <dataexport/core/time.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <utility>

using namespace dataexport;
using namespace std::chrono_literals;

namespace {

TimePoint at(const std::string& text) { return parse_iso(text).value(); }

} // namespace

TEST_CASE("to_iso, to_wire and to_iso_micros write an instant in UTC") {
    struct Row {
        std::chrono::microseconds since_1970;
        std::string iso, wire, micros;
    };
    const Row rows[] = {
        {0us, "1970-01-01T00:00:00+00:00", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"},
        {1us, "1970-01-01T00:00:00.000001+00:00", "1970-01-01T00:00:00.000001Z", "1970-01-01T00:00:00.000001Z"},
        {-1us, "1969-12-31T23:59:59.999999+00:00", "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
        {1582805257s, "2020-02-27T12:07:37+00:00", "2020-02-27T12:07:37Z", "2020-02-27T12:07:37.000000Z"},
        {951782400s + 120ms, "2000-02-29T00:00:00.120000+00:00", "2000-02-29T00:00:00.120000Z",
         "2000-02-29T00:00:00.120000Z"},
        {253402300799s, "9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000000Z"},
        {-62135596800s, "0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"},
    };
    for (const auto& row : rows) {
        const TimePoint time(row.since_1970);
        CHECK(to_iso(time) == row.iso);
        CHECK(to_wire(time) == row.wire);
        CHECK(to_iso_micros(time) == row.micros);
        char buffer[iso_size];
        CHECK(std::string(buffer, write_iso(time, buffer)) == row.iso);
        CHECK(at(row.iso) == time);
        CHECK(at(row.wire) == time);
    }
}

TEST_CASE("to_human writes a 12-hour clock without a zero before the hour") {
    const std::pair<std::string, std::string> rows[] = {
        {"2020-07-21T12:21:00", "12:21 PM on July 21, 2020 (UTC)"},
        {"2020-07-01T09:05:00", "9:05 AM on July 01, 2020 (UTC)"},
        {"2020-07-01T00:00:59", "12:00 AM on July 01, 2020 (UTC)"},
        {"2019-12-31T23:59:00", "11:59 PM on December 31, 2019 (UTC)"},
        {"2019-02-09T13:00:00", "1:00 PM on February 09, 2019 (UTC)"},
    };
    for (const auto& row : rows) {
        CHECK(to_human(at(row.first)) == row.second);
    }
}

TEST_CASE("to_file_date writes the full English month and two digits of the day") {
    CHECK(to_file_date(at("2020-07-21")) == "2020-July-21");
    CHECK(to_file_date(at("2020-07-01T23:59:59")) == "2020-July-01");
    CHECK(to_file_date(at("2020-09-30")) == "2020-September-30");
}

TEST_CASE("parse_iso reads dates, fractions and offsets") {
    const std::pair<std::string, std::string> rows[] = {
        {"2020-05-19", "2020-05-19T00:00:00+00:00"},
        {"2020-05-19T14:00:00", "2020-05-19T14:00:00+00:00"},
        {"2020-05-19T14:00:00Z", "2020-05-19T14:00:00+00:00"},
        {"2020-05-19T14:00:00.5", "2020-05-19T14:00:00.500000+00:00"},
        {"2020-05-19T14:00:00.000001Z", "2020-05-19T14:00:00.000001+00:00"},
        {"2020-05-19T14:00:00+02:00", "2020-05-19T12:00:00+00:00"},
        {"2020-05-19T23:00:00-05:30", "2020-05-20T04:30:00+00:00"},
        {"2020-02-29", "2020-02-29T00:00:00+00:00"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.first);
        const auto time = parse_iso(row.first);
        REQUIRE(time.has_value());
        CHECK(to_iso(*time) == row.second);
    }
}

TEST_CASE("parse_iso refuses anything else with the text of the reference") {
    for (const std::string text : {"",
                                   "thursday",
                                   "2020",
                                   "2020-05",
                                   "2020-13-01",
                                   "2019-02-29",
                                   "2020-05-00",
                                   "0000-01-01",
                                   "2020-05-19T",
                                   "2020-05-19T14",
                                   "2020-05-19T14:00",
                                   "2020-05-19T24:00:00",
                                   "2020-05-19T14:60:00",
                                   "2020-05-19T14:00:60",
                                   "2020-05-19T14:00:00.",
                                   "2020-05-19T14:00:00.1234567",
                                   "2020-05-19T14:00:00+24:00",
                                   "2020-05-19T14:00:00+02:60",
                                   "2020-05-19T14:00:00+0200",
                                   "2020-05-19 14:00:00",
                                   "2020-05-19T14:00:00ZZ",
                                   " 2020-05-19",
                                   "2020-05-19 ",
                                   "-2020-05-19",
                                   "20200-05-19",
                                   "0001-01-01T00:00:00+00:01",
                                   "9999-12-31T23:59:59-00:01"}) {
        CAPTURE(text);
        const auto time = parse_iso(text);
        REQUIRE(!time.has_value());
        CHECK(time.error() == Error{Errc::invalid_date_range, text + " is not a valid ISO8601 date query"});
    }
}

TEST_CASE("from_unix_seconds rounds to microseconds and stays within the years 1 to 9999") {
    CHECK(from_unix_seconds(0).value() == TimePoint(0us));
    CHECK(from_unix_seconds(1582805257.25).value() == TimePoint(1582805257250ms));
    CHECK(from_unix_seconds(0.0000015).value() == TimePoint(2us));
    CHECK(from_unix_seconds(-0.0000015).value() == TimePoint(-2us));
    for (const double seconds : {1e12, -1e12, 253402300800.0, std::numeric_limits<double>::infinity(),
                                 std::numeric_limits<double>::quiet_NaN()}) {
        CAPTURE(seconds);
        const auto time = from_unix_seconds(seconds);
        REQUIRE(!time.has_value());
        CHECK(time.error().code == Errc::invalid_date_range);
    }
}
