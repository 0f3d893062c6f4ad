#include <dataexport/webhook/webhook_notifier.hpp>

#include "mail/ended_exports.hpp"
#include "smtp/certificate.hpp"
#include "support/workshop.hpp"
#include "webhook/receiver.hpp"

#include <dataexport/assembly/redacting_notifier.hpp>
#include <dataexport/memory/memory_digest.hpp>
#include <dataexport/testing/check_notifier.hpp>
#include <dataexport/testing/failing_export_store.hpp>
#include <dataexport/testing/manual_clock.hpp>
#include <dataexport/webhook/payload.hpp>
#include <dataexport/webhook/signature.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace dataexport;
using namespace webhook_test;
using std::chrono::milliseconds;

namespace {

const MemoryDigest digest;
const std::vector<std::string> secrets{"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="};

/// The URL of a receiver, with things in it that nobody else may see.
std::string url(int port, const std::string& host = "127.0.0.1", const std::string& scheme = "http") {
    return scheme + "://user:hunter2@" + host + ':' + std::to_string(port) + "/hook?token=t0ken";
}

WebhookNotifierOptions local(int port) {
    return {.url = url(port), .secrets = secrets, .allow_http = true, .allow_private_addresses = true};
}

struct Sender {
    testing::ManualClock clock{at("2020-07-21T12:22:00Z")};
    std::unique_ptr<Notifier> notifier;

    explicit Sender(const WebhookNotifierOptions& options)
        : notifier(open_webhook_notifier(digest, clock, options).value()) {}

    /// What became of a message about a finished export. Errors never give away where it should have gone.
    [[nodiscard]] Result<void> send() const {
        auto sent = notifier->success(finished());
        if (!sent) {
            for (const auto* hidden : {"hunter2", "t0ken", "127.0.0.1", "localhost", "/hook", "AAECAwQF"}) {
                CHECK_MESSAGE(sent.error().detail.find(hidden) == std::string::npos, sent.error().detail);
            }
        }
        return sent;
    }
};

Result<void> verify(const httplib::Request& request, TimePoint now) {
    return verify_webhook(digest, secrets,
                          {request.get_header_value("webhook-id"), request.get_header_value("webhook-timestamp"),
                           request.get_header_value("webhook-signature")},
                          request.body, now);
}

} // namespace

TEST_CASE("The webhook notifier keeps the contract of Notifier") {
    Receiver receiver;
    const Sender sender(local(receiver.port()));
    const auto report = testing::check_notifier(*sender.notifier);
    CHECK_MESSAGE(report.passed(), report.text());
    std::set<std::string> ids;
    for (const auto& request : receiver.requests()) {
        CHECK(verify(request, sender.clock.now()).has_value());
        ids.insert(request.get_header_value("webhook-id"));
    }
    CHECK(ids.size() == 12);
}

TEST_CASE("S33: a message is posted as JSON under a signature that its receiver can check") {
    Receiver receiver;
    const Sender sender(local(receiver.port()));
    REQUIRE(sender.send().has_value());
    REQUIRE(sender.notifier->failure(failed()).has_value());
    const auto requests = receiver.requests();
    REQUIRE(requests.size() == 2);
    const auto& request = requests[0];
    CHECK(request.body == to_json(webhook_payload(finished(), Outcome::success)));
    CHECK(request.get_header_value("Content-Type") == "application/json");
    CHECK(request.get_header_value("User-Agent") == "dataexport/" DATAEXPORT_VERSION);
    CHECK_FALSE(request.has_header("Expect"));
    CHECK(request.get_header_value("webhook-id") == "data-export-27-success");
    CHECK(request.get_header_value("webhook-timestamp") == "1595334120");
    CHECK(verify(request, sender.clock.now()).has_value());
    CHECK(requests[1].body == to_json(webhook_payload(failed(), Outcome::failure)));
    CHECK(requests[1].get_header_value("webhook-id") == "data-export-27-failure");
    CHECK(verify(requests[1], sender.clock.now()).has_value());

    auto altered = request;
    altered.body.back() = ' ';
    CHECK(verify(altered, sender.clock.now()).error().code == Errc::not_authenticated);
    CHECK(verify(request, sender.clock.now() + std::chrono::minutes(6)).error().detail == "the message is too old");
}

