#include <dataexport/testing/manual_executor.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace dataexport;
using namespace std::chrono_literals;

TEST_CASE("ManualExecutor runs tasks when it is told to, each at its instant") {
    testing::ManualClock clock{TimePoint{}};
    testing::ManualExecutor executor(clock);
    std::vector<std::chrono::microseconds> ran;
    const auto note = [&] { ran.push_back(clock.now().time_since_epoch()); };
    executor.post_after(20ms, note);
    executor.post_after(10ms, [&] {
        note();
        executor.post(note);
        executor.post_after(15ms, note);
    });
    executor.post(note);
    CHECK(executor.waiting() == 3);
    CHECK(ran.empty());
    CHECK(executor.run() == 1);
    CHECK_FALSE(executor.run_one());
    executor.advance(20ms);
    CHECK(ran == std::vector<std::chrono::microseconds>{0us, 10ms, 10ms, 20ms});
    CHECK(executor.waiting() == 1);
    executor.advance(1h);
    CHECK(ran.back() == 25ms);
    CHECK(clock.now() == TimePoint{} + 20ms + 1h);
}
