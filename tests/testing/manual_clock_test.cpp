#include <dataexport/testing/manual_clock.hpp>

#include <doctest/doctest.h>

using namespace dataexport;
using namespace std::chrono_literals;

TEST_CASE("ManualClock stands still until it is moved, forwards or back") {
    const TimePoint start{1000s};
    testing::ManualClock clock(start);
    CHECK(clock.now() == start);
    clock.advance(90s + 5us);
    CHECK(clock.now() == start + 90s + 5us);
    clock.advance(-1h);
    CHECK(clock.now() == start + 90s + 5us - 1h);
    clock.set(start);
    CHECK(clock.now() == start);
}
