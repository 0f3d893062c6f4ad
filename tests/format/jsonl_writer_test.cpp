#include <dataexport/format/jsonl_writer.hpp>

#include "random_rows.hpp"

#include <doctest/doctest.h>

using namespace format_tests;
using namespace dataexport;

namespace {

std::string line(const Cell& cell, std::string_view dialect = "{}") {
    return write_jsonl({"a"}, {{cell}}, dialect).bytes;
}

} // namespace

TEST_CASE("J1: a line end inside text is escaped") {
    CHECK(write_jsonl({"id", "name"}, {{1, "a\nb"}}).bytes == "{\"id\":1,\"name\":\"a\\nb\"}\n");
}

TEST_CASE("J2: no rows are no bytes") {
    CHECK(write_jsonl({"id", "name"}, {}).bytes.empty());
    CHECK(content_type(ExportFormat::jsonl) == "application/x-ndjson");
}

TEST_CASE("J3: U+2028 is written raw, which is valid JSON") {
    CHECK(line("a\xE2\x80\xA8"
               "b") == "{\"a\":\"a\xE2\x80\xA8"
                       "b\"}\n");
}

TEST_CASE("J4: only what JSON needs is escaped") {
    CHECK(line("\x01\x7F\t\"\\"s) == "{\"a\":\"\\u0001\x7F\\t\\\"\\\\\"}\n");
    CHECK(line("\b\f\r\0/"s) == "{\"a\":\"\\b\\f\\r\\u0000/\"}\n");
}

TEST_CASE("J5: bytes that are not UTF-8 are replaced, or fail the export") {
    const std::string r = "\xEF\xBF\xBD";
    const std::pair<std::string, std::string> table[] = {{"a\xFF"
                                                          "b",
                                                          "a" + r + "b"},
                                                         {"\xED\xA0\x80", r + r + r},
                                                         {"\xC0\xAF", r + r},
                                                         {"\xF4\x90\x80\x80", r + r + r + r},
                                                         {"\xE2\x82", r}};
    for (const auto& [text, expected] : table) {
        CHECK(line(text) == "{\"a\":\"" + expected + "\"}\n");
        CHECK(line(Json{"[\"" + text + "\"]"}) == "{\"a\":[\"" + expected + "\"]}\n");
        CHECK(write_jsonl({"a"}, {{text}}).warned("invalid_utf8_replaced") == 1);
        const auto failed = write_jsonl({"a"}, {{"good"}, {text}, {"late"}}, R"({"invalid_utf8": "fail"})");
        CHECK(failed.bytes == "{\"a\":\"good\"}\n");
        REQUIRE(failed.failure);
        CHECK(failed.failure->code == Errc::invalid_utf8);
        CHECK(failed.failure->detail.starts_with("row 2, column a"));
    }
    CHECK(write_jsonl({"\xFF"}, {{1}}).bytes == "{\"" + r + "\":1}\n");
    const auto key = write_jsonl({"x", "\xFF"}, {{1, 2}}, R"({"invalid_utf8": "fail"})");
    REQUIRE(key.failure);
    CHECK(key.failure->detail.starts_with("header, column \xFF"));
    CHECK(key.bytes.empty());
}

TEST_CASE("J6: reals that are not numbers are null, text or a failure") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    const auto null = write_jsonl({"a", "b"}, {{nan, infinity}});
    CHECK(null.bytes == "{\"a\":null,\"b\":null}\n");
    CHECK(null.warned("non_finite_as_null") == 2);
    CHECK(write_jsonl({"a", "b", "c"}, {{nan, infinity, -infinity}}, R"({"non_finite": "text"})").bytes ==
          "{\"a\":\"NaN\",\"b\":\"Infinity\",\"c\":\"-Infinity\"}\n");
    const auto failed = write_jsonl({"a"}, {{nan}}, R"({"non_finite": "fail"})");
    REQUIRE(failed.failure);
    CHECK(failed.failure->code == Errc::not_a_number);
    CHECK(failed.bytes.empty());
}

TEST_CASE("J7: integers are exact, in quotes if asked") {
    CHECK(line(9007199254740993) == "{\"a\":9007199254740993}\n");
    CHECK(line(9007199254740993, R"({"int64_as_string": true})") == "{\"a\":\"9007199254740993\"}\n");
    CHECK(line(std::numeric_limits<std::uint64_t>::max(), R"({"int64_as_string": true})") ==
          "{\"a\":\"18446744073709551615\"}\n");
    CHECK(line(std::numeric_limits<std::int64_t>::min()) == "{\"a\":-9223372036854775808}\n");
}

TEST_CASE("J8: decimals are text, or numbers if asked and they can be") {
    CHECK(line(Decimal{"1.10"}) == "{\"a\":\"1.10\"}\n");
    CHECK(line(Decimal{"1.10"}, R"({"decimal": "number"})") == "{\"a\":1.10}\n");
    for (const char* const text : {"NaN", "01", ".5", "1.", "+1", "1e", "", "-"}) {
        CHECK(line(Decimal{text}, R"({"decimal": "number"})") == "{\"a\":\"" + std::string(text) + "\"}\n");
    }
}

