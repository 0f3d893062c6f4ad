#include "server/server.hpp"

#include "filesystem/temporary_folder.hpp"
#include "server/event_reader.hpp"

#include <dataexport/assembly/housekeeping.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/core/time.hpp>
#include <dataexport/filesystem/file_store.hpp>
#include <dataexport/openssl/digest.hpp>
#include <dataexport/sqlite/event_store.hpp>
#include <dataexport/sqlite/export_store.hpp>

#include <doctest/doctest.h>

#include <httplib.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace dataexport;

namespace {

constexpr int client_count = 12;
constexpr int rounds = 8;
const std::string exports = "/api/0/organizations/acme/data-export/";

example::Directory directory() {
    std::string users;
    for (int i = 1; i <= client_count; ++i) {
        const auto number = std::to_string(i);
        users += (i == 1 ? "" : ", ") + std::string(R"({"id": )") + number + R"(, "username": "user-)" + number +
                 R"(", "email": "user@example.com", "token": "token-)" + number +
                 R"(", "memberships": [{"organization": "acme", "scopes": ["event:read"], "projects": [11]}]})";
    }
    return example::Directory::parse(R"({"organizations": [{"id": 1, "slug": "acme",
        "features": ["organizations:discover-query"], "projects": [{"id": 11, "slug": "backend"}]}], "users": [)" +
                                         users + "]}",
                                     "directory")
        .value();
}

void write_events(const std::string& path, const example::Directory& who) {
    const example::EventReader reader(who);
    auto writer = open_sqlite_event_writer({.path = path}, reader.slugs()).value();
    for (int i = 0; i < 300; ++i) {
        const auto id = std::to_string(i);
        const auto line = R"({"id": ")" + std::string(32 - id.size(), '0') + id +
                          R"(", "project": 11, "timestamp": 1000000000, "title": "event )" + id + "\"}";
        REQUIRE(writer->add(reader.read(line).value()).value());
    }
    REQUIRE(writer->commit().has_value());
}

/// Drops the log, and remembers whether anything went wrong.
class Log final : public Telemetry {
public:
    void count(std::string_view, std::span<const Label>) override {}
    void observe(std::string_view, double, std::span<const Label>) override {}
    void log(LogLevel level, std::string_view event, std::span<const Label>) override {
        // What a worker says of an export that was deleted is no error.
        if (level == LogLevel::error && event != "dataexport.lease_lost") ++errors;
    }

    std::atomic<int> errors{0};
};

/// One client after the other in one thread; everything unexpected is counted.
class Caller {
public:
    Caller(std::string address, int number)
        : client_("http://" + std::move(address)), headers_{
                                                       {"Authorization", "Bearer token-" + std::to_string(number)}} {
        client_.set_read_timeout(60);
        client_.set_keep_alive(number % 2 == 0);
    }

    void run() {
        for (int round = 0; round < rounds; ++round) {
            const auto record = create(round);
            if (record.empty()) return;
            expect(client_.Get(exports + record, headers_), {200});
            expect(client_.Get(exports + "?per_page=3", headers_), {200});
            expect(client_.Get("/metrics"), {200});
            download(record);
            if (round % 3 == 0) expect(client_.Delete(exports + record, headers_), {204});
            if (round % 3 == 0) expect(client_.Get(exports + record, headers_), {404});
        }
    }

    [[nodiscard]] const std::string& problems() const noexcept { return problems_; }

private:
    std::string create(int round) {
        auto headers = headers_;
        if (round % 2 == 0) headers.emplace("Prefer", "wait=30");
        const std::string body = R"({"query_type": "Discover", "query_info": {"field": ["id", "title"],
            "start": "2001-01-01T00:00:00", "end": "2002-01-01T00:00:00", "query": "title:*)" +
                                 std::to_string(round) + R"(*"}})";
        const auto created = client_.Post(exports, headers, body, "application/json");
        if (!expect(created, {201})) return {};
        return std::to_string(parse_json(created->body).value().at("id").as_int64()) + "/";
    }

    /// Whole, in part, and not to the end.
    void download(const std::string& record) {
        const auto path = exports + record + "?download=true";
        auto part = headers_;
        part.emplace("Range", "bytes=2-5");
        const auto whole = client_.Get(path, headers_);
        const auto slice = client_.Get(path, part);
        if (!expect(whole, {200}) || !expect(slice, {200, 206})) return;
        if (slice->status == 206 && slice->body.size() != 4) problems_ += "a slice of another size\n";
        (void)client_.Get(path, headers_, [](const char*, std::size_t) { return false; });
    }

    bool expect(const httplib::Result& result, std::initializer_list<int> statuses) {
        for (const int status : statuses) {
            if (result && result->status == status) return true;
        }
        problems_ +=
            result ? std::to_string(result->status) + " " + result->body + "\n" : to_string(result.error()) + "\n";
        return false;
    }

    httplib::Client client_;
    httplib::Headers headers_;
    std::string problems_;
};

/// Lets so many callers do all they do, then stops the server.
void call(example::Server& server, int count) {
    server.start();
    std::vector<std::unique_ptr<Caller>> callers;
    std::vector<std::thread> threads;
    for (int i = 1; i <= count; ++i) {
        callers.push_back(std::make_unique<Caller>(server.address(), i));
        threads.emplace_back([&caller = *callers.back()] { caller.run(); });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    for (const auto& caller : callers) {
        CHECK(caller->problems() == "");
    }
    callers.clear();
    server.stop();
}

/// One caller of a server of its own, before there are others: a thread sanitizer cannot see how cpp-httplib guards its
/// static objects, because Debian's build of it is not instrumented.
void make_static_objects(example::ServerOptions options, const example::Settings& settings) {
    options.data += "-first";
    Log log;
    call(*example::Server::open(options, settings, directory(), log).value(), 1);
}

} // namespace

TEST_CASE("Server answers callers that create, read, download and delete at the same time, and ends every export") {
    const TemporaryFolder folder;
    const auto data = (folder.path() / "data").string();
    example::ServerOptions options;
    options.data = data;
    options.events = (folder.path() / "events.db").string();
    options.listen = "127.0.0.1:0";
    write_events(options.events, directory());
    example::Settings settings;
    settings.limits.batch_rows = 50;
    settings.limits.chunk_bytes = 500;
    Log log;
    make_static_objects(options, settings);
    auto server = example::Server::open(options, settings, directory(), log).value();
    call(*server, client_count);
    server.reset();
    CHECK(log.errors == 0);

    // Another server finds the rest of the work, and nothing out of place.
    server = example::Server::open(options, settings, directory(), log).value();
    server->start();
    const auto store = open_sqlite_export_store({.path = data + "/exports.db"}).value();
    const auto files = open_filesystem_file_store({.root = data + "/files"}).value();
    Usage usage;
    do {
        usage = store->usage(std::nullopt).value();
    } while (usage.queued + usage.running > 0);
    CHECK(usage.finished == client_count * (rounds - (rounds + 2) / 3));
    CHECK(usage.failed == 0);
    server->stop();
    CHECK(check_data(*store, *files, *make_openssl_digest(), SystemClock{}.now()).value().empty());
}
