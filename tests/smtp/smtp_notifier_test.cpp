#include <dataexport/smtp/smtp_notifier.hpp>

#include "mail/ended_exports.hpp"
#include "smtp/certificate.hpp"
#include "smtp/mail_server.hpp"
#include "webhook/listener.hpp"

#include <dataexport/mail/eml.hpp>
#include <dataexport/testing/check_notifier.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace dataexport;
using smtp_test::MailServer;

namespace {

const std::string base_url = "https://example.com";

SmtpNotifierOptions to(int port) {
    return {.url = "smtp://127.0.0.1:" + std::to_string(port),
            .from = "Exports <exports@example.com>",
            .base_url = base_url};
}

SmtpNotifierOptions as(const std::string& name, const std::string& password, SmtpNotifierOptions options) {
    options.username = name;
    options.password = password;
    return options;
}

/// What became of the message. Errors never give away where it should have gone, or the login.
Result<void> send(const SmtpNotifierOptions& options, const ExportedData& record = finished()) {
    auto sent = open_smtp_notifier(options).value()->success(record);
    if (!sent) {
        for (const auto* hidden : {"127.0.0.1", "jane", "hunter2", "wrong", "example.com"}) {
            CHECK_MESSAGE(sent.error().detail.find(hidden) == std::string::npos, sent.error().detail);
        }
    }
    return sent;
}

ExportedData addressed_to(const std::string& address) {
    auto record = finished();
    record.user->email = address;
    return record;
}

std::string text(const json::object& message) { return std::string(message.at("text").as_string()); }

} // namespace

TEST_CASE("The SMTP notifier keeps the contract of Notifier") {
    MailServer server;
    const auto notifier = open_smtp_notifier(to(server.port())).value();
    const auto report = testing::check_notifier(*notifier);
    CHECK_MESSAGE(report.passed(), report.text());
    CHECK(server.stop().size() == 12);
}

TEST_CASE("A mail server gets the message that a file would hold, in ASCII") {
    MailServer server;
    const auto notifier = open_smtp_notifier(to(server.port())).value();
    const auto mailbox = parse_mailbox("Exports <exports@example.com>").value();
    CHECK(notifier->success(finished()).has_value());
    const std::string detail = "zwölf\n.\n..two\n.end";
    CHECK(notifier->failure(failed(detail)).has_value());
    CHECK(notifier->failure(failed(".\n.ascii\n")).has_value());

    const auto messages = server.stop();
    REQUIRE(messages.size() == 3);
    CHECK(messages[0].at("from") == "exports@example.com");
    CHECK(messages[0].at("to") == json::array{"jane@example.com"});
    CHECK(messages[0].at("tls") == false);
    CHECK(text(messages[0]) == to_eml(compose_success(finished(), base_url), mailbox, MailPath::seven_bit));
    CHECK(text(messages[0]).find("\r\nMessage-ID: <data-export-27-success@example.com>\r\n") != std::string::npos);
    CHECK(text(messages[1]) == to_eml(compose_failure(failed(detail)), mailbox, MailPath::seven_bit));
    CHECK(text(messages[1]).find("\r\nzw=C3=B6lf\r\n.\r\n..two\r\n.end\r\n") != std::string::npos);
    CHECK(text(messages[2]).find("\r\n.\r\n.ascii\r\n") != std::string::npos);
}

TEST_CASE("A mail program finds text and HTML in a message, and in neither anything that the data would add") {
    MailServer server;
    auto record = failed("--=_data-export-27-failure--\r\nBcc: all@example.com\n\n<b>zwölf</b>");
    record.organization_slug = "acme\r\nBcc: all@example.com";
    record.query_info = {{"query", std::string(2000, 'x')}};
    CHECK(open_smtp_notifier(to(server.port())).value()->failure(record).has_value());
    auto shown = finished();
    add_warning(shown.warnings, "row_limit", "The file ends after 1000 rows & there were more.");
    CHECK(send(to(server.port()), shown).has_value());

    const auto messages = server.stop();
    REQUIRE(messages.size() == 2);
    for (const auto& message : messages) {
        CHECK(message.at("fields") == json::array{"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
                                                  "MIME-Version", "Content-Type", "Content-Transfer-Encoding"});
        CHECK(message.at("flaws") == json::array{});
        CHECK(message.at("parts").as_object().size() == 2);
    }
    const auto part = [&](std::size_t message, const char* type) {
        return std::string(messages[message].at("parts").at(type).as_string());
    };
    CHECK(part(0, "text/plain").find("\n\n<b>zwölf</b>\n") != std::string::npos);
    CHECK(part(0, "text/html").find("&lt;b&gt;zwölf&lt;/b&gt;</pre>") != std::string::npos);
    CHECK(part(0, "text/html").find(std::string(2000, 'x')) != std::string::npos);
    CHECK(part(1, "text/plain").find("- The file ends after 1000 rows & there were more.\n") != std::string::npos);
    CHECK(part(1, "text/html").find("<li>The file ends after 1000 rows &amp; there were more.</li>\n") !=
          std::string::npos);
}

