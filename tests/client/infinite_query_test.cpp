#include <dataexport/client/query_client.hpp>

#include "client/client_world.hpp"

using namespace client_world;

namespace {

/// A list of 1..9, three on a page; the cursor is the first number.
struct List : World {
    explicit List(int first = 1) : first_(first) {
        for (int begin = 1; begin <= 7; begin += 3) {
            calls.push_back(add(begin));
        }
        options = infinite(plain());
    }
    ApiQueryOptions<std::vector<int>> plain(StaleTime stale_time = 0s) const {
        if (first_ == 1) return api_options<std::vector<int>, Shop>("/orders/", {.stale_time = stale_time});
        return api_options<std::vector<int>, Shop>("/orders/",
                                                   {.query = {{"cursor", first_}}, .stale_time = stale_time});
    }
    std::shared_ptr<const testing::MockCalls> add(int begin, int by = 0) {
        const auto link = [](std::string_view name, int cursor) {
            const bool results = cursor >= 1 && cursor <= 7;
            return "</orders/?&cursor=" + std::to_string(cursor) + ">; rel=\"" + std::string(name) + "\"; results=\"" +
                   (results ? "true" : "false") + "\"; cursor=\"" + std::to_string(cursor) + '"';
        };
        std::optional<std::string> cursor;
        if (begin != 1) cursor = std::to_string(begin);
        const json::array body{begin + by, begin + 1 + by, begin + 2 + by};
        const Headers headers{{"Link", link("previous", begin - 3) + ", " + link("next", begin + 3)}};
        if (begin == 1) add_answer("1", body, headers);
        return add_answer(cursor, body, headers);
    }
    std::shared_ptr<const testing::MockCalls> add_answer(const std::optional<std::string>& cursor,
                                                         const json::array& body, const Headers& headers) {
        return api.add({.url = "/orders/",
                        .body = body,
                        .headers = headers,
                        .match = {testing::match_query({{"cursor", cursor}})}});
    }
    static std::vector<int> numbers(const InfiniteData<std::vector<int>>& data) {
        std::vector<int> numbers;
        for (const auto& page : data.pages) {
            numbers.insert(numbers.end(), page.json.begin(), page.json.end());
        }
        return numbers;
    }

    int first_;
    std::vector<std::shared_ptr<const testing::MockCalls>> calls;
    InfiniteQueryOptions<std::vector<int>> options = infinite(orders());
};

} // namespace

TEST_CASE("an infinite query follows the cursors of Link forwards, to the end") {
    List list;
    CHECK(list.numbers(list.client.fetch(list.options).value()) == std::vector{1, 2, 3});
    CHECK(list.numbers(list.client.fetch_next_page(list.options).value()) == std::vector{1, 2, 3, 4, 5, 6});
    const auto all = list.client.fetch_next_page(list.options).value();
    CHECK(list.numbers(all) == std::vector{1, 2, 3, 4, 5, 6, 7, 8, 9});
    CHECK_FALSE(all.next());
    CHECK_FALSE(all.previous());
    CHECK(list.client.fetch_next_page(list.options).value() == all); // the end: no call
    CHECK(list.calls.at(2)->count() == 1);
    CHECK(list.api.unexpected().count() == 0);
}

TEST_CASE("an infinite query follows the cursors of Link backwards, to the beginning") {
    List list(7);
    CHECK(list.numbers(list.client.fetch(list.options).value()) == std::vector{7, 8, 9});
    CHECK(list.numbers(list.client.fetch_previous_page(list.options).value()) == std::vector{4, 5, 6, 7, 8, 9});
    const auto all = list.client.fetch_previous_page(list.options).value();
    CHECK(list.numbers(all) == std::vector{1, 2, 3, 4, 5, 6, 7, 8, 9});
    CHECK(list.client.fetch_previous_page(list.options).value() == all);
    CHECK(list.api.unexpected().count() == 0);
}

TEST_CASE("an infinite query that is fetched again has as many pages, each by the cursor of the one before") {
    List list(4);
    CHECK(list.client.fetch(list.options).has_value());
    CHECK(list.client.fetch_previous_page(list.options).has_value());
    CHECK(list.client.fetch_next_page(list.options).has_value());
    for (const int begin : {1, 4, 7}) {
        list.add(begin, 100);
    }
    const auto again = list.client.fetch(list.options).value();
    CHECK(list.numbers(again) == std::vector{101, 102, 103, 104, 105, 106, 107, 108, 109});
    CHECK(again.pages.at(1).cursor == "4");
}

TEST_CASE("an infinite query has fewer pages when the list has become shorter") {
    List list;
    CHECK(list.client.fetch(list.options).has_value());
    CHECK(list.client.fetch_next_page(list.options).has_value());
    list.add_answer(std::nullopt, {1}, {});
    CHECK(list.numbers(list.client.fetch(list.options).value()) == std::vector{1});
}

TEST_CASE("the key of an infinite query never collides with the plain query of the same URL") {
    List list;
    const auto plain = list.plain(1h);
    const auto pages = infinite(plain);
    CHECK(to_url(plain.query_key) == to_url(pages.query_key));
    CHECK(list.client.fetch(plain).value() == std::vector{1, 2, 3});
    CHECK_FALSE(list.client.get_query_data(pages.key()));
    CHECK(list.client.fetch(pages).has_value());
    list.client.invalidate(plain.key());
    CHECK(list.client.fetch(pages).has_value());
    CHECK(list.calls.at(0)->count() == 2);
    CHECK(list.client.fetch(plain).has_value());
    CHECK(list.calls.at(0)->count() == 3);
}

TEST_CASE("two who ask for the next page get one") {
    List list;
    CHECK(list.client.fetch(list.options).has_value());
    std::vector<std::size_t> told;
    for (int i = 0; i < 2; ++i) {
        list.client.fetch_next_page(list.options, [&](const auto& data) { told.push_back(data.value().pages.size()); });
    }
    list.executor.run();
    CHECK(told == std::vector<std::size_t>{2, 2});
    CHECK(list.calls.at(1)->count() == 1);
}

TEST_CASE("a page that fails leaves the pages there were, and each page has its own tries") {
    List list;
    list.options.retry = {.count = 1};
    CHECK(list.client.fetch(list.options).has_value());
    list.api.add({.url = "/orders/", .status = 503, .match = {testing::match_query({{"cursor", "4"}})}});
    std::optional<ApiError> error;
    list.client.fetch_next_page(list.options, [&](const auto& data) { error = data.error(); });
    list.executor.advance(1s);
    CHECK(error.value().status == 503);
    CHECK(list.numbers(list.client.get_query_data(list.options.key()).value()) == std::vector{1, 2, 3});
}

TEST_CASE("pages that are changed by hand while the next one comes stay changed") {
    List list;
    auto data = list.client.fetch(list.options).value();
    data.pages.at(0).json = {0, 0, 0};
    const auto begin = list.api.add(
        {.url = "/orders/", .body = json::array{4}, .match = {testing::match_query({{"cursor", "4"}})}, .during = [&] {
             list.client.set_query_data(list.options.key(), data);
         }});
    CHECK(list.numbers(list.client.fetch_next_page(list.options).value()) == std::vector{0, 0, 0, 4});
    CHECK(begin->count() == 1);
}

TEST_CASE("an infinite query is seen through select") {
    List list;
    const auto counted =
        list.options.selecting([](const InfiniteData<std::vector<int>>& data) { return data.pages.size(); });
    CHECK(list.client.fetch_next_page(counted).value() == 1); // nothing there: the first page
    CHECK(list.client.fetch_next_page(counted).value() == 2);
}