TEST_CASE("S33: another try has the same id and body, and the time of that try") {
    Receiver receiver;
    receiver.answer_with(503);
    Sender sender(local(receiver.port()));
    CHECK(sender.send().error() == Error{Errc::unavailable, "the receiver of the webhook answered 503"});
    receiver.answer_with(200);
    sender.clock.advance(std::chrono::hours(1));
    CHECK(sender.send().has_value());
    const auto requests = receiver.requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].get_header_value("webhook-id") == requests[1].get_header_value("webhook-id"));
    CHECK(requests[0].body == requests[1].body);
    CHECK(requests[1].get_header_value("webhook-timestamp") == "1595337720");
    CHECK(verify(requests[0], sender.clock.now()).error().detail == "the message is too old");
    CHECK(verify(requests[1], sender.clock.now()).has_value());
}

TEST_CASE("The status of the answer says whether the message arrived, is tried again or is given up") {
    Receiver receiver;
    const Sender sender(local(receiver.port()));
    for (const int status : {200, 201, 202, 204, 299}) {
        receiver.answer_with(status);
        CHECK_MESSAGE(sender.send().has_value(), status);
    }
    struct Row {
        int status;
        Errc code;
    };
    for (const auto& [status, code] :
         {Row{300, Errc::invalid_configuration}, Row{304, Errc::invalid_configuration},
          Row{400, Errc::invalid_configuration}, Row{401, Errc::invalid_configuration},
          Row{403, Errc::invalid_configuration}, Row{404, Errc::invalid_configuration}, Row{408, Errc::unavailable},
          Row{409, Errc::invalid_configuration}, Row{410, Errc::invalid_configuration},
          Row{413, Errc::invalid_configuration}, Row{422, Errc::invalid_configuration}, Row{425, Errc::unavailable},
          Row{429, Errc::rate_limited}, Row{500, Errc::unavailable}, Row{502, Errc::unavailable},
          Row{503, Errc::unavailable}, Row{504, Errc::unavailable}, Row{599, Errc::unavailable}}) {
        receiver.answer_with(status);
        const auto sent = sender.send();
        CHECK_MESSAGE(sent.error().code == code, sent.error().detail);
        CHECK(sent.error().detail == "the receiver of the webhook answered " + std::to_string(status));
    }
}

TEST_CASE("S32: a redirect is not followed") {
    Receiver target;
    Receiver receiver;
    const Sender sender(local(receiver.port()));
    for (const int status : {301, 302, 303, 307, 308}) {
        receiver.answer_with([&](httplib::Response& response) { response.set_redirect(url(target.port()), status); });
        const auto sent = sender.send();
        CHECK_MESSAGE(sent.error().code == Errc::invalid_configuration, status);
    }
    CHECK(receiver.requests().size() == 5);
    CHECK(target.requests().empty());
}

TEST_CASE("S32: what is no https URL of a public host is refused from the start") {
    const testing::ManualClock clock{at("2020-07-21T12:22:00Z")};
    const auto code = [&](const std::string& text, bool http, bool anywhere) {
        const auto opened = open_webhook_notifier(
            digest, clock, {.url = text, .secrets = secrets, .allow_http = http, .allow_private_addresses = anywhere});
        if (opened) return std::string("opened");
        CHECK(opened.error().detail.find("hunter2") == std::string::npos);
        return std::string(to_string(opened.error().code));
    };
    for (const auto* bad :
         {"", "example.com/hook", "//example.com/hook", "/hook", "https://", "file:///etc/passwd",
          "ftp://example.com/hook", "gopher://example.com/", "smtp://example.com", "unknown://example.com/",
          "https://exa mple.com/", "https://example.com/\r\nX: y", "https://example.com:99999/"}) {
        CHECK_MESSAGE(code(bad, true, true) == "invalid-configuration", bad);
    }
    CHECK(code("http://user:hunter2@example.com/hook", false, false) == "invalid-configuration");
    CHECK(code("http://user:hunter2@example.com/hook", false, true) == "invalid-configuration");
    CHECK(code("http://example.com/hook", true, false) == "opened");
    CHECK(code("https://example.com/hook", false, false) == "opened");
    CHECK(code("HTTPS://example.com/hook", false, false) == "opened");
    for (const auto* host : {"127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1",
                             "%31%32%37.0.0.1", "169.254.169.254", "10.0.0.1", "192.168.1.1", "[::1]", "[::]",
                             "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[fe80::1]", "[fd00:ec2::254]", "0"}) {
        const auto text = std::string("https://user:hunter2@") + host + "/latest/meta-data/";
        CHECK_MESSAGE(code(text, false, false) == "invalid-configuration", text);
        CHECK_MESSAGE(code(text, false, true) == "opened", text);
    }
    CHECK(code("https://8.8.8.8/hook", false, false) == "opened");
    CHECK(code("https://[2606:4700::1111]/hook", false, false) == "opened");
}

