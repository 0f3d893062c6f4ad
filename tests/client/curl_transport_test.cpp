#include <dataexport/client/curl_transport.hpp>

#include "http/httplib_server.hpp"
#include "smtp/certificate.hpp"
#include "webhook/receiver.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace dataexport;
using namespace dataexport::client;
using http_test::Address;
using http_test::serve;

namespace {

std::string url_of(const Address& address) { return "http://" + address.host + ":" + std::to_string(address.port); }

std::unique_ptr<client::Transport> open(CurlTransportOptions options) {
    auto transport = open_curl_transport(std::move(options));
    REQUIRE(transport.has_value());
    return *std::move(transport);
}
std::unique_ptr<client::Transport> open_url(const std::string& base_url) { return open({.base_url = base_url}); }

ApiAnswer got(const Result<ApiAnswer>& answer) {
    REQUIRE_MESSAGE(answer.has_value(), answer.error().detail);
    return *answer;
}

/// Keeps what comes, up to a limit.
class Kept final : public BodySink {
public:
    explicit Kept(bool wanted = true, std::size_t most = SIZE_MAX) : wanted_(wanted), most_(most) {}
    bool begin(const ApiAnswer& head) override {
        ++begun;
        status = head.status;
        type = head.headers.find("Content-Type").value_or("-");
        CHECK(head.body.empty());
        return wanted_;
    }
    bool write(std::string_view bytes) override {
        CHECK(begun == 1);
        body += bytes;
        return body.size() <= most_;
    }

    int begun = 0;
    int status = 0;
    std::string type;
    std::string body;

private:
    bool wanted_;
    std::size_t most_;
};

/// A peer that does what a test says, on one connection.
class Peer : public webhook_test::RawReceiver {
public:
    using RawReceiver::RawReceiver;
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }
};
using Send = std::function<bool(const std::string&)>;

} // namespace

TEST_CASE("open_curl_transport refuses what it could not work with") {
    const auto refused = [](const CurlTransportOptions& options) {
        const auto opened = open_curl_transport(options);
        REQUIRE(!opened);
        CHECK(opened.error().code == Errc::invalid_configuration);
    };
    for (const auto* url : {"", "exports.example.com", "ftp://exports.example.com", "file:///etc/passwd",
                            "https://jane:secret@exports.example.com", "https://exports.example.com/?a=b",
                            "https://exports.example.com/#a", "https://"}) {
        CAPTURE(url);
        refused({.base_url = url});
    }
    const std::string url = "https://exports.example.com";
    refused({.base_url = url, .headers = {{"Authorization", "Bearer a\r\nX: b"}}});
    refused({.base_url = url, .headers = {{"Not a token", "a"}}});
    refused({.base_url = url, .headers = {{"", "a"}}});
    refused({.base_url = url, .ca_file = "/no/such/file"});
    refused({.base_url = url, .connect_timeout = std::chrono::milliseconds{0}});
    refused({.base_url = url, .timeout = std::chrono::milliseconds{0}});
    refused({.base_url = url, .stall_timeout = std::chrono::seconds{0}});
    CHECK(open_curl_transport({.base_url = url}).has_value());
    CHECK(open_curl_transport({.base_url = "http://127.0.0.1:8080/prefix/"}).has_value());
}

