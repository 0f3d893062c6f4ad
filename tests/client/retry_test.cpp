#include <dataexport/client/retry.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <set>

using namespace dataexport;
using namespace std::chrono_literals;
using client::ApiError;
using client::Retry;
using std::chrono::milliseconds;

namespace {

std::optional<milliseconds> delay(unsigned failures, double jitter, std::optional<milliseconds> retry_after = {}) {
    const ApiError error{.code = Errc::unavailable, .status = 503, .retry_after = retry_after};
    return client::retry_delay({.count = 4, .first_delay = 1s, .max_delay = 5s}, failures, error,
                               [jitter] { return jitter; });
}

} // namespace

TEST_CASE("retry_delay doubles up to the longest, spread over its second half") {
    constexpr std::array<milliseconds, 4> delays{1000ms, 2000ms, 4000ms, 5000ms};
    for (unsigned i = 0; i < delays.size(); ++i) {
        CAPTURE(i);
        CHECK(delay(i + 1, 1) == delays[i]);
        CHECK(delay(i + 1, 0.5) == delays[i] * 3 / 4);
        CHECK(delay(i + 1, 0) == delays[i] / 2);
    }
    CHECK_FALSE(delay(5, 0));
}

TEST_CASE("retry_delay: Retry-After has passed before the next try, and spreads as well") {
    CHECK(delay(1, 0, 3s) == 3000ms);
    CHECK(delay(1, 1, 3s) == 3500ms);
    CHECK(delay(3, 0, 1s) == 2000ms);
    CHECK(delay(1, 0, 5s) == 5000ms);
    CHECK_FALSE(delay(1, 0, 5001ms));
}

TEST_CASE("retry_delay: what will not get better, or is not to be repeated, is not tried again") {
    const auto jitter = [] { return 0.0; };
    CHECK_FALSE(client::retry_delay({}, 1, {.code = Errc::not_found, .status = 404}, jitter));
    CHECK_FALSE(client::retry_delay(Retry::never, 1, {.code = Errc::unavailable}, jitter));
    CHECK(client::retry_delay({}, 1, {.code = Errc::unavailable}, jitter) == 500ms);
}

TEST_CASE("random_jitter is between 0 and 1, and another number each time") {
    std::set<double> seen;
    for (int i = 0; i < 1000; ++i) {
        seen.insert(client::random_jitter());
    }
    CHECK(*seen.begin() >= 0);
    CHECK(*seen.rbegin() <= 1);
    CHECK(seen.size() > 990);
    CHECK(std::count_if(seen.begin(), seen.end(), [](double number) { return number < 0.5; }) > 300);
    CHECK(std::count_if(seen.begin(), seen.end(), [](double number) { return number >= 0.5; }) > 300);
}
