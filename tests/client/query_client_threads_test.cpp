#include <dataexport/client/query_client.hpp>

#include "client/client_world.hpp"

#include <dataexport/client/mutation.hpp>
#include <dataexport/client/thread_executor.hpp>

#include <atomic>
#include <barrier>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace client_world;

namespace {

/// A gate that is closed until it is opened.
class Gate {
public:
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all(); // with the lock held: who waits may end the gate
    }
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return open_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
};

/// Waits for `stop`, as a server does that never answers.
class SilentTransport final : public client::Transport {
public:
    Result<ApiAnswer> send(const ApiRequest&, std::stop_token stop, BodySink*) override {
        arrived.open();
        Gate stopped;
        const std::stop_callback when_stopped(stop, [&] { stopped.open(); });
        stopped.wait();
        ++ended;
        return Error{Errc::cancelled, "stopped"};
    }

    Gate arrived;
    std::atomic<int> ended = 0;
};

struct ThreadWorld {
    SystemClock clock;
    MockApi api{""};
    ThreadExecutor executor{3};
};

void in_threads(int count, const std::function<void(int)>& work) {
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
        threads.emplace_back([&work, i] { work(i); });
    }
    for (auto& thread : threads) {
        thread.join();
    }
}

} // namespace

TEST_CASE("64 threads that fetch one key make one request") {
    ThreadWorld world;
    QueryClient client({world.api, world.executor, world.clock}, {.base = ""});
    std::barrier together(64);
    Gate all_wait;
    std::atomic<int> asking = 0;
    std::atomic<int> answered = 0;
    const auto calls =
        world.api.add({.url = "/orders/7/", .body = {{"id", 7}, {"state", "new"}}, .during = [&] { all_wait.wait(); }});
    in_threads(64, [&](int) {
        together.arrive_and_wait();
        if (++asking == 64) all_wait.open();
        if (client.fetch(order(7, StaleTime::forever)).value().state == "new") ++answered;
    });
    CHECK(answered == 64);
    CHECK(calls->count() == 1);
}

TEST_CASE("64 threads that wait for one call, half of them by callback, are all told once") {
    ThreadWorld world;
    QueryClient client({world.api, world.executor, world.clock}, {.base = ""});
    Gate gate;
    std::atomic<int> told = 0;
    const auto calls =
        world.api.add({.url = "/orders/7/", .body = {{"id", 7}, {"state", "new"}}, .during = [&] { gate.wait(); }});
    std::atomic<int> asked = 0;
    Gate all_told;
    const auto count = [&] {
        if (++told == 64) all_told.open();
    };
    in_threads(64, [&](int i) {
        if (i % 2 == 0) {
            client.fetch(order(7, 1h), [&](const ApiResult<Order>&) { count(); });
            if (++asked == 32) gate.open();
        } else {
            CHECK(client.fetch(order(7, 1h)).has_value());
            count();
        }
    });
    all_told.wait();
    CHECK(told == 64);
    CHECK(calls->count() == 1);
}

TEST_CASE("a fetch that waits inside a callback, on the only thread, comes through") {
    SystemClock clock;
    MockApi api("");
    ThreadExecutor executor(1);
    QueryClient client({api, executor, clock}, {.base = ""});
    api.add({.url = "/orders/7/", .body = {{"id", 7}, {"state", "new"}}});
    api.add({.url = "/orders/8/", .body = {{"id", 8}, {"state", "new"}}});
    Gate done;
    client.fetch(order(7), [&](const ApiResult<Order>&) {
        client.prefetch(order(8)); // waits for this thread
        CHECK(client.fetch(order(8)).has_value());
        done.open();
    });
    done.wait();
}

TEST_CASE("a call that failed is tried again by the executor while a thread waits") {
    ThreadWorld world;
    QueryClient client({world.api, world.executor, world.clock}, {.base = ""});
    world.api.add({.url = "/orders/7/", .status = 503, .during = [&] {
                       world.api.add({.url = "/orders/7/", .body = {{"id", 7}, {"state", "new"}}});
                   }});
    auto options = order(7);
    options.retry.first_delay = 1ms;
    CHECK(client.fetch(options).value().state == "new");
}

TEST_CASE("cancel stops a call that waits for the server") {
    SystemClock clock;
    SilentTransport transport;
    ThreadExecutor executor(2);
    QueryClient client({transport, executor, clock});
    std::thread canceller([&] {
        transport.arrived.wait();
        client.cancel(QueryFilter::under("/"));
    });
    CHECK(client.fetch(order(7)).error().code == Errc::cancelled);
    canceller.join();
    CHECK(transport.ended == 1);
}