TEST_CASE("Credentials go without TLS to this machine alone, unless that is allowed") {
    const Headers token{{"authorization", "Bearer secret"}};
    const auto code = [](const CurlTransportOptions& options) {
        const auto opened = open_curl_transport(options);
        return opened ? Errc::internal : opened.error().code;
    };
    for (const auto* url : {"https://exports.example.com", "http://127.0.0.1:8080", "http://127.1", "http://localhost",
                            "http://LOCALHOST:8080/prefix", "http://[::1]:8080", "http://[0:0:0:0:0:0:0:1]"}) {
        CAPTURE(url);
        CHECK(code({.base_url = url, .headers = token}) == Errc::internal);
    }
    for (const auto* url : {"http://exports.example.com", "http://10.0.0.1", "http://localhost.example.com",
                            "http://127.0.0.1.example.com", "http://[::ffff:10.0.0.1]", "http://0.0.0.0"}) {
        CAPTURE(url);
        CHECK(code({.base_url = url, .headers = token}) == Errc::invalid_configuration);
        CHECK(code({.base_url = url, .headers = {{"Cookie", "a=b"}}}) == Errc::invalid_configuration);
        CHECK(code({.base_url = url, .headers = token, .allow_http = true}) == Errc::internal);
        CHECK(code({.base_url = url, .headers = {{"X-Trace", "1"}}}) == Errc::internal);
        CHECK(open_url(url)->send({.url = "/", .headers = token}, {}).error().code == Errc::invalid_input);
    }
}

TEST_CASE("A request arrives as it was made, and its answer as well, whatever the status") {
    httplib::Server server;
    httplib::Request seen;
    const auto answer = [&](const httplib::Request& request, httplib::Response& response) {
        seen = request;
        response.status = 409;
        response.set_header("X-Two", "a");
        response.headers.emplace("X-Two", "b");
        response.set_content("{\"detail\":\"no\"}", "application/json");
    };
    server.Post("/prefix/api/a%20b", answer);
    server.Get("/prefix/api/x", answer);
    server.Delete("/prefix/api/x", answer);
    serve(server, [&](const Address& address) {
        const auto transport = open({.base_url = url_of(address) + "/prefix/",
                                     .headers = {{"Authorization", "Bearer jane-token"}, {"X-Both", "configured"}}});
        const std::string body("{\"a\":\0 1}", 9);
        const auto posted = got(transport->send(
            {.method = "POST", .url = "/api/a%2520b?c=%26&d", .headers = {{"X-Both", "of the request"}}, .body = body},
            {}));
        CHECK(posted.status == 409);
        CHECK(posted.body == "{\"detail\":\"no\"}");
        CHECK(posted.headers.find("content-type") == "application/json");
        CHECK(std::count_if(posted.headers.begin(), posted.headers.end(),
                            [](const auto& field) { return field.first == "X-Two"; }) == 2);
        CHECK(seen.target == "/prefix/api/a%2520b?c=%26&d");
        CHECK(seen.body == body);
        CHECK(seen.get_header_value("Authorization") == "Bearer jane-token");
        CHECK(seen.get_header_value_count("X-Both") == 1);
        CHECK(seen.get_header_value("X-Both") == "of the request");
        CHECK(!seen.has_header("Content-Type"));
        CHECK(!seen.has_header("Expect"));

        CHECK(got(transport->send({.url = "/api/x"}, {})).status == 409);
        CHECK(seen.method == "GET");
        CHECK(got(transport->send({.method = "DELETE", .url = "/api/x"}, {})).status == 409);
        CHECK(seen.method == "DELETE");
        const auto head = got(transport->send({.method = "HEAD", .url = "/api/x"}, {}));
        CHECK((head.status == 409 && head.body.empty()));
        CHECK(seen.method == "HEAD");
        CHECK(got(transport->send({.url = "/api/none"}, {})).status == 404);
    });
}

TEST_CASE("A request that could mean another one is not sent") {
    const auto transport = open_url("http://127.0.0.1:1");
    const auto refused = [&](const ApiRequest& request) {
        const auto answer = transport->send(request, {});
        REQUIRE(!answer);
        CHECK(answer.error().code == Errc::invalid_input);
    };
    refused({.url = "@example.com/"});
    refused({.url = ".example.com/"});
    refused({.url = ""});
    refused({.url = "/a b\r\nX: y"});
    refused({.url = "/", .headers = {{"Range", "bytes=0-\r\nX: y"}}});
    refused({.url = "/", .headers = {{"Ran ge", "bytes=0-"}}});
}

