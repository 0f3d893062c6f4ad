#include <dataexport/sql/keyset.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace dataexport;

namespace {

const std::vector<KeyPart> key{{0, false, true, ColumnType::text}, {1, false, false, ColumnType::integer}};

} // namespace

TEST_CASE("from_token reads what to_token wrote, for every kind of value") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const SqlValue values[] = {
        {},
        std::int64_t{-5},
        std::numeric_limits<std::int64_t>::min(),
        0.1,
        1.0,
        infinity,
        -infinity,
        "",
        "plain \"text\" \\",
        "\xc3\xa4",
        "\xff\xfe",
        std::string("a\0b", 3),
        std::vector<unsigned char>{0, 255},
        std::vector<unsigned char>{},
    };
    for (const auto& value : values) {
        const KeysetPosition position{{std::int64_t{9}}, {value, std::int64_t{1}}};
        const auto token = to_token(position);
        INFO(token);
        CHECK(from_token(token, 1, key).value() == position);
    }
    const KeysetPosition empty;
    CHECK(from_token(to_token(empty), 1, key).value() == empty);
}

TEST_CASE("from_token refuses what is not a position of this key") {
    for (const auto* token : {"",
                              "{}",
                              "[]",
                              "x",
                              R"({"bound":[1]})",
                              R"({"after":[]})",
                              R"({"bound":[1],"after":[],"x":1})",
                              R"({"bound":[1,2],"after":[]})",
                              R"({"bound":[null],"after":[]})",
                              R"({"bound":[],"after":["a",1]})",
                              R"({"bound":[1],"after":["a"]})",
                              R"({"bound":[1],"after":["a",null]})",
                              R"({"bound":[1],"after":["a",[]]})",
                              R"({"bound":[1],"after":["a",true]})",
                              R"({"bound":[1],"after":["a",18446744073709551615]})",
                              R"({"bound":[1],"after":[{"text":"f"},1]})",
                              R"({"bound":[1],"after":[{"text":"FF"},1]})",
                              R"({"bound":[1],"after":[{"real":"0"},1]})",
                              R"({"bound":[1],"after":[{"sql":"00"},1]})",
                              R"({"bound":[1],"after":[{},1]})",
                              R"({"bound":[1],"after":[{"text":7},1]})",
                              R"({"bound":{},"after":[]})",
                              R"({"bound":[1],"after":[]} )"
                              "x"}) {
        const auto position = from_token(token, 1, key);
        INFO(token);
        REQUIRE_FALSE(position.has_value());
        CHECK(position.error().code == Errc::invalid_cursor);
    }
}
