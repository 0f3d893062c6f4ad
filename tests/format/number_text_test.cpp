#include <dataexport/format/number_text.hpp>

#include "reference_writers.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <random>

using namespace format_tests;
using namespace dataexport;

namespace {

std::string written(double value) {
    char buffer[number_size];
    return {buffer, write_real(value, buffer)};
}

} // namespace

TEST_CASE("D32: write_real is fixed for 1e-4 <= |value| < 1e16 and has an exponent elsewhere") {
    const std::pair<double, const char*> table[] = {{0.0001, "0.0001"},
                                                    {0.00009999, "9.999e-05"},
                                                    {1e15, "1000000000000000"},
                                                    {9999999999999998.0, "9999999999999998"},
                                                    {1e16, "1e+16"},
                                                    {-1e16, "-1e+16"},
                                                    {100000.0, "100000"},
                                                    {123456.75, "123456.75"},
                                                    {-0.0, "-0"},
                                                    {0.0, "0"},
                                                    {1e300, "1e+300"},
                                                    {-2.5e-7, "-2.5e-07"},
                                                    {5e-324, "5e-324"},
                                                    {1.7976931348623157e308, "1.7976931348623157e+308"},
                                                    {-0.00012345678901234567, "-0.00012345678901234567"}};
    for (const auto& [value, text] : table) {
        CHECK(written(value) == text);
    }
}

TEST_CASE("write_real reads back equal, has the shortest digits, and is a JSON number") {
    std::mt19937_64 random(7);
    for (int i = 0; i < 20000; ++i) {
        const auto value = std::bit_cast<double>(random());
        if (!std::isfinite(value)) continue;
        REQUIRE(std::strtod(written(value).c_str(), nullptr) == value);
        REQUIRE(written(value).size() <= reference::real_text(value).size());
        REQUIRE(is_json_number(written(value)));
    }
}

TEST_CASE("write_real gives decimals of a few places, and what is next to them, their shortest digits") {
    std::mt19937_64 random(8);
    for (int i = 0; i < 50000; ++i) {
        const auto digits = random() >> random() % 64;
        const double value = static_cast<double>(digits) / std::pow(10, random() % 9) * (random() % 2 == 0 ? 1 : -1);
        for (const double near : {value, std::nextafter(value, 1e300), std::nextafter(value, -1e300)}) {
            REQUIRE(written(near) == reference::real_text(near));
        }
    }
}

TEST_CASE("is_json_number knows the grammar") {
    for (const char* const text : {"0", "-0", "10", "1.5", "-1.50", "1e5", "1E-05", "0.1e+9"}) {
        CHECK(is_json_number(text));
        CHECK(is_spreadsheet_number(text));
    }
    for (const char* const text :
         {"", "-", "01", ".5", "5.", "+1", "1e", "1e+", "0x1", "1 ", " 1", "NaN", "1,5", "--1"}) {
        CHECK_FALSE(is_json_number(text));
    }
}
