#include <dataexport/client/mutation.hpp>

#include "client/client_world.hpp"

using namespace client_world;

namespace {

struct Logged {
    std::vector<std::string> log;
};

/// Sets the state of order 7, at once in the cache, and notes what happens. The log outlives the client.
struct Change : Logged, World {
    Mutation<Order, std::string> mutation{
        .request =
            [this](const std::string& state) {
                log.push_back("request");
                return MutationRequest{.method = "PUT",
                                       .path = api_path<Shop>("/orders/$orderId/", path<"orderId">(7)),
                                       .body = json::value{{"state", state}}};
            },
        .affected = [](const std::string&) { return std::vector<QueryFilter>{order(7).key()}; },
        .on_mutate =
            [this](QueryClient& used, const std::string& state) {
                log.push_back("on_mutate");
                used.set_query_data(order(7).key(), {{}, Order{7, state}});
            },
        .on_success = [this](QueryClient&, const ApiResponse<Order>& response,
                             const std::string&) { log.push_back("on_success " + response.json.state); },
        .on_error =
            [this](QueryClient& used, const ApiError& error, const std::string&, const QuerySnapshot& snapshot) {
                log.push_back("on_error " + error.detail);
                used.restore(snapshot);
            },
        .on_settled =
            [this](QueryClient& used, const std::string&) {
                log.push_back("on_settled");
                used.invalidate(order(7).key());
            }};

    auto answer_put(int status, const json::value& body) {
        return api.add({.url = "/orders/7/", .method = "PUT", .status = status, .body = body});
    }
    std::string cached() {
        const auto data = client.get_query_data(order(7).key());
        return data ? data->json.state : "none";
    }
};

using Log = std::vector<std::string>;

} // namespace

TEST_CASE("mutate calls request and callbacks in order, and gives the answer") {
    Change shop;
    const auto calls = shop.answer_put(201, {{"id", 7}, {"state", "paid"}});
    const auto result = mutate(shop.client, shop.mutation, "paid");
    CHECK(result.value().json == Order{7, "paid"});
    CHECK(result.value().status == 201);
    CHECK(shop.log == Log{"on_mutate", "request", "on_success paid", "on_settled"});
    CHECK(calls->all().at(0).data == json::value{{"state", "paid"}});
    CHECK(calls->all().at(0).request.headers.find("Content-Type") == "application/json");
}

TEST_CASE("on_mutate changes the cache before the answer; after an error on_error rolls it back") {
    Change shop;
    shop.client.set_query_data(order(7).key(), {{}, Order{7, "new"}});
    shop.answer_put(409, {{"detail", "It was cancelled."}});
    std::optional<ApiError> error;
    mutate(shop.client, shop.mutation, "paid", [&](const auto& result) { error = result.error(); });
    CHECK(shop.cached() == "paid");
    shop.executor.run();
    CHECK(error.value().status == 409);
    CHECK(shop.cached() == "new");
    CHECK(shop.log == Log{"on_mutate", "request", "on_error It was cancelled.", "on_settled"});
}

TEST_CASE("a roll back removes what only the optimistic change put there") {
    Change shop;
    shop.answer_put(400, {{"detail", "no"}});
    CHECK(mutate(shop.client, shop.mutation, "paid").has_error());
    CHECK(shop.cached() == "none");
}

TEST_CASE("a roll back puts back the age of the data") {
    Change shop;
    const auto calls = shop.answer_order("new");
    shop.mutation.on_settled = {};
    CHECK(shop.client.fetch(order(7, 30s)).has_value());
    shop.clock.advance(30s);
    shop.answer_put(400, {{"detail", "no"}});
    CHECK(mutate(shop.client, shop.mutation, "paid").has_error());
    CHECK(shop.client.fetch(order(7, 30s)).has_value());
    CHECK(calls->count() == 2);
}

TEST_CASE("on_settled: what is subscribed to is fetched again, after success and after an error") {
    for (const int status : {200, 400}) {
        CAPTURE(status);
        Change shop;
        const auto calls = shop.answer_order("new");
        shop.answer_put(status, {{"id", 7}, {"state", "paid"}});
        Told told(shop.client, order(7, 1h));
        shop.executor.run();
        shop.answer_order("from the server");
        mutate(shop.client, shop.mutation, "paid", [](const auto&) {});
        CHECK(told.last().data.value().state == "paid");
        shop.executor.run();
        CHECK(told.last().data.value().state == "from the server");
        CHECK(calls->count() == 1);
    }
}

TEST_CASE("calls in flight are cancelled before the optimistic change, so that none undoes it") {
    Change shop;
    shop.answer_put(200, {{"id", 7}, {"state", "paid"}});
    std::optional<ApiError> error;
    const auto calls = shop.answer_order("old");
    shop.client.fetch(order(7), [&](const ApiResult<Order>& result) { error = result.error(); });
    shop.mutation.on_settled = {};
    mutate(shop.client, shop.mutation, "paid", [](const auto&) {});
    CHECK(error.value().code == Errc::cancelled);
    shop.executor.run();
    CHECK(shop.cached() == "paid");
    CHECK(calls->count() == 0);
}

TEST_CASE("the answer of a call that was on its way during the optimistic change does not undo it") {
    Change shop;
    shop.mutation.on_settled = {};
    shop.answer_put(200, {{"id", 7}, {"state", "paid"}});
    shop.api.add({.url = "/orders/7/", .body = {{"id", 7}, {"state", "old"}}, .during = [&] {
                      mutate(shop.client, shop.mutation, "paid", [](const auto&) {});
                  }});
    CHECK(shop.client.fetch(order(7)).error().code == Errc::cancelled);
    CHECK(shop.cached() == "paid");
}

TEST_CASE("a mutation is never tried again") {
    for (const int status : {429, 500, 503}) {
        Change shop;
        const auto calls = shop.answer_put(status, nullptr);
        mutate(shop.client, shop.mutation, "paid", {});
        shop.executor.advance(1h);
        CHECK(calls->count() == 1);
        CHECK(shop.log.back() == "on_settled");
    }
}

TEST_CASE("two equal mutations are two calls") {
    Change shop;
    const auto calls = shop.answer_put(200, {{"id", 7}, {"state", "paid"}});
    mutate(shop.client, shop.mutation, "paid", {});
    mutate(shop.client, shop.mutation, "paid", {});
    shop.client.cancel(QueryFilter::under("/")); // is about queries
    shop.executor.run();
    CHECK(calls->count() == 2);
}

TEST_CASE("a mutation that the end of the client cuts is rolled back and told so") {
    Change shop;
    std::optional<Errc> code;
    std::string cached;
    shop.mutation.on_settled = [&](QueryClient& client, const std::string&) {
        cached = client.get_query_data(order(7).key())->json.state;
    };
    {
        QueryClient client({shop.api, shop.executor, shop.clock}, {.base = ""});
        client.set_query_data(order(7).key(), {{}, Order{7, "new"}});
        mutate(client, shop.mutation, "paid", [&](const auto& result) { code = result.error().code; });
    }
    CHECK(code == Errc::cancelled);
    CHECK(cached == "new");
}

TEST_CASE("a mutation needs nothing but its request, and its answer may be empty") {
    World world;
    world.api.add({.url = "/orders/7/", .method = "DELETE", .status = 204});
    const Mutation<json::value, int> remove{.request = [](int id) {
        return MutationRequest{.method = "DELETE", .path = api_path<Shop>("/orders/$orderId/", path<"orderId">(id))};
    }};
    CHECK(mutate(world.client, remove, 7).value().json.is_null());
    CHECK(mutate(world.client, remove, 8).error().code == Errc::not_found);
}
