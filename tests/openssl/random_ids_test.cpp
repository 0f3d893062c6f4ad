#include <dataexport/openssl/random_ids.hpp>

#include <doctest/doctest.h>

#include <array>
#include <set>

using namespace dataexport;

TEST_CASE("The random ids of OpenSSL lie between 1 and 2^53 - 1, and every bit of them changes") {
    const auto ids = make_random_ids();
    std::set<std::int64_t> seen;
    std::array<int, 53> ones{};
    for (int i = 0; i < 2000; ++i) {
        const auto id = ids->next();
        REQUIRE(id.has_value());
        REQUIRE(id->value >= 1);
        REQUIRE(id->value < std::int64_t{1} << 53);
        seen.insert(id->value);
        for (std::size_t bit = 0; bit < ones.size(); ++bit) {
            ones[bit] += static_cast<int>(id->value >> bit & 1);
        }
    }
    CHECK(seen.size() == 2000);
    for (const int count : ones) { // 1000 expected; 200 away from it is nine standard deviations.
        CHECK(count > 800);
        CHECK(count < 1200);
    }
}
