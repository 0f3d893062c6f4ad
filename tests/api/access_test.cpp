#include <dataexport/api/endpoints.hpp>

#include "api_world.hpp"

#include <doctest/doctest.h>

using namespace api_test;

namespace {

/// Everything about an answer that its receiver can see.
std::string visible(const Response& response) {
    std::string out = std::to_string(response.status) + '\n';
    for (const auto& [name, value] : response.headers) {
        out += name + ": " + value + '\n';
    }
    return out + text(response);
}

struct Attempt {
    const char* method;
    const char* suffix;
};

constexpr Attempt attempts[] = {{"GET", ""},          {"GET", "?download=true"}, {"HEAD", ""},         {"DELETE", ""},
                                {"GET", "manifest/"}, {"POST", "retry/"},        {"HEAD", "?download"}};

/// Checks that an export looks to somebody exactly as an id does that nobody has.
void check_hidden(ApiWorld& world, std::string_view who, const std::string& path, const std::string& unknown_path) {
    for (const auto& row : attempts) {
        CAPTURE(row.method);
        CAPTURE(row.suffix);
        const auto probes = world.telemetry.count_of("dataexport.probe");
        const auto response = world.send(who, row.method, path + row.suffix);
        CHECK(response.status == 404);
        CHECK(visible(response) == visible(world.send(who, row.method, unknown_path + row.suffix)));
        CHECK(world.telemetry.count_of("dataexport.probe") == probes + 1);
    }
}

constexpr const char* unknown = "/api/0/organizations/acme/data-export/999999/";

} // namespace

TEST_CASE("S1: to another member an export is a 404 like an unknown id, and the attempt is counted") {
    ApiWorld world;
    const auto record = world.finished("jane", "a,b\r\n");
    check_hidden(world, "bob", export_path(record), unknown);
    CHECK(world.get("jane", export_path(record)).status == 200);
    CHECK(world.get("boss", export_path(record)).status == 200);
}

TEST_CASE("S2: to another organization an export is not there, through either path") {
    ApiWorld world;
    const auto record = world.finished("jane", "a,b\r\n");
    const auto id = std::to_string(record.id.value);
    check_hidden(world, "eve", "/api/0/organizations/umbrella/data-export/" + id + '/',
                 "/api/0/organizations/umbrella/data-export/999999/");
    for (const auto& [method, suffix] : attempts) {
        const auto response = world.send("eve", method, export_path(record) + suffix);
        CHECK(response.status == 403);
        CHECK(visible(response) == visible(world.send("eve", method, std::string(unknown) + suffix)));
    }
}

TEST_CASE("S3: a list has only the caller's exports, also in its totals") {
    ApiWorld world;
    for (const char* who : {"jane", "bob", "eve", "jane", "bob"}) {
        world.queued(who);
    }
    struct Row {
        const char* who;
        const char* organization;
        std::size_t count;
    };
    for (const auto& row :
         {Row{"jane", "acme", 2}, Row{"bob", "acme", 2}, Row{"boss", "acme", 4}, Row{"eve", "umbrella", 1}}) {
        CAPTURE(row.who);
        const auto response =
            world.get(row.who, "/api/0/organizations/" + std::string(row.organization) + "/data-export/");
        CHECK(response.status == 200);
        CHECK(body_of(response).as_array().size() == row.count);
        CHECK(field(response, "X-Hits") == std::to_string(row.count));
    }
    CHECK(world.get("eve", "/api/0/organizations/acme/data-export/").status == 403);
}

