#include <dataexport/client/thread_executor.hpp>

#include <doctest/doctest.h>

#include <future>

using namespace dataexport;
using namespace std::chrono_literals;

TEST_CASE("ThreadExecutor runs tasks in the order in which they fall due") {
    std::vector<int> order;
    std::promise<void> done;
    client::ThreadExecutor executor(1);
    std::promise<void> posted;
    executor.post([wait = posted.get_future().share()] { wait.wait(); });
    executor.post_after(400ms, [&] {
        order.push_back(3);
        done.set_value();
    });
    executor.post_after(200ms, [&] { order.push_back(2); });
    executor.post([&] { order.push_back(1); });
    posted.set_value();
    done.get_future().wait();
    CHECK(order == std::vector{1, 2, 3});
}

TEST_CASE("ThreadExecutor runs a task not before its time") {
    client::ThreadExecutor executor(2);
    std::promise<std::chrono::steady_clock::time_point> ran;
    const auto posted = std::chrono::steady_clock::now();
    executor.post_after(30ms, [&] { ran.set_value(std::chrono::steady_clock::now()); });
    CHECK(ran.get_future().get() - posted >= 30ms);
}

TEST_CASE("ThreadExecutor runs as many tasks at once as it has threads") {
    client::ThreadExecutor executor(2);
    std::promise<void> first;
    std::promise<void> second;
    std::promise<void> both;
    executor.post([&] {
        first.set_value();
        second.get_future().wait();
        both.set_value();
    });
    executor.post([&] {
        first.get_future().wait();
        second.set_value();
    });
    both.get_future().wait();
}

TEST_CASE("ThreadExecutor drops what still waits when it ends, and waits for what runs") {
    bool dropped = true;
    bool ran = false;
    std::promise<void> running;
    {
        client::ThreadExecutor executor(0); // one, at least
        executor.post_after(std::chrono::milliseconds::max(), [&] { dropped = false; });
        executor.post([&] {
            running.set_value();
            ran = true;
        });
        running.get_future().wait();
    }
    CHECK(ran);
    CHECK(dropped);
}
