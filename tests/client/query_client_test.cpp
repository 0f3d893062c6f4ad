#include <dataexport/client/query_client.hpp>

#include "client/client_world.hpp"

using namespace client_world;

namespace {

/// A world in which there is an order.
struct OneOrder : World {
    std::shared_ptr<const testing::MockCalls> calls = answer_order("new");

    /// Whether a fetch takes a call.
    bool asks(const ApiQueryOptions<Order>& options) {
        const auto before = calls->count();
        CHECK(client.fetch(options).has_value());
        return calls->count() > before;
    }
};

/// Asks for an order that cannot be had: the second try comes after this delay, and not before.
void check_second_try(World& world, const testing::MockCalls& calls, std::chrono::milliseconds delay) {
    world.client.prefetch(order(7));
    world.executor.run();
    world.executor.advance(delay - 1ms);
    CHECK(calls.count() == 1);
    world.executor.advance(1ms);
    CHECK(calls.count() == 2);
}

} // namespace

TEST_CASE("QueryClient::fetch gives the JSON of the answer as the type of the options") {
    World world;
    const auto calls = world.api.add({.url = "/orders/7/", .body = {{"id", 7}, {"state", "new"}}});
    CHECK(world.client.fetch(order(7)).value() == Order{7, "new"});
    CHECK(calls->count() == 1);
}

TEST_CASE("QueryClient::fetch sends the base, the query and the headers of the configuration") {
    World world;
    MockApi api;
    QueryClient client({api, world.executor, world.clock}, {.headers = {{"Authorization", "Bearer token"}}});
    const auto calls = api.add({.url = "/orders/", .body = json::array{}});
    const auto options = api_options<json::value, Shop>("/orders/", {.query = {{"q", "a b"}}, .stale_time = 0s});
    CHECK(client.fetch(options).has_value());
    const auto request = calls->all().at(0).request;
    CHECK(request.method == "GET");
    CHECK(request.url == "/api/0/orders/?q=a%20b");
    CHECK(request.headers.find("Authorization") == "Bearer token");
}

TEST_CASE("stale time zero: every fetch asks again") {
    OneOrder world;
    for (int i = 0; i < 3; ++i) {
        CHECK(world.asks(order(7, 0s)));
    }
}

TEST_CASE("a stale time of 30 seconds: fetch asks again when they have passed, or after an invalidation") {
    OneOrder world;
    const auto options = order(7, 30s);
    CHECK(world.asks(options));
    world.clock.advance(30s - 1us);
    CHECK_FALSE(world.asks(options));
    world.clock.advance(1us);
    CHECK(world.asks(options));
    world.client.invalidate(options.key());
    CHECK(world.asks(options));
}

TEST_CASE("a clock that was set back makes data stale") {
    OneOrder world;
    CHECK(world.asks(order(7, 30s)));
    world.clock.advance(-1h);
    CHECK(world.asks(order(7, 30s)));
}