TEST_CASE("The reply of a mail server says whether a message is tried again or given up") {
    MailServer server;
    const auto options = to(server.port());
    struct Row {
        const char* address;
        Error error;
    };
    for (const auto& [address, error] :
         {Row{"unknown@example.com", {Errc::invalid_input, "the mail server replied 550"}},
          Row{"later@example.com", {Errc::unavailable, "the mail server replied 451"}},
          Row{"spam@example.com", {Errc::invalid_input, "the mail server replied 554"}},
          Row{"full@example.com", {Errc::unavailable, "the mail server replied 452"}}}) {
        const auto sent = send(options, addressed_to(address));
        CHECK_MESSAGE(sent.error() == error, sent.error().detail);
    }
    CHECK(send(options).has_value());
    CHECK(server.stop().size() == 1);
}

TEST_CASE("A login travels over STARTTLS, with a certificate that is trusted") {
    const Certificate certificate;
    MailServer server{"--starttls", "--login", "--certificate", certificate.file(), "--key", certificate.key()};
    auto options = to(server.port());
    CHECK(send(as("jane", "hunter2", options)).error() ==
          Error{Errc::unavailable, "the mail server has a certificate that is not trusted"});
    options.ca_file = certificate.file();
    CHECK(send(as("jane", "hunter2", options)).has_value());
    CHECK(send(as("jane", "wrong", options)).error() ==
          Error{Errc::invalid_configuration, "the mail server replied 535"});
    CHECK(send(as("later", "hunter2", options)).error() == Error{Errc::unavailable, "the mail server replied 454"});
    options.url = "smtp://jane:hunter2@127.0.0.1:" + std::to_string(server.port());
    CHECK(send(options).has_value());

    const auto said = server.stop();
    REQUIRE(said.size() == 6);
    for (const std::size_t message : {1U, 5U}) {
        CHECK(said[message].at("tls") == true);
        CHECK(said[message].at("login") == "jane");
    }
}

TEST_CASE("A login does not travel in the clear, unless that is asked for") {
    MailServer server{"--login"};
    auto options = to(server.port());
    const Error no_tls{Errc::unavailable, "the mail server does not offer a secure connection"};
    CHECK(send(as("jane", "hunter2", options)).error() == no_tls);
    options.url = "smtp://jane:hunter2@127.0.0.1:" + std::to_string(server.port());
    CHECK(send(options).error() == no_tls);
    options.require_tls = false;
    CHECK(send(options).has_value());
    const auto said = server.stop();
    REQUIRE(said.size() == 2);
    CHECK(said[0] == json::object{{"login", "jane"}});
    CHECK(said[1].at("tls") == false);
}

TEST_CASE("TLS may be required without a login") {
    const Certificate certificate;
    MailServer server{"--starttls", "--certificate", certificate.file(), "--key", certificate.key()};
    auto options = to(server.port());
    CHECK(send(options).has_value());
    options.require_tls = true;
    options.ca_file = certificate.file();
    CHECK(send(options).has_value());
    const auto said = server.stop();
    REQUIRE(said.size() == 2);
    CHECK(said[0].at("tls") == false);
    CHECK(said[1].at("tls") == true);
}

TEST_CASE("smtps:// is TLS from the first byte") {
    const Certificate certificate;
    MailServer server{"--smtps", "--login", "--certificate", certificate.file(), "--key", certificate.key()};
    auto options = as("jane", "hunter2", to(server.port()));
    options.url = "smtps://127.0.0.1:" + std::to_string(server.port());
    CHECK(send(options).error() == Error{Errc::unavailable, "the mail server has a certificate that is not trusted"});
    options.ca_file = certificate.file();
    CHECK(send(options).has_value());
    const auto said = server.stop();
    REQUIRE(said.size() == 2);
    CHECK(said[1].at("tls") == true);
    CHECK(said[1].at("login") == "jane");
}

TEST_CASE("A mail server that is not there or does not answer is tried again") {
    webhook_test::Listener listener;
    auto options = to(listener.port());
    options.timeout = std::chrono::milliseconds(50);
    CHECK(send(options).error() == Error{Errc::timed_out, "the mail server did not answer in time"});
    listener.close();
    CHECK(send(options).error() == Error{Errc::unavailable, "the mail server cannot be connected to"});
}

TEST_CASE("Without an address nothing is sent, and one that would reach somebody else is given up") {
    MailServer server;
    const auto options = to(server.port());
    CHECK(send(options, addressed_to("")).has_value());
    auto nobodys = finished();
    nobodys.user.reset();
    CHECK(send(options, nobodys).has_value());
    for (const auto* address : {"jane", "a@b>\r\nRCPT TO:<all@example.com", "a@b, c@d"}) {
        CHECK_MESSAGE(send(options, addressed_to(address)).error().code == Errc::invalid_input, address);
    }
    CHECK(server.stop().empty());
}

TEST_CASE("open_smtp_notifier refuses what cannot be used") {
    const auto refused = [](const auto& change) {
        auto options = to(1);
        change(options);
        const auto opened = open_smtp_notifier(options);
        return !opened && opened.error().code == Errc::invalid_configuration;
    };
    CHECK_FALSE(refused([](auto&) {}));
    for (const auto* url : {"", "mail.example.com", "http://mail.example.com", "smtp://", "file:///etc/passwd"}) {
        CHECK_MESSAGE(refused([&](auto& options) { options.url = url; }), url);
    }
    CHECK(refused([](auto& options) { options.from = "nobody"; }));
    CHECK(refused([](auto& options) { options.from = "a@b>\r\nRCPT TO:<c@d"; }));
    CHECK(refused([](auto& options) { options.ca_file = "/nowhere/ca.pem"; }));
    CHECK(refused([](auto& options) { options.timeout = std::chrono::milliseconds(0); }));
}
