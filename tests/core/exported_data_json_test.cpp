#include <dataexport/core/exported_data_json.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

TEST_CASE("to_json(warnings) writes code, detail and count in this order") {
    const std::vector<Warning> warnings{{"row_limit", "The export was cut.", 1}, {"formula_guarded", "\"x\"", 7}};
    CHECK(to_json(json::value(to_json(warnings))) ==
          R"([{"code":"row_limit","detail":"The export was cut.","count":1},)"
          R"({"code":"formula_guarded","detail":"\"x\"","count":7}])");
    CHECK(to_json(json::value(to_json(std::vector<Warning>{}))) == "[]");
}

TEST_CASE("warnings_from_json reads what to_json wrote") {
    const std::vector<Warning> warnings{{"a", "b", 18446744073709551615ULL}, {"", "", 0}};
    const auto text = to_json(json::value(to_json(warnings)));
    const auto read = warnings_from_json(parse_json(text).value());
    REQUIRE(read.has_value());
    CHECK(*read == warnings);
}

TEST_CASE("warnings_from_json refuses anything else as corrupt") {
    for (const char* text :
         {"null", "{}", "[1]", "[{}]", R"([{"code":"a","detail":"b"}])", R"([{"code":1,"detail":"b","count":1}])",
          R"([{"code":"a","detail":2,"count":1}])", R"([{"code":"a","detail":"b","count":"1"}])",
          R"([{"code":"a","detail":"b","count":-1}])", R"([{"code":"a","detail":"b","count":1.0}])",
          R"([{"code":"a","detail":"b","count":1,"more":1}])"}) {
        CAPTURE(text);
        const auto read = warnings_from_json(parse_json(text).value());
        REQUIRE(!read.has_value());
        CHECK(read.error().code == Errc::corrupt);
    }
}

TEST_CASE("to_json gives a compression its name, and null if there is none") {
    CHECK(to_json(Compression::none) == json::value(nullptr));
    CHECK(to_json(Compression::gzip) == json::value("gzip"));
    CHECK(to_json(Compression::zstd) == json::value("zstd"));
}
