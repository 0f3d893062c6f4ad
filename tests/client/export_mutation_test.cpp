// The reference's cases of the button and of what is behind it, by their ids.
#include <dataexport/client/export_mutation.hpp>

#include "client/client_world.hpp"

using namespace client_world;

namespace {

/// What the user has been shown; it outlives the client.
struct Shown {
    std::vector<std::string> succeeded;
    std::vector<std::string> failed;
    std::vector<bool> in_progress;
    std::vector<RemoteExport> ready;
};

/// A button that asks for an export of Issues-by-Tag, and the server behind it.
struct Button : Shown, World {
    ExportPayload payload{"Issues-by-Tag", {{"project", "1"}, {"group", "1027"}, {"key", "user"}}};
    ExportMessages messages{"made", "already there", "ready", "no reason"};

    Mutation<json::value, ExportPayload> mutation() {
        return export_mutation("acme", {.succeeded = [this](auto text) { succeeded.emplace_back(text); },
                                        .failed = [this](auto text) { failed.emplace_back(text); },
                                        .in_progress = [this](bool now) { in_progress.push_back(now); },
                                        .ready = [this](const RemoteExport& record) { ready.push_back(record); },
                                        .messages = messages});
    }
    auto server(int status, const json::value& body = nullptr) {
        return api.add({.url = "/organizations/acme/data-export/", .method = "POST", .status = status, .body = body});
    }
    /// A click; the answer comes when the executor runs.
    void click() { mutate(client, mutation(), payload, {}); }
};

} // namespace

TEST_CASE("hook-001: without a reason from the server there is a message of our own") {
    for (const json::value& body : {json::value(), json::value{{"detail", {{"a", 1}}}}, json::value{{"other", "x"}}}) {
        Button button;
        button.server(400, body);
        button.click();
        button.executor.run();
        CHECK(button.failed == std::vector<std::string>{"no reason"});
        CHECK(button.in_progress == std::vector{true, false});
    }
}

TEST_CASE("hook-002: the reason that the server gives is shown") {
    Button button;
    button.server(400, {{"detail", "Oh no!"}});
    button.click();
    button.executor.run();
    CHECK(button.failed == std::vector<std::string>{"Oh no!"});
    CHECK(button.succeeded.empty());
    CHECK(button.in_progress == std::vector{true, false});
}

TEST_CASE("hook-004: a new export is said to be made") {
    Button button;
    button.server(201, {{"id", 721}});
    button.click();
    button.executor.run();
    CHECK(button.succeeded == std::vector<std::string>{"made"});
    CHECK(button.failed.empty());
    CHECK(button.ready.empty());
}

TEST_CASE("hook-005: an equal export that is under way is said to be") {
    Button button;
    button.server(200, {{"id", 721}});
    button.click();
    button.executor.run();
    CHECK(button.succeeded == std::vector<std::string>{"already there"});
}

TEST_CASE("export_mutation: an export that has its file already is handed over, to be downloaded") {
    for (const int status : {201, 200}) { // the equal one may have ended while it was waited for
        CAPTURE(status);
        Button button;
        button.server(status, {{"id", 721}, {"status", "VALID"}, {"fileName", "a.csv"}});
        button.click();
        button.executor.run();
        CHECK(button.succeeded == std::vector<std::string>{"ready"});
        REQUIRE(button.ready.size() == 1);
        CHECK(button.ready[0].id == ExportId{721});
        CHECK(safe_file_name(button.ready[0]) == "a.csv");
    }
    Button early;
    early.server(201, {{"id", 721}, {"status", "EARLY"}, {"fileName", nullptr}});
    early.click();
    early.executor.run();
    CHECK(early.succeeded == std::vector<std::string>{"made"});
    CHECK(early.ready.empty());
}

TEST_CASE("hook-007: the request is made of the payload") {
    Button button;
    const auto posts = button.server(201, {{"id", 721}});
    button.payload.limit = 10000;
    button.click();
    button.executor.run();
    CHECK(posts->all().at(0).data == json::value{{"format", "csv"},
                                                 {"query_type", "Issues-by-Tag"},
                                                 {"query_info", {{"project", "1"}, {"group", "1027"}, {"key", "user"}}},
                                                 {"limit", 10000}});
}

TEST_CASE("hook-008: in progress from the start, before the server is asked") {
    Button button;
    const auto posts = button.server(201, {{"id", 721}});
    button.click();
    CHECK(button.in_progress == std::vector{true});
    CHECK(posts->count() == 0);
}

TEST_CASE("button-006: a click sends the request and disables the button, also after the success") {
    Button button;
    const auto posts = button.server(201, {{"id", 721}});
    button.click();
    button.executor.run();
    CHECK(button.in_progress == std::vector{true});
    REQUIRE(posts->count() == 1);
    CHECK(posts->all().at(0).path == "/organizations/acme/data-export/");
    CHECK(posts->all().at(0).data ==
          json::value{{"format", "csv"},
                      {"query_type", "Issues-by-Tag"},
                      {"query_info", {{"project", "1"}, {"group", "1027"}, {"key", "user"}}}});
}

TEST_CASE("button-009: the reason of a refusal is shown") {
    Button button;
    button.server(400, {{"detail", "uh oh"}});
    button.click();
    button.executor.run();
    CHECK(button.failed == std::vector<std::string>{"uh oh"});
}

TEST_CASE("export_mutation: the list of exports is fetched again, and nothing needs to be shown") {
    World world;
    world.api.add({.url = "/organizations/acme/data-export/", .method = "POST", .status = 201, .body = {{"id", 721}}});
    const auto lists = world.api.add({.url = "/organizations/acme/data-export/", .body = json::array{}});
    const auto list = api_options<json::value>("/organizations/$organizationIdOrSlug/data-export/", {.stale_time = 1h},
                                               path<"organizationIdOrSlug">("acme"));
    Told told(world.client, list);
    world.executor.run();
    CHECK(mutate(world.client, export_mutation("acme"), {"Discover", {{"field", {"id"}}}}).has_value());
    world.executor.run();
    CHECK(lists->count() == 2);
    CHECK(mutate(world.client, export_mutation(".."), {"Discover", {}}).error().code == Errc::invalid_request);
}

TEST_CASE("ExportMessages has texts of its own") {
    Button button;
    button.messages = {};
    button.server(400);
    button.click();
    button.executor.run();
    CHECK(button.failed == std::vector{ExportMessages().failed});
    CHECK_FALSE(ExportMessages().failed.empty());
    CHECK(ExportMessages().created != ExportMessages().under_way);
}