TEST_CASE("the end of a client stops calls that wait for the server, and waits for their end") {
    SystemClock clock;
    SilentTransport transport;
    ThreadExecutor executor(2);
    std::atomic<int> told = 0;
    {
        QueryClient client({transport, executor, clock});
        client.fetch(order(7), [&](const ApiResult<Order>& result) {
            CHECK(result.error().code == Errc::cancelled);
            ++told;
        });
        transport.arrived.wait();
    }
    CHECK(told == 1);
    CHECK(transport.ended == 1);
}

TEST_CASE("a subscription that ends waits for its callback in another thread") {
    ThreadWorld world;
    QueryClient client({world.api, world.executor, world.clock}, {.base = ""});
    for (int i = 0; i < 200; ++i) {
        auto counter = std::make_unique<int>(0);
        std::thread writer;
        {
            const auto subscription =
                client.subscribe(order(7, 1h), [&counter](const QueryState<Order>&) { ++*counter; });
            writer = std::thread([&] { client.set_query_data(order(7).key(), {{}, Order{7, "new"}}); });
        }
        counter.reset(); // a late callback would write to it
        writer.join();
    }
}

TEST_CASE("a subscriber sees states in their order, and the last one last") {
    ThreadWorld world;
    QueryClient client({world.api, world.executor, world.clock}, {.base = ""});
    std::atomic<int> running = 0;
    std::atomic<bool> alone = true;
    Order last;
    client.set_query_data(order(7).key(), {{}, Order{0, "new"}});
    {
        const auto subscription = client.subscribe(order(7, 1h), [&](const QueryState<Order>& state) {
            if (++running != 1) alone = false;
            last = state.data.value();
            --running;
        });
        in_threads(8, [&](int thread) {
            for (int i = 0; i < 200; ++i) {
                client.set_query_data(order(7).key(), {{}, Order{thread * 1000 + i, "new"}});
            }
        });
    }
    CHECK(alone);
    CHECK(last == client.get_query_data(order(7).key()).value().json);
}

TEST_CASE("everything at once, from many threads") {
    ThreadWorld world;
    world.api.add({.url = "/orders/", .body = json::array{1, 2}});
    for (int id = 0; id < 4; ++id) {
        world.api.add({.url = "/orders/" + std::to_string(id) + '/', .body = {{"id", id}, {"state", "new"}}});
        world.api.add({.url = "/orders/" + std::to_string(id) + '/',
                       .method = "PUT",
                       .status = id % 2 == 0 ? 200 : 503,
                       .body = {{"id", id}, {"state", "paid"}}});
    }
    const Mutation<Order, int> pay{
        .request =
            [](int id) {
                return MutationRequest{.method = "PUT",
                                       .path = api_path<Shop>("/orders/$orderId/", path<"orderId">(id))};
            },
        .affected = [](int id) { return std::vector<QueryFilter>{order(id).key()}; },
        .on_mutate =
            [](QueryClient& client, int id) {
                client.set_query_data(order(id).key(), {{}, Order{id, "paid"}});
            },
        .on_error = [](QueryClient& client, const ApiError&, int,
                       const QuerySnapshot& snapshot) { client.restore(snapshot); },
        .on_settled = [](QueryClient& client, int) { client.invalidate(QueryFilter::under("/orders/")); }};
    std::atomic<int> told = 0;
    std::atomic<int> asked = 0;
    {
        QueryClient client({world.api, world.executor, world.clock}, {.base = ""});
        in_threads(8, [&](int thread) {
            for (int i = 0; i < 60; ++i) {
                auto options = order((thread + i) % 4, i % 3 == 0 ? StaleTime(0s) : StaleTime::forever);
                options.cache_time = 1ms;
                ++asked;
                client.fetch(options, [&](const ApiResult<Order>&) { ++told; });
                const auto subscription = client.subscribe(options, [](const QueryState<Order>&) {});
                (void)client.fetch(infinite(orders()));
                if (i % 5 == 0) {
                    ++asked;
                    mutate(client, pay, i % 4, [&](const auto&) { ++told; });
                }
                if (i % 7 == 0) client.cancel(options.key());
                if (i % 11 == 0) client.invalidate(QueryFilter::under("/"));
                (void)client.ensure(options);
            }
        });
    }
    CHECK(told == asked);
}