TEST_CASE("S32: a name that leads to this machine is refused when it is connected to") {
    Receiver receiver;
    auto options = local(receiver.port());
    options.url = url(receiver.port(), "localhost");
    CHECK(Sender(options).send().has_value());
    CHECK(receiver.requests().size() == 1);
    options.allow_private_addresses = false;
    const Error not_allowed{Errc::invalid_configuration,
                            "the receiver of the webhook has an address that is not allowed"};
    for (const auto* host : {"localhost", "api.localhost"}) {
        options.url = url(receiver.port(), host);
        CHECK_MESSAGE(Sender(options).send().error() == not_allowed, host);
    }
    CHECK(receiver.requests().size() == 1);
}

TEST_CASE("S32: proxies of the environment are not used") {
    Receiver receiver;
    const Sender sender(local(receiver.port()));
    for (const auto* name : {"http_proxy", "ALL_PROXY", "all_proxy"}) {
        ::setenv(name, "http://127.0.0.1:1", 1);
        CHECK_MESSAGE(sender.send().has_value(), name);
        ::unsetenv(name);
    }
    CHECK(receiver.requests().size() == 3);
}

TEST_CASE("Secrets, files and timeouts that cannot be used are refused from the start") {
    const testing::ManualClock clock{at("2020-07-21T12:22:00Z")};
    const auto refused = [&](const auto& change) {
        auto options = local(1);
        change(options);
        const auto opened = open_webhook_notifier(digest, clock, options);
        return !opened && opened.error().code == Errc::invalid_configuration;
    };
    CHECK_FALSE(refused([](auto&) {}));
    CHECK(refused([](auto& options) { options.secrets.clear(); }));
    CHECK(refused([](auto& options) { options.secrets = {"hunter2"}; }));
    CHECK(refused([](auto& options) { options.ca_file = "/nowhere/ca.pem"; }));
    CHECK(refused([](auto& options) { options.timeout = milliseconds(0); }));
    CHECK(refused([](auto& options) { options.connect_timeout = milliseconds(-1); }));
}

TEST_CASE("A receiver that is not there or does not answer is tried again") {
    Listener listener;
    auto options = local(listener.port());
    options.timeout = milliseconds(50);
    CHECK(Sender(options).send().error() ==
          Error{Errc::timed_out, "the receiver of the webhook did not answer in time"});
    listener.close();
    CHECK(Sender(options).send().error() ==
          Error{Errc::unavailable, "the receiver of the webhook cannot be connected to"});
    options.url = url(1, "no-such-host.invalid");
    options.timeout = std::chrono::seconds(30);
    const auto unresolved = Sender(options).send();
    CHECK(retriable(unresolved.error()));
}

TEST_CASE("A receiver that does not speak HTTP is tried again") {
    for (const auto* answer : {"hello\r\n\r\n", "SSH-2.0-x\r\n", "HTTP/1.1 100 Continue\r\n\r\n"}) {
        const RawReceiver receiver([answer](const auto& send) { send(answer); });
        auto options = local(receiver.port());
        options.timeout = milliseconds(200);
        CHECK_MESSAGE(retriable(Sender(options).send().error()), answer);
    }
}