TEST_CASE("stale time forever: fetch asks again only after an invalidation") {
    OneOrder world;
    const auto options = order(7, StaleTime::forever);
    CHECK(world.asks(options));
    world.clock.advance(100'000h);
    CHECK_FALSE(world.asks(options));
    world.client.invalidate(options.key());
    CHECK(world.asks(options));
}

TEST_CASE("stale time fixed: fetch never asks again, also after an invalidation") {
    OneOrder world;
    const auto options = order(7, StaleTime::fixed);
    CHECK(world.asks(options));
    world.client.invalidate(options.key());
    Told told(world.client, options);
    world.client.invalidate(options.key());
    world.executor.run();
    CHECK_FALSE(world.asks(options));
    CHECK(world.calls->count() == 1);
}

TEST_CASE("QueryClient::ensure takes data however old, and fetches what is not there") {
    World world;
    const auto calls = world.answer_order("new");
    CHECK(world.client.ensure(order(7)).value().state == "new");
    world.answer_order("paid");
    world.clock.advance(1min);
    world.client.invalidate(order(7).key());
    CHECK(world.client.ensure(order(7)).value().state == "new");
    CHECK(calls->count() == 1);
}

TEST_CASE("QueryClient::prefetch does not wait; a fetch that follows has the data") {
    World world;
    const auto calls = world.answer_order("new");
    world.client.prefetch(order(7, 30s));
    CHECK(calls->count() == 0);
    world.executor.run();
    CHECK(calls->count() == 1);
    CHECK(world.client.fetch(order(7, 30s)).value().state == "new");
    CHECK(calls->count() == 1);
}

TEST_CASE("QueryClient::fetch with done is told once: after the call, or at once if the data is fresh") {
    World world;
    world.answer_order("new");
    std::vector<std::string> told;
    const auto done = [&](const ApiResult<Order>& result) { told.push_back(result.value().state); };
    world.client.fetch(order(7, 30s), done);
    CHECK(told.empty());
    world.executor.run();
    CHECK(told == std::vector<std::string>{"new"});
    world.client.ensure(order(7, 30s), done);
    CHECK(told.size() == 2);
}

TEST_CASE("equal requests that are under way share one call") {
    World world;
    const auto calls = world.answer_order("new");
    int told = 0;
    for (int i = 0; i < 5; ++i) {
        world.client.fetch(order(7), [&](const ApiResult<Order>& result) { told += result.has_value() ? 1 : 0; });
    }
    world.client.prefetch(order(7));
    CHECK(world.client.fetch(order(7)).has_value()); // makes the call that waits for the executor
    world.executor.run();
    CHECK(told == 5);
    CHECK(calls->count() == 1);
}

TEST_CASE("a refusal is an error with status, detail and body") {
    World world;
    world.api.add({.url = "/orders/7/", .status = 400, .body = {{"detail", "Oh no!"}, {"field", "id"}}});
    const auto error = world.client.fetch(order(7)).error();
    CHECK(error.status == 400);
    CHECK(error.code == Errc::invalid_request);
    CHECK(error.detail == "Oh no!");
    CHECK(error.body == json::value{{"detail", "Oh no!"}, {"field", "id"}});
    CHECK_FALSE(world.client.get_query_data(order(7).key()));
}

TEST_CASE("a body that is no JSON is an error, and is not asked for again") {
    World world;
    const auto calls = world.api.add({.url = "/orders/7/", .text = "<html>"});
    const auto error = world.client.fetch(order(7)).error();
    CHECK(error.code == Errc::corrupt);
    CHECK(error.status == 200);
    CHECK(calls->count() == 1);
}

TEST_CASE("a body of another shape is an error for who expects this one") {
    World world;
    world.api.add({.url = "/orders/7/", .body = {{"id", "seven"}}});
    CHECK(world.client.fetch(order(7)).error().code == Errc::schema_drift);
    CHECK_FALSE(world.client.get_query_data(order(7).key()));
    Told told(world.client, order(7, 1h));
    CHECK(told.last().error.value().code == Errc::schema_drift);
}

TEST_CASE("an answer that cannot be had is tried again after 1, 2 and 4 seconds, and then is an error") {
    for (const int status : {500, 503, 599, 429}) {
        CAPTURE(status);
        World world;
        const auto calls = world.answer_order_with(status);
        std::optional<ApiError> error;
        world.client.fetch(order(7), [&](const ApiResult<Order>& result) { error = result.error(); });
        world.executor.run();
        std::size_t expected = 1;
        for (const auto delay : {1s, 2s, 4s}) {
            CHECK(calls->count() == expected);
            world.executor.advance(delay - 1ms);
            CHECK(calls->count() == expected++);
            world.executor.advance(1ms);
        }
        CHECK(calls->count() == 4);
        CHECK(error.value().status == status);
    }
}

TEST_CASE("the delay between tries stops growing at the longest") {
    World world;
    const auto calls = world.answer_order_with(503);
    auto options = order(7);
    options.retry = {.count = 5, .first_delay = 1s, .max_delay = 3s};
    world.client.prefetch(options);
    world.executor.run();
    world.executor.advance(1s + 2s + 3s + 3s + 3s - 1ms);
    CHECK(calls->count() == 5);
    world.executor.advance(1ms);
    CHECK(calls->count() == 6);
}

TEST_CASE("clients that failed together do not come back together") {
    World world;
    const auto calls = world.answer_order_with(503);
    world.jitter = 0.5;
    check_second_try(world, *calls, 750ms);
}

TEST_CASE("a server that cannot be reached is tried again, and success ends it") {
    World world;
    world.api.add({.url = "/orders/7/", .failure = Error{Errc::unavailable, "no connection"}});
    std::optional<ApiResult<Order>> result;
    world.client.fetch(order(7), [&](const ApiResult<Order>& told) { result = told; });
    world.executor.run();
    CHECK_FALSE(result);
    world.answer_order("new");
    world.executor.advance(1s);
    CHECK(result.value().value().state == "new");
}

TEST_CASE("what will not get better is not tried again") {
    for (const int status : {300, 304, 400, 401, 403, 404, 409, 410, 418}) {
        CAPTURE(status);
        World world;
        const auto calls = world.answer_order_with(status);
        CHECK(world.client.fetch(order(7)).error().status == status);
        world.executor.advance(1h);
        CHECK(calls->count() == 1);
    }
}

TEST_CASE("an error of the transport that is not retriable is not tried again") {
    World world;
    const auto calls =
        world.api.add({.url = "/orders/7/", .failure = Error{Errc::invalid_configuration, "no such host name"}});
    CHECK(world.client.fetch(order(7)).error().detail == "no such host name");
    CHECK(calls->count() == 1);
}

TEST_CASE("Retry-After makes the wait longer, in seconds or as a date") {
    for (const std::string text : {"10", "Wed, 11 Feb 1970 16:00:10 GMT"}) { // 1000 hours and 10 seconds after 1970
        CAPTURE(text);
        World world;
        world.jitter = 0;
        const auto calls = world.answer_order_with(429, {{"Retry-After", text}});
        check_second_try(world, *calls, 10s);
    }
}

TEST_CASE("a Retry-After beyond the longest delay ends the tries") {
    World world;
    const auto calls = world.answer_order_with(503, {{"Retry-After", "31"}});
    const auto error = world.client.fetch(order(7)).error();
    CHECK(error.retry_after == 31s);
    CHECK(calls->count() == 1);
}

TEST_CASE("skip: an option that never fetches") {
    World world;
    const auto options = api_options<Order, Shop>("/orders/$orderId/", {.stale_time = 0s}, skip);
    CHECK(world.client.fetch(options).error().code == Errc::cancelled);
    world.client.prefetch(options);
    Told told(world.client, options);
    world.client.invalidate(QueryFilter::under("/"));
    world.client.set_query_data(options.key(), {{}, Order{7, "new"}});
    world.executor.advance(1h);
    CHECK(told.states.size() == 1);
    CHECK_FALSE(told.last().data);
    CHECK_FALSE(told.last().error);
    CHECK_FALSE(told.last().fetching);
    CHECK_FALSE(world.client.get_query_data(options.key()));
    CHECK(world.api.unexpected().count() == 0);
}

TEST_CASE("a path parameter that is no segment is an error and no call") {
    World world;
    const auto options = api_options<Order, Shop>("/orders/$orderId/", {.stale_time = 0s}, path<"orderId">(".."));
    CHECK(world.client.fetch(options).error().code == Errc::invalid_request);
    Told told(world.client, options);
    CHECK(told.last().error.value().code == Errc::invalid_request);
    CHECK(world.api.unexpected().count() == 0);
}

TEST_CASE("the cache holds the JSON with Link, X-Hits and X-Max-Hits") {
    World world;
    world.api.add({.url = "/orders/",
                   .body = json::array{1, 2},
                   .headers = {{"Link", R"(</orders/?cursor=0:2:0>; rel="next"; results="true"; cursor="0:2:0")"},
                               {"X-Hits", "17"},
                               {"X-Max-Hits", "1000"}}});
    CHECK(world.client.fetch(orders()).value() == std::vector{1, 2});
    const ResponseHeaders headers{{std::nullopt, "0:2:0"}, 17, 1000};
    CHECK(world.client.get_query_data(orders().key()).value() == ApiResponse<std::vector<int>>{headers, {1, 2}, 200});
    CHECK(world.client.fetch(orders().selecting(select_json_with_headers)).value().headers == headers);
}

TEST_CASE("select shapes what callers see, and the cache is the same") {
    World world;
    const auto calls = world.answer_order("new");
    const auto state = order(7, 30s).selecting([](const ApiResponse<Order>& response) { return response.json.state; });
    CHECK(world.client.fetch(state).value() == "new");
    CHECK(world.client.fetch(order(7, 30s)).value() == Order{7, "new"});
    CHECK(state.key() == order(7).key());
    CHECK(calls->count() == 1);
}

TEST_CASE("QueryClient::set_query_data is typed through the key, is fresh, and is told to subscribers") {
    World world;
    world.client.set_query_data(order(7).key(), {{}, Order{7, "new"}});
    Told told(world.client, order(7, 30s));
    CHECK(told.last().data.value().state == "new");
    CHECK_FALSE(told.last().stale);
    world.client.set_query_data(order(7).key(), {{}, Order{7, "paid"}});
    CHECK(told.last().data.value().state == "paid");
    CHECK(world.client.get_query_data(order(7).key()).value().json == Order{7, "paid"});
    CHECK(world.api.unexpected().count() == 0);
}

TEST_CASE("QueryClient::invalidate by exact key leaves others; below a path it takes all, also pages") {
    World world;
    world.answer_order("new", 7);
    world.answer_order("new", 70);
    world.api.add({.url = "/orders/", .body = json::array{}});
    const auto fill = [&] {
        CHECK(world.client.fetch(order(7, 1h)).has_value());
        CHECK(world.client.fetch(order(70, 1h)).has_value());
        CHECK(world.client.fetch(orders(1h)).has_value());
        CHECK(world.client.fetch(infinite(orders(1h))).has_value());
    };
    const auto stale = [&](const auto& options) {
        bool is_stale = false;
        const auto subscription = world.client.subscribe(options, [&](const auto& state) { is_stale = state.stale; });
        return is_stale;
    };
    const auto all = [&] {
        return std::vector{stale(order(7, 1h)), stale(order(70, 1h)), stale(orders(1h)), stale(infinite(orders(1h)))};
    };
    fill();
    world.client.invalidate(order(7, 1h).key());
    CHECK(all() == std::vector{true, false, false, false});
    world.executor.run();
    world.client.invalidate(orders(1h).key());
    CHECK(all() == std::vector{false, false, true, false});
    world.executor.run();
    world.client.invalidate(QueryFilter::under("/orders/7/"));
    CHECK(all() == std::vector{true, false, false, false});
    world.executor.run();
    world.client.invalidate(QueryFilter::under("/orders/"));
    CHECK(all() == std::vector{true, true, true, true});
    world.executor.run();
    world.client.invalidate(QueryFilter::under("/"));
    CHECK(all() == std::vector{true, true, true, true});
    world.executor.run();
    world.client.invalidate(QueryFilter::under("/orde"));
    CHECK(all() == std::vector{false, false, false, false});
}

TEST_CASE("stale while revalidate: a subscriber has old data at once, and new data when it arrives") {
    World world;
    world.answer_order("new");
    CHECK(world.client.fetch(order(7)).has_value());
    world.answer_order("paid");
    Told told(world.client, order(7));
    CHECK(told.states.size() == 1);
    CHECK(told.last().data.value().state == "new");
    CHECK(told.last().fetching);
    CHECK(told.last().stale);
    world.executor.run();
    CHECK(told.last().data.value().state == "paid");
    CHECK_FALSE(told.last().fetching);
    CHECK(told.last().updated_at == world.clock.now());
}

TEST_CASE("a subscriber keeps the last data when a call fails, and is told why") {
    World world;
    world.answer_order("new");
    CHECK(world.client.fetch(order(7)).has_value());
    world.answer_order_with(404);
    Told told(world.client, order(7));
    world.executor.run();
    CHECK(told.last().data.value().state == "new");
    CHECK(told.last().error.value().status == 404);
    world.answer_order("paid");
    CHECK(world.client.fetch(order(7)).has_value());
    CHECK(told.last().data.value().state == "paid");
    CHECK_FALSE(told.last().error);
}

TEST_CASE("what is subscribed to is fetched again when it is invalidated, other data when it is asked for") {
    World world;
    const auto watched = world.answer_order("new", 7);
    const auto other = world.answer_order("new", 8);
    CHECK(world.client.fetch(order(8, 1h)).has_value());
    Told told(world.client, order(7, 1h));
    world.executor.run();
    world.client.invalidate(QueryFilter::under("/orders/"));
    world.executor.run();
    CHECK(watched->count() == 2);
    CHECK(other->count() == 1);
    CHECK_FALSE(told.last().stale);
}

TEST_CASE("nobody is told after the end of a subscription, also if it ends in its own callback") {
    World world;
    world.answer_order("new");
    int told = 0;
    Subscription subscription;
    subscription = world.client.subscribe(order(7), [&](const QueryState<Order>& state) {
        ++told;
        if (state.data) subscription = {};
    });
    CHECK(told == 1);
    world.executor.run();
    CHECK(told == 2);
    world.client.set_query_data(order(7).key(), {{}, Order{7, "paid"}});
    CHECK(told == 2);
}

TEST_CASE("a subscriber may call the client; what that changes is told afterwards, not inside") {
    World world;
    std::vector<std::string> told;
    bool inside = false;
    const auto subscription = world.client.subscribe(order(7, 1h), [&](const QueryState<Order>& state) {
        CHECK_FALSE(inside);
        inside = true;
        told.push_back(state.data ? state.data->state : "");
        if (state.data && state.data->state == "new") {
            world.client.set_query_data(order(7).key(), {{}, Order{7, "paid"}});
        }
        inside = false;
    });
    world.client.set_query_data(order(7).key(), {{}, Order{7, "new"}});
    CHECK(told == std::vector<std::string>{"", "new", "paid"});
}

TEST_CASE("QueryClient::cancel ends calls with Errc::cancelled and leaves the data") {
    World world;
    world.answer_order("new");
    CHECK(world.client.fetch(order(7)).has_value());
    const auto calls = world.answer_order("paid");
    Told told(world.client, order(7));
    std::optional<ApiError> error;
    world.client.fetch(order(7), [&](const ApiResult<Order>& result) { error = result.error(); });
    world.client.cancel(order(7).key());
    CHECK(error.value().code == Errc::cancelled);
    CHECK_FALSE(told.last().fetching);
    CHECK_FALSE(told.last().error);
    CHECK(told.last().data.value().state == "new");
    world.executor.run();
    CHECK(calls->count() == 0);
}

TEST_CASE("the answer to a call that was cancelled on its way is dropped") {
    World world;
    world.api.add({.url = "/orders/7/", .body = {{"id", 7}, {"state", "late"}}, .during = [&] {
                       world.client.cancel(order(7).key());
                       world.client.set_query_data(order(7).key(), {{}, Order{7, "by hand"}});
                   }});
    CHECK(world.client.fetch(order(7)).error().code == Errc::cancelled);
    CHECK(world.client.get_query_data(order(7).key()).value().json.state == "by hand");
}

TEST_CASE("a call that rests between tries can be cancelled") {
    World world;
    const auto calls = world.answer_order_with(503);
    std::optional<ApiError> error;
    world.client.fetch(order(7), [&](const ApiResult<Order>& result) { error = result.error(); });
    world.executor.run();
    world.client.cancel(QueryFilter::under("/"));
    CHECK(error.value().code == Errc::cancelled);
    world.executor.advance(1h);
    CHECK(calls->count() == 1);
}

TEST_CASE("an answer from before an invalidation reaches who waits for it, but not the cache") {
    World world;
    world.api.add({.url = "/orders/7/", .body = {{"id", 7}, {"state", "before"}}, .during = [&] {
                       world.client.invalidate(order(7).key());
                   }});
    CHECK(world.client.fetch(order(7, 1h)).value().state == "before");
    CHECK_FALSE(world.client.get_query_data(order(7).key()));
    const auto calls = world.answer_order("after");
    CHECK(world.client.fetch(order(7, 1h)).value().state == "after");
    CHECK(calls->count() == 1);
}

TEST_CASE("a fetch after an invalidation does not join a call from before") {
    World world;
    const auto before = world.answer_order("before");
    std::vector<std::string> told;
    const auto done = [&](const ApiResult<Order>& result) { told.push_back(result.value().state); };
    world.client.fetch(order(7), done);
    world.client.invalidate(order(7).key());
    world.client.fetch(order(7), done);
    world.executor.run();
    CHECK(before->count() == 2);
    CHECK(told.size() == 2);
}

TEST_CASE("data is kept for five minutes after its last use, then dropped") {
    World world;
    world.answer_order("new");
    CHECK(world.client.fetch(order(7)).has_value());
    world.executor.advance(4min);
    CHECK(world.client.get_query_data(order(7).key())); // a use
    world.executor.advance(5min - 1ms);
    CHECK(world.executor.waiting() == 1);
    world.executor.advance(1ms);
    CHECK(world.executor.waiting() == 0);
    CHECK_FALSE(world.client.get_query_data(order(7).key()));
}

TEST_CASE("options say how long data is kept, and the longest of them counts") {
    World world;
    world.answer_order("new");
    auto options = order(7);
    options.cache_time = 0ms;
    CHECK(world.client.fetch(options).has_value());
    world.executor.run();
    CHECK_FALSE(world.client.get_query_data(options.key()));

    options.cache_time = 10min;
    CHECK(world.client.fetch(options).has_value());
    options.cache_time = 1min;
    CHECK(world.client.fetch(options).has_value());
    world.executor.advance(10min - 1ms);
    CHECK(world.client.ensure(options).has_value());
    CHECK(world.client.get_query_data(options.key()));

    options.cache_time = keep_forever;
    CHECK(world.client.fetch(options).has_value());
    world.executor.advance(100'000h);
    CHECK(world.client.get_query_data(options.key()));
}

TEST_CASE("what is subscribed to is not dropped; after that its time begins") {
    World world;
    world.answer_order("new");
    {
        Told told(world.client, order(7, 1h));
        world.executor.advance(20min);
        CHECK(told.last().data);
    }
    world.executor.advance(5min - 1ms);
    CHECK(world.client.ensure(order(7, 1h)).has_value());
    world.executor.advance(5min);
    CHECK_FALSE(world.client.get_query_data(order(7).key()));
}

TEST_CASE("the end of a client ends its calls with Errc::cancelled, each told once") {
    World world;
    std::vector<Errc> told;
    Subscription subscription;
    int states = 0;
    {
        QueryClient client({world.api, world.executor, world.clock}, {.base = ""});
        world.answer_order_with(503);
        const auto done = [&](const ApiResult<Order>& result) { told.push_back(result.error().code); };
        client.fetch(order(8), done);
        client.fetch(order(8), done);
        subscription = client.subscribe(order(7), [&](const QueryState<Order>&) { ++states; });
        client.fetch(order(7), done);
        world.executor.run_one();
    }
    CHECK(told.size() == 3);
    for (const auto code : told) {
        CHECK((code == Errc::cancelled || code == Errc::not_found));
    }
    CHECK(states == 1);
    const auto calls = world.answer_order("late");
    world.executor.advance(1h); // what is left of its tasks does nothing
    CHECK(calls->count() == 0);
    CHECK(states == 1);
}

TEST_CASE("options compose: a caller copies them and changes what it likes") {
    World world;
    const auto calls = world.answer_order_with(503);
    auto options = order(7);
    options.retry = Retry::never;
    options.stale_time = StaleTime::forever;
    options.cache_time = 1min;
    CHECK(world.client.fetch(options).error().status == 503);
    CHECK(calls->count() == 1);
    CHECK(order(7).retry.count == 3);
}