TEST_CASE("S4: whoever lost access to the data gets a 403 instead of the file") {
    ApiWorld world;
    const auto record = world.finished("jane", "a,b\r\n");
    CHECK(world.get("jane", export_path(record) + "?download").status == 200);
    world.members.at("jane").projects = {{12}};
    for (const char* suffix : {"?download", "", "manifest/"}) {
        const auto response = world.get("jane", export_path(record) + suffix);
        CHECK(response.status == 403);
        CHECK(text(response) ==
              R"({"detail":"You don't have permissions to view some of the data this export contains."})");
    }
    CHECK(world.send("jane", "POST", export_path(record) + "retry/").status == 403);
}

TEST_CASE("S5: a new account with an old user name does not inherit exports") {
    ApiWorld world;
    const auto record = world.finished("jane", "a,b\r\n");
    world.members.at("jane").user.id = {777};
    check_hidden(world, "jane", export_path(record), unknown);
}

TEST_CASE("S29: conditions and ranges on somebody else's export tell nothing") {
    ApiWorld world;
    const auto record = world.finished("jane", "0123456789");
    const auto tag = field(world.get("jane", export_path(record) + "?download"), "ETag");
    const Headers requests[] = {{{"If-None-Match", tag}},
                                {{"If-None-Match", "*"}},
                                {{"If-Match", "\"other\""}},
                                {{"Range", "bytes=10-"}},
                                {{"Range", "bytes=0-3"}}};
    for (const auto& headers : requests) {
        for (const char* method : {"GET", "HEAD"}) {
            const auto response = world.send("bob", method, export_path(record) + "?download", {}, headers);
            CHECK(response.status == 404);
            CHECK(field(response, "ETag") == "-");
            CHECK(field(response, "Content-Range") == "-");
            CHECK(field(response, "Content-Length") == "0");
            CHECK(visible(response) == visible(world.send("bob", method, std::string(unknown) + "?download")));
        }
    }
}

TEST_CASE("S44: equal names in two organizations are different files with different tags") {
    ApiWorld world;
    const auto ours = world.finished("jane", "ours");
    const auto theirs = world.finished("eve", "theirs");
    const auto first = world.get("jane", export_path(ours) + "?download");
    const auto second = world.get("eve", export_path(theirs) + "?download");
    CHECK(ours.id != theirs.id);
    CHECK(bytes(first, world.memory_files) == "ours");
    CHECK(bytes(second, world.memory_files) == "theirs");
    CHECK(field(first, "ETag") != field(second, "ETag"));
}

TEST_CASE("Endpoints::handle checks the caller before anything else") {
    ApiWorld world;
    const auto record = world.finished("jane", "a");
    struct Row {
        const char* who;
        std::string path;
        int status;
        const char* body;
    };
    const Row rows[] = {
        {"nobody", export_path(record), 401, R"({"detail":"Authentication credentials were not provided."})"},
        {"nobody", "/api/0/organizations/nowhere/data-export/", 401,
         R"({"detail":"Authentication credentials were not provided."})"},
        {"jane", "/api/0/organizations/nowhere/data-export/", 404, ""},
        {"guest", export_path(record), 403, R"({"detail":"You do not have permission to perform this action."})"},
        {"jane", "/api/0/organizations/acme/data-export/x/", 404, ""},
        {"jane", "/api/0/organizations/acme/data-export/1x/", 404, ""},
        {"jane", "/api/0/organizations/acme/data-export/01/", 404, ""},
        {"jane", "/api/0/organizations/acme/data-export/-1/", 404, ""},
        {"jane", "/api/0/organizations/acme/data-export/99999999999999999999/", 404, ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.who);
        CAPTURE(row.path);
        const auto response = world.get(row.who, row.path);
        CHECK(response.status == row.status);
        CHECK(text(response) == row.body);
    }
    CHECK(field(world.get("nobody", export_path(record)), "WWW-Authenticate") == "Bearer");
}

TEST_CASE("Endpoints::handle hides exports of a kind that the organization does not have") {
    ApiWorld world;
    ExportKind free = plain_kind();
    free.name = "Free";
    free.number = 100;
    free.feature = "";
    world.kinds.add(free);
    const auto record = world.finished("jane", "a");
    world.organizations.at("acme").features.clear();
    CHECK(world.get("jane", export_path(record)).status == 404);
    CHECK(world.get("jane", export_path(record) + "?download").status == 404);
    CHECK(world.send("jane", "DELETE", export_path(record)).status == 404);
    CHECK(world.get("jane", "/api/0/organizations/acme/data-export/").status == 200);
}

TEST_CASE("Endpoints::handle hides everything from an organization that has no kind at all") {
    ApiWorld world;
    world.organizations.at("acme").features.clear();
    const auto response = world.get("jane", "/api/0/organizations/acme/data-export/");
    CHECK(response.status == 404);
    CHECK(text(response).empty());
}

TEST_CASE("A read policy for the organization shows exports to members, and lets nobody else change them") {
    ApiWorld world;
    world.options.read_policy = ReadPolicy::organization;
    const auto record = world.finished("jane", "a");
    CHECK(world.get("bob", export_path(record)).status == 200);
    CHECK(bytes(world.get("bob", export_path(record) + "?download"), world.memory_files) == "a");
    CHECK(world.send("bob", "DELETE", export_path(record)).status == 403);
    CHECK(world.send("bob", "POST", export_path(record) + "retry/").status == 403);
    world.members.at("bob").projects = {{12}};
    CHECK(world.get("bob", export_path(record)).status == 403);
    CHECK(field(world.get("bob", "/api/0/organizations/acme/data-export/"), "X-Hits") == "0");
    CHECK(world.send("boss", "DELETE", export_path(record)).status == 204);
}