TEST_CASE("An answer is its status: a huge or unfinished rest changes nothing and is not read") {
    const auto endless = [](const std::string& head, const std::string& piece) {
        return [head, piece](const std::function<bool(const std::string&)>& send) {
            send(head);
            while (send(piece)) {
            }
        };
    };
    const std::string piece(10'000, 'x');
    {
        const RawReceiver body(endless("HTTP/1.1 200 OK\r\n\r\n", piece));
        CHECK(Sender(local(body.port())).send().has_value());
        CHECK(body.sent() < 20'000'000); // what fits into the buffers of sockets
    }
    {
        const RawReceiver body(endless("HTTP/1.1 503 Busy\r\n\r\n", piece));
        CHECK(Sender(local(body.port())).send().error().code == Errc::unavailable);
    }
    {
        const RawReceiver header(endless("HTTP/1.1 200 OK\r\n", "X-More: " + piece + "\r\n"));
        CHECK(Sender(local(header.port())).send().has_value());
        CHECK(header.sent() < 20'000'000);
    }
    {
        const RawReceiver silent(
            [](const auto& send) { send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nso far"); });
        auto options = local(silent.port());
        options.timeout = milliseconds(1000);
        CHECK(Sender(options).send().has_value());
    }
}

TEST_CASE("A message goes to a receiver whose certificate is trusted, and to no other") {
    const Certificate certificate;
    Receiver<httplib::SSLServer> receiver(certificate.file().c_str(), certificate.key().c_str());
    auto options = local(receiver.port());
    options.allow_http = false;
    options.url = url(receiver.port(), "127.0.0.1", "https");
    const Error untrusted{Errc::unavailable, "the receiver of the webhook has a certificate that is not trusted"};
    CHECK(Sender(options).send().error() == untrusted);
    CHECK(receiver.requests().empty());
    options.ca_file = certificate.file();
    CHECK(Sender(options).send().has_value());
    CHECK(receiver.requests().size() == 1);
    options.url = url(receiver.port(), "localhost", "https"); // The certificate is for the address alone.
    CHECK(Sender(options).send().error() == untrusted);
    CHECK(receiver.requests().size() == 1);
}

TEST_CASE("A finished export whose file is gone by now has nothing to say") {
    Receiver receiver;
    const Sender sender(local(receiver.port()));
    auto removed = finished();
    removed.file.reset();
    CHECK(sender.notifier->success(removed).has_value());
    CHECK(receiver.requests().empty());
}

TEST_CASE("S31: a redacted notifier posts no secret of a filter") {
    Receiver receiver;
    const Sender sender(local(receiver.port()));
    RedactingNotifier redacting(*sender.notifier, [](json::object info) {
        info["filter"] = "[redacted]";
        return info;
    });
    auto record = finished();
    record.query_info = {{"filter", json::object{{"token", "s3cret"}}}};
    CHECK(redacting.success(record).has_value());
    record = failed();
    record.query_info = {{"filter", "s3cret"}};
    CHECK(redacting.failure(record).has_value());
    REQUIRE(receiver.requests().size() == 2);
    for (const auto& request : receiver.requests()) {
        CHECK(request.body.find("s3cret") == std::string::npos);
        CHECK(request.body.find("[redacted]") != std::string::npos);
        CHECK(verify(request, sender.clock.now()).has_value());
    }
}

TEST_CASE(
    "R19: after an hour without a receiver and a crash between send and mark, a message comes twice, with one id") {
    Receiver receiver;
    receiver.answer_with(503);
    support::Workshop shop;
    const auto options = local(receiver.port());
    const auto notifier = open_webhook_notifier(shop.digest, shop.clock, options).value();
    const auto worker = [&](ExportStore& store) {
        return std::make_unique<Worker>(
            AssemblyPorts{store, shop.files, shop.kinds, shop.digest, shop.clock, shop.telemetry}, *notifier,
            shop.clock, shop.options);
    };
    shop.request();
    for (int minute = 0; minute < 60; ++minute) {
        REQUIRE(worker(shop.store)->run_until_idle().has_value());
        shop.clock.advance(std::chrono::minutes(1));
    }
    CHECK(shop.status() == ExportStatus::valid);
    const auto refused = receiver.requests().size();
    CHECK(refused > 5);

    receiver.answer_with(204);
    shop.clock.advance(std::chrono::minutes(5));
    const auto crash = std::make_shared<testing::FaultPlan>(2, Error{Errc::unavailable, "the machine stopped"});
    testing::FailingExportStore crashing(shop.store, crash);
    CHECK(worker(crashing)->run_once().error().detail == "the machine stopped");
    CHECK(receiver.requests().size() == refused + 1);

    for (int day = 0; day < 3; ++day) {
        shop.clock.advance(std::chrono::hours(24));
        REQUIRE(worker(shop.store)->run_until_idle().has_value());
        CHECK(receiver.requests().size() == refused + 2);
    }
    for (const auto& request : receiver.requests()) {
        CHECK(request.get_header_value("webhook-id") == "data-export-27-success");
        CHECK(request.body == receiver.requests().front().body);
    }
    CHECK(verify(receiver.requests()[refused + 1], shop.clock.now() - std::chrono::hours(48)).has_value());
}