TEST_CASE("A sink learns status and fields before the body, and may leave the body to the answer") {
    httplib::Server server;
    const std::string large(3'000'000, 'x');
    server.Get("/large",
               [&](const httplib::Request&, httplib::Response& response) { response.set_content(large, "text/csv"); });
    server.Get("/empty", [](const httplib::Request&, httplib::Response& response) { response.status = 204; });
    serve(server, [&](const Address& address) {
        const auto transport = open({.base_url = url_of(address), .most_body = 1000});
        Kept kept;
        const auto streamed = got(transport->send({.url = "/large"}, {}, &kept));
        CHECK((streamed.status == 200 && streamed.body.empty()));
        CHECK((kept.status == 200 && kept.type == "text/csv" && kept.body == large));

        Kept unwanted(false);
        CHECK(got(transport->send({.url = "/none"}, {}, &unwanted)).body.empty());
        CHECK((unwanted.begun == 1 && unwanted.status == 404));

        Kept empty;
        CHECK(got(transport->send({.url = "/empty"}, {}, &empty)).status == 204);
        CHECK((empty.begun == 1 && empty.status == 204));

        Kept enough(true, 100'000);
        const auto stopped = transport->send({.url = "/large"}, {}, &enough);
        REQUIRE(!stopped);
        CHECK(stopped.error() == Error{Errc::cancelled, "the call was given up"});
        CHECK(enough.body.size() < large.size());

        for (BodySink* sink : {static_cast<BodySink*>(nullptr), static_cast<BodySink*>(&unwanted)}) {
            const auto too_large = transport->send({.url = "/large"}, {}, sink);
            REQUIRE(!too_large);
            CHECK(too_large.error().code == Errc::too_large);
        }
    });
}

TEST_CASE("Redirects of GET are followed; credentials stay within their origin") {
    httplib::Server other;
    std::vector<httplib::Request> strangers;
    other.Get("/file", [&](const httplib::Request& request, httplib::Response& response) {
        strangers.push_back(request);
        response.set_content("from the other", "text/csv");
    });
    serve(other, [&](const Address& elsewhere) {
        httplib::Server server;
        std::vector<httplib::Request> seen;
        const auto redirect = [&](int status, std::string to) {
            return [&seen, status, to](const httplib::Request& request, httplib::Response& response) {
                seen.push_back(request);
                response.set_content("a body that nobody wants", "text/plain");
                response.set_redirect(to, status);
            };
        };
        server.Get("/here", redirect(302, "/there?a=b"));
        server.Get("/there", [&](const httplib::Request& request, httplib::Response& response) {
            seen.push_back(request);
            response.set_content("from here", "text/csv");
        });
        server.Get("/away", redirect(307, url_of(elsewhere) + "/file"));
        server.Get("/loop", redirect(301, "/loop"));
        server.Get("/file", redirect(302, "file:///etc/passwd"));
        server.Get("/bad", redirect(302, "http://"));
        server.Post("/here", redirect(303, "/there"));
        serve(server, [&](const Address& address) {
            const auto transport = open({.base_url = url_of(address),
                                         .headers = {{"Authorization", "Bearer jane-token"}, {"X-Key", "secret"}}});
            Kept kept;
            CHECK(got(transport->send({.url = "/here"}, {}, &kept)).status == 200);
            CHECK((kept.body == "from here" && kept.begun == 1 && kept.status == 200));
            REQUIRE(seen.size() == 2);
            CHECK(seen[1].target == "/there?a=b");
            CHECK(seen[1].get_header_value("Authorization") == "Bearer jane-token");

            const ApiRequest away{
                .url = "/away",
                .headers = {{"Range", "bytes=1-"}, {"Cookie", "a=b"}, {"authorization", "Bearer of the call"}}};
            CHECK(got(transport->send(away, {})).body == "rom the other");
            REQUIRE(strangers.size() == 1);
            CHECK(strangers[0].get_header_value("Range") == "bytes=1-");
            for (const auto* secret : {"Authorization", "Cookie", "X-Key"}) {
                CAPTURE(secret);
                CHECK(!strangers[0].has_header(secret));
                CHECK(seen.back().has_header(secret));
            }

            seen.clear();
            CHECK(got(transport->send({.url = "/loop"}, {})).status == 301);
            CHECK(seen.size() == 6);
            for (const auto* unusable : {"/file", "/bad"}) {
                CHECK(got(transport->send({.url = unusable}, {})).status == 302);
            }
            seen.clear();
            CHECK(got(transport->send({.method = "POST", .url = "/here"}, {})).status == 303);
            CHECK(seen.size() == 1);
        });
    });
}

TEST_CASE("A redirect from https to http is not followed, and certificates have to be trusted") {
    const Certificate certificate;
    httplib::SSLServer server(certificate.file().c_str(), certificate.key().c_str());
    server.Get("/", [](const httplib::Request&, httplib::Response& response) {
        response.set_redirect("http://127.0.0.1:1/", 302);
    });
    serve(server, [&](const Address& address) {
        const auto url = "https://127.0.0.1:" + std::to_string(address.port);
        CHECK(got(open({.base_url = url, .ca_file = certificate.file()})->send({.url = "/"}, {})).status == 302);
        const auto untrusted = open_url(url)->send({.url = "/"}, {});
        REQUIRE(!untrusted);
        CHECK(untrusted.error() == Error{Errc::unavailable, "the server has a certificate that is not trusted"});
        const auto other_name = "https://localhost:" + std::to_string(address.port);
        CHECK(!open({.base_url = other_name, .ca_file = certificate.file()})->send({.url = "/"}, {}));
    });
}

TEST_CASE("A request goes through the proxy that is configured") {
    httplib::Server proxy;
    httplib::Request seen;
    proxy.set_pre_routing_handler([&](const httplib::Request& request, httplib::Response& response) {
        seen = request;
        response.set_content("by proxy", "text/plain");
        return httplib::Server::HandlerResponse::Handled;
    });
    serve(proxy, [&](const Address& address) {
        const auto transport = open({.base_url = "http://exports.invalid", .proxy = url_of(address)});
        CHECK(got(transport->send({.url = "/a"}, {})).body == "by proxy");
        CHECK(seen.target == "http://exports.invalid/a");
        CHECK(!open_url("http://exports.invalid")->send({.url = "/a"}, {}));

        const Headers token{{"Authorization", "Bearer secret"}};
        CHECK(transport->send({.url = "/b", .headers = token}, {}).error().code == Errc::invalid_input);
        CHECK(seen.target == "http://exports.invalid/a");
        const auto careless =
            open({.base_url = "http://exports.invalid", .allow_http = true, .proxy = url_of(address)});
        CHECK(got(careless->send({.url = "/b", .headers = token}, {})).body == "by proxy");
        CHECK(seen.get_header_value("Authorization") == "Bearer secret");
    });
}

TEST_CASE("A stop token ends a call at once, before it and during it") {
    const Peer silent([](const Send&) {});
    const auto transport = open_url(silent.url());
    std::stop_source stop;
    const Peer slow([&](const Send& send) {
        send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        stop.request_stop();
    });
    Kept kept;
    const auto began = std::chrono::steady_clock::now();
    const auto stopped = open_url(slow.url())->send({.url = "/"}, stop.get_token(), &kept);
    REQUIRE(!stopped);
    CHECK(stopped.error() == Error{Errc::cancelled, "the call was given up"});
    CHECK(!transport->send({.url = "/"}, stop.get_token()));
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{5});
    std::stop_source later;
    std::thread other([&] { later.request_stop(); });
    CHECK(!transport->send({.url = "/"}, later.get_token()));
    other.join();
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{5});
}