TEST_CASE("J9: NULL is null, or its key is left out") {
    const Rows rows{{Null{}, 1, Null{}}, {Null{}, Null{}, Null{}}, {1, Null{}, 2}};
    CHECK(write_jsonl({"a", "b", "c"}, rows).bytes == "{\"a\":null,\"b\":1,\"c\":null}\n"
                                                      "{\"a\":null,\"b\":null,\"c\":null}\n"
                                                      "{\"a\":1,\"b\":null,\"c\":2}\n");
    CHECK(write_jsonl({"a", "b", "c"}, rows, R"({"omit_null": true})").bytes == "{\"b\":1}\n{}\n{\"a\":1,\"c\":2}\n");
}

TEST_CASE("J10: every record ends with a line feed, and nothing stands before the first") {
    CHECK(write_jsonl({"a"}, {{1}, {2}}).bytes == "{\"a\":1}\n{\"a\":2}\n");
}

TEST_CASE("J11: keys are in the order of the columns") {
    CHECK(write_jsonl({"z", "a", "m"}, {{1, 2, 3}, {4, 5, 6}}).bytes ==
          "{\"z\":1,\"a\":2,\"m\":3}\n{\"z\":4,\"a\":5,\"m\":6}\n");
}

TEST_CASE("J12: markup and formulas are unchanged") {
    CHECK(line("</script>") == "{\"a\":\"</script>\"}\n");
    CHECK(line("=1+1") == "{\"a\":\"=1+1\"}\n");
}

TEST_CASE("S23: the formula guard never applies to JSONL") {
    const auto columns = text_columns({"=a"});
    for (const auto& text : {"=1+1"s, "+1+1"s, "-1+1"s, "@SUM(A1)"s, " =1"s,
                             "\xEF\xBC\x9D"
                             "1"s}) {
        const auto writer = make_row_writer(ExportFormat::jsonl, columns, {}).value();
        writer->begin();
        CHECK(put(*writer, Row{text}));
        CHECK(writer->output() == "{\"=a\":\"" + text + "\"}\n");
        CHECK(writer->warnings().empty());
    }
}

TEST_CASE("JsonlWriter keeps a JSON cell on its line") {
    CHECK(line(Json{"{\n  \"k\": [1,\r\n\t2]\n}"}) == "{\"a\":{  \"k\": [1,2]}}\n");
}

TEST_CASE("JsonlWriter writes every kind of cell typed") {
    const TimePoint time{std::chrono::seconds{1582805257}};
    CHECK(line(true) == "{\"a\":true}\n");
    CHECK(line(1.5) == "{\"a\":1.5}\n");
    CHECK(line(time) == "{\"a\":\"2020-02-27T12:07:37+00:00\"}\n");
    CHECK(line(Bytes{0x00, 0xFF}) == "{\"a\":\"AP8=\"}\n");
    CHECK(line(Bytes{0x00, 0xFF}, R"({"bytes": "hex"})") == "{\"a\":\"00ff\"}\n");
    CHECK(line(Json{"[1,{\"b\":null}]"}) == "{\"a\":[1,{\"b\":null}]}\n");
}

TEST_CASE("JsonlWriter escapes keys once and for all, of any length") {
    for (std::size_t length = 0; length < 50; ++length) {
        const std::string name(length, 'k');
        CHECK(write_jsonl({name + "\"", "x"}, {{1, 2}}).bytes == "{\"" + name + "\\\"\":1,\"x\":2}\n");
    }
}

TEST_CASE("JsonlWriter finds what needs an escape at every place of text of every length") {
    for (std::size_t length = 1; length < 70; ++length) {
        for (std::size_t at = 0; at < length; ++at) {
            std::string text(length, 'x');
            text[at] = '"';
            CHECK(line(text) == "{\"a\":" + reference::json_string(text) + "}\n");
        }
    }
}

TEST_CASE("JsonlWriter drops a row with more or fewer cells than columns and fails") {
    for (const auto& bad : Rows{{1}, {1, 2, 3, 4}, {}}) {
        const auto written = write_jsonl({"a", "b"}, {{1, 2}, bad, {3, 4}});
        CHECK(written.bytes == "{\"a\":1,\"b\":2}\n");
        REQUIRE(written.failure);
        CHECK(written.failure->code == Errc::schema_drift);
    }
}

TEST_CASE("JsonlWriter writes random rows as the reference does, however they are batched and resumed") {
    std::mt19937 random(20200722);
    for (int i = 0; i < 400; ++i) {
        const auto file = random_file(random);
        const auto dialect = random_jsonl_dialect(random);
        CAPTURE(dialect);
        const auto whole = write_jsonl(file.names, file.rows, dialect);
        REQUIRE(whole.bytes ==
                reference::jsonl(file.names, file.rows, JsonlDialect::from_json(object(dialect)).value()));
        const auto pieces = write_in_pieces(ExportFormat::jsonl, file, dialect, random);
        REQUIRE(pieces.bytes == whole.bytes);
        REQUIRE(pieces.warnings == whole.warnings);
    }
}
