// A client of a made-up shop, over an API, a clock and an executor that tests move.
#pragma once

#include <dataexport/client/query_client.hpp>
#include <dataexport/testing/manual_clock.hpp>
#include <dataexport/testing/manual_executor.hpp>
#include <dataexport/testing/mock_api.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace client_world {

using namespace dataexport;
using namespace dataexport::client;
using namespace std::chrono_literals;
using testing::ManualClock;
using testing::ManualExecutor;
using testing::MockAnswer;
using testing::MockApi;

struct Shop {
    static constexpr std::string_view patterns[] = {"/orders/", "/orders/$orderId/"};
};

struct Order {
    int id = 0;
    std::string state;

    friend bool operator==(const Order&, const Order&) = default;
    friend Order tag_invoke(const json::value_to_tag<Order>&, const json::value& value) {
        return {json::value_to<int>(value.at("id")), json::value_to<std::string>(value.at("state"))};
    }
    friend void tag_invoke(const json::value_from_tag&, json::value& value, const Order& order) {
        value = {{"id", order.id}, {"state", order.state}};
    }
};

inline ApiQueryOptions<Order> order(int id, StaleTime stale_time = 0s) {
    return api_options<Order, Shop>("/orders/$orderId/", {.stale_time = stale_time}, path<"orderId">(id));
}

inline ApiQueryOptions<std::vector<int>> orders(StaleTime stale_time = 0s) {
    return api_options<std::vector<int>, Shop>("/orders/", {.stale_time = stale_time});
}

/// Subscribes, and keeps what it is told.
template <class View>
class Told {
public:
    template <class Data>
    Told(QueryClient& client, const QueryOptions<Data, View>& options)
        : subscription_(client.subscribe(options, [this](const auto& state) { states.push_back(state); })) {}
    Told(const Told&) = delete;
    Told& operator=(const Told&) = delete;

    [[nodiscard]] const QueryState<View>& last() const { return states.back(); }

    std::vector<QueryState<View>> states;

private:
    Subscription subscription_;
};

struct World {
    ManualClock clock{TimePoint{} + 1000h};
    ManualExecutor executor{clock};
    MockApi api{""};
    double jitter = 1; ///< Every wait is as long as it may be.
    QueryClient client{{api, executor, clock, [this] { return jitter; }}, {.base = ""}};

    auto answer_order(std::string_view state, int id = 7) {
        return api.add({.url = "/orders/" + std::to_string(id) + '/', .body = {{"id", id}, {"state", state}}});
    }
    auto answer_order_with(int status, const Headers& headers = {}) {
        return api.add({.url = "/orders/7/", .status = status, .headers = headers});
    }
};

} // namespace client_world