TEST_CASE("Silence ends a call: all of it without a sink, each second with one") {
    const Peer silent([](const Send&) {});
    const auto timed_out =
        open({.base_url = silent.url(), .timeout = std::chrono::milliseconds{200}})->send({.url = "/"}, {});
    REQUIRE(!timed_out);
    CHECK(timed_out.error() == Error{Errc::timed_out, "the server did not answer in time"});
    const Peer stalling([](const Send& send) { send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"); });
    Kept kept;
    const auto stalled = open({.base_url = stalling.url(),
                               .timeout = std::chrono::milliseconds{1},
                               .stall_timeout = std::chrono::seconds{1}})
                             ->send({.url = "/"}, {}, &kept);
    REQUIRE(!stalled);
    CHECK(stalled.error().code == Errc::timed_out);
    CHECK(kept.body == "abc");
}

TEST_CASE("An answer that breaks off, is no answer, or has no end of fields is an error") {
    const auto error_of = [](const std::string& text, const std::string& repeated = "") {
        const Peer peer([&](const Send& send) {
            send(text);
            while (!repeated.empty() && send(repeated)) {
            }
        });
        auto options = CurlTransportOptions{.base_url = peer.url(), .timeout = std::chrono::milliseconds{1000}};
        const auto answer = open(options)->send({.url = "/"}, {});
        REQUIRE(!answer);
        if (!repeated.empty()) CHECK(peer.sent() < 16 * 1024 * 1024);
        return answer.error();
    };
    CHECK(error_of("HTTP/1.1 200 OK\r\n", "X-A: " + std::string(1000, 'b') + "\r\n").code == Errc::too_large);
    CHECK(error_of("SSH-2.0-OpenSSH\r\n").code == Errc::unavailable);

    httplib::Server server;
    server.Get("/", [](const httplib::Request&, httplib::Response& response) {
        response.set_content_provider(1000, "text/csv", [](std::size_t, std::size_t, httplib::DataSink& sink) {
            sink.write("abc", 3);
            return false;
        });
    });
    serve(server, [&](const Address& address) {
        Kept kept;
        const auto cut = open_url(url_of(address))->send({.url = "/"}, {}, &kept);
        REQUIRE(!cut);
        CHECK(cut.error() == Error{Errc::unavailable, "the server's answer broke off"});
        CHECK(kept.body == "abc");
    });
    const auto nobody = open_url("http://127.0.0.1:1")->send({.url = "/"}, {});
    REQUIRE(!nobody);
    CHECK(nobody.error() == Error{Errc::unavailable, "the server cannot be connected to"});
}

TEST_CASE("Connections are used again, and one transport serves many threads") {
    httplib::Server server;
    std::mutex mutex;
    std::set<int> ports;
    server.new_task_queue = [] { return new httplib::ThreadPool(20); };
    server.Get("/", [&](const httplib::Request& request, httplib::Response& response) {
        const std::scoped_lock lock(mutex);
        ports.insert(request.remote_port);
        response.set_content(request.get_param_value("n"), "text/plain");
    });
    serve(server, [&](const Address& address) {
        const auto transport = open_url(url_of(address));
        for (int i = 0; i < 10; ++i) {
            CHECK(got(transport->send({.url = "/?n=" + std::to_string(i)}, {})).body == std::to_string(i));
        }
        CHECK(ports.size() == 1);
        constexpr int threads = 16;
        std::atomic<int> right{0};
        std::vector<std::thread> callers;
        for (int caller = 0; caller < threads; ++caller) {
            callers.emplace_back([&, caller] {
                for (int i = 0; i < 20; ++i) {
                    const auto text = std::to_string(caller * 100 + i);
                    const auto answer = transport->send({.url = "/?n=" + text}, {});
                    right += answer && answer->body == text ? 1 : 0;
                }
            });
        }
        for (auto& caller : callers) {
            caller.join();
        }
        CHECK(right == threads * 20);
        CHECK(ports.size() <= threads);
    });
}
