#include <dataexport/api/ticket_export.hpp>

#include "api/api_world.hpp"

#include <doctest/doctest.h>

using namespace api_test;

namespace {

struct TicketWorld : ApiWorld {
    TicketWorld() {
        options.base_url = "https://example.com";
        options.tickets.key = "a key of sixteen or more";
        options.access = [this](UserId user, std::string_view organization) {
            AccessContext access;
            for (const auto& [name, member] : members) {
                if (member.user.id != user) continue;
                Request request;
                request.headers.add("Authorization", "Bearer " + name);
                access = authenticate(request, organization);
            }
            return access;
        };
    }

    /// The target of a new download link of an export.
    std::string link(std::string_view who, const ExportedData& record) {
        const auto response = send(who, "POST", export_path(record) + "ticket/");
        REQUIRE(response.status == 201);
        const auto url = std::string(body_of(response).at("url").as_string());
        const std::string base = "https://example.com";
        REQUIRE(url.starts_with(base));
        return url.substr(base.size());
    }

    int status(std::string_view target) { return get("nobody", target).status; }
};

} // namespace

TEST_CASE_FIXTURE(TicketWorld, "A ticket downloads a file without a login, as a whole and in parts") {
    const auto record = finished("jane", "0123456789");
    const auto target = link("jane", record);
    CHECK(target.starts_with(export_path(record) + "?download=true&ticket="));
    const auto whole = get("nobody", target);
    CHECK(whole.status == 200);
    CHECK(bytes(whole, *files) == "0123456789");
    CHECK(field(whole, "Referrer-Policy") == "no-referrer");
    CHECK(field(whole, "Cache-Control") == "private, no-store");
    const auto etag = field(whole, "ETag");
    const auto rest = get("nobody", target, {{"Range", "bytes=7-"}, {"If-Range", etag}});
    CHECK(rest.status == 206);
    CHECK(bytes(rest, *files) == "789");
    CHECK(send("nobody", "HEAD", target).status == 200);
}

TEST_CASE_FIXTURE(TicketWorld,
                  "S13: a ticket may be used more than once while it lasts, so that downloads can resume") {
    const auto target = link("jane", finished("jane", "0123456789"));
    for (int i = 0; i < 3; ++i) {
        CHECK(status(target) == 200);
    }
    clock.advance(options.tickets.lifetime);
    CHECK(status(target) == 200);
    clock.advance(std::chrono::seconds{1});
    CHECK(status(target) == 403);
}

TEST_CASE_FIXTURE(TicketWorld, "S11: a ticket opens no other export, and nothing when its export is deleted") {
    const auto first = finished("jane", "first");
    const auto second = finished("jane", "second");
    const auto target = link("jane", first);
    const auto query = target.substr(target.find('?'));
    CHECK(status(export_path(second) + query) == 403);
    CHECK(status(export_path(first) + "manifest/" + query) != 200);
    CHECK(send("nobody", "DELETE", target).status != 204);
    CHECK(send("jane", "DELETE", export_path(first)).status == 204);
    CHECK(status(target) == 404);
}

TEST_CASE_FIXTURE(TicketWorld, "S4: a ticket is worth nothing once its user lost access to the data") {
    const auto record = finished("jane", "0123456789");
    const auto target = link("jane", record);
    members.at("jane").projects.clear();
    CHECK(status(target) == 403);
    CHECK(get("jane", export_path(record) + "?download").status == 403);
    members.at("jane").projects = {{11}};
    CHECK(status(target) == 200);
    members.at("jane").scopes.clear();
    CHECK(status(target) == 404);
    members.erase("jane");
    CHECK(status(target) == 404);
}

TEST_CASE_FIXTURE(TicketWorld, "S1: a ticket is made for those alone who may have the file") {
    const auto record = finished("jane", "0123456789");
    const auto unknown = send("bob", "POST", "/api/0/organizations/acme/data-export/999/ticket/");
    const auto foreign = send("bob", "POST", export_path(record) + "ticket/");
    CHECK(unknown.status == 404);
    CHECK(foreign.status == 404);
    CHECK(text(unknown) == text(foreign));
    CHECK(send("boss", "POST", export_path(record) + "ticket/").status == 201);
    CHECK(send("nobody", "POST", export_path(record) + "ticket/").status == 401);
    members.at("jane").projects = {{12}};
    CHECK(send("jane", "POST", export_path(record) + "ticket/").status == 403);
}

TEST_CASE_FIXTURE(TicketWorld, "There is no ticket for an export without a file, and a ticket outlives no file") {
    const auto waiting = queued("jane");
    const auto early = send("jane", "POST", export_path(waiting) + "ticket/");
    CHECK(early.status == 409);
    REQUIRE(store.remove(waiting.id).has_value());

    const auto record = finished("jane", "0123456789");
    options.tickets.lifetime = std::chrono::weeks{8};
    const auto target = link("jane", record);
    clock.advance(std::chrono::weeks{4});
    CHECK(status(target) == 200);
    clock.advance(std::chrono::microseconds{1});
    CHECK(status(target) == 410);
    CHECK(send("jane", "POST", export_path(record) + "ticket/").status == 410);
}

TEST_CASE_FIXTURE(TicketWorld, "Without a key or a way to look up people there are no tickets") {
    const auto record = finished("jane", "0123456789");
    const auto target = link("jane", record);
    options.access = {};
    CHECK(send("jane", "POST", export_path(record) + "ticket/").status == 404);
    CHECK(status(target) == 404);
}

TEST_CASE_FIXTURE(TicketWorld, "The audit log says who did what by ids alone, and who was refused") {
    const auto record = finished("jane", "0123456789");
    const auto target = link("jane", record);
    (void)status(target);
    (void)get("bob", export_path(record));
    (void)send("jane", "DELETE", export_path(record));
    std::vector<std::string> audited;
    for (const auto& entry : telemetry.logged()) {
        if (entry.event != "dataexport.audit") continue;
        std::string line;
        for (const auto& [name, value] : entry.fields) {
            line += name + '=' + value + ' ';
        }
        audited.push_back(line);
    }
    const auto id = "data_export_id=" + std::to_string(record.id.value) + ' ';
    const auto jane = id + "organization_id=1 user_id=7 ";
    CHECK(audited == std::vector<std::string>{"action=ticket " + jane, "action=download " + jane,
                                              "action=refused " + id + "error=not-found organization_id=1 user_id=8 ",
                                              "action=delete " + jane});
}
