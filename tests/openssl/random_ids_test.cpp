#include <dataexport/openssl/random_ids.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <set>

#include <sys/wait.h>
#include <unistd.h>

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

TEST_CASE("A process and its child do not get the same random ids") {
    const auto ids = make_random_ids();
    REQUIRE(ids->next().has_value());
    std::array<int, 2> pipe{};
    REQUIRE(::pipe(pipe.data()) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const auto id = ids->next().value().value;
        ::_exit(::write(pipe[1], &id, sizeof id) == sizeof id ? 0 : 1);
    }
    std::int64_t of_child = 0;
    CHECK(::read(pipe[0], &of_child, sizeof of_child) == sizeof of_child);
    CHECK(of_child != ids->next().value().value);
    CHECK(::waitpid(child, nullptr, 0) == child);
    ::close(pipe[0]);
    ::close(pipe[1]);
}
