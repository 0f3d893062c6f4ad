#include <dataexport/mail/eml.hpp>

#include <dataexport/ports/digest.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

namespace {

const Mailbox sender{"", "exports@example.com"};

MailMessage message(std::string subject, std::string text) {
    return {.key = "27-success",
            .to = "jane@example.com",
            .subject = std::move(subject),
            .text = std::move(text),
            .date = parse_iso("2020-07-21T12:21:05.999999Z").value()};
}

std::string header(const std::string& eml) { return eml.substr(0, eml.find("\r\n\r\n") + 2); }
std::string body(const std::string& eml) { return eml.substr(eml.find("\r\n\r\n") + 4); }

bool has_line(const std::string& eml, const std::string& line) {
    return ("\r\n" + header(eml)).find("\r\n" + line + "\r\n") != std::string::npos;
}

} // namespace

TEST_CASE("to_eml writes a whole message") {
    CHECK(to_eml(message("Your data is ready.", "Zwölf\n\nlines\n"), sender) ==
          "From: exports@example.com\r\n"
          "To: jane@example.com\r\n"
          "Subject: Your data is ready.\r\n"
          "Date: Tue, 21 Jul 2020 12:21:05 +0000\r\n"
          "Message-ID: <data-export-27-success@example.com>\r\n"
          "Auto-Submitted: auto-generated\r\n"
          "MIME-Version: 1.0\r\n"
          "Content-Type: text/plain; charset=utf-8\r\n"
          "Content-Transfer-Encoding: 8bit\r\n"
          "\r\n"
          "Zwölf\r\n"
          "\r\n"
          "lines\r\n");
}

TEST_CASE("to_eml writes dates before 1970 and days of one digit") {
    auto early = message("s", "t\n");
    early.date = parse_iso("1969-02-03T04:05:06Z").value();
    CHECK(has_line(to_eml(early, sender), "Date: Mon, 03 Feb 1969 04:05:06 +0000"));
}

TEST_CASE("to_eml writes text beyond ASCII in a header as encoded words") {
    const auto eml = to_eml(message("naïve €", "t\n"), {"Jörg \"J\"", "j@example.com"});
    CHECK(has_line(eml, "Subject: =?UTF-8?B?bmHDr3ZlIOKCrA==?="));
    CHECK(has_line(eml, "From: =?UTF-8?B?SsO2cmcgIkoi?= <j@example.com>"));
    CHECK(has_line(to_eml(message("s", "t\n"), {"Data \"x\\y\" exports", "j@example.com"}),
                   "From: \"Data \\\"x\\\\y\\\" exports\" <j@example.com>"));

    std::string subject = "x";
    for (int i = 0; i < 60; ++i) {
        subject += "€";
    }
    const auto lines = header(to_eml(message(subject, "t\n"), sender));
    CHECK(lines.find("Subject: =?UTF-8?B?" + to_base64(subject.substr(0, 43)) + "?=\r\n =?UTF-8?B?" +
                     to_base64(subject.substr(43, 45)) + "?=\r\n =?UTF-8?B?") != std::string::npos);
}

TEST_CASE("to_eml lets nothing from the data begin a header line") {
    const auto eml = to_eml(message("ready\r\nBcc: all@example.com\n\n", "text\n"), {"x\r\nCc: y", "j@example.com"});
    CHECK(has_line(eml, "Subject: ready  Bcc: all@example.com  "));
    CHECK(has_line(eml, "From: \"x  Cc: y\" <j@example.com>"));
    CHECK(body(eml) == "text\r\n");
}

TEST_CASE("to_eml encodes a body whose lines cannot travel as they are") {
    struct Row {
        std::string text, body;
    };
    const std::string long_line(999, 'x');
    std::string wrapped;
    for (int i = 0; i < 13; ++i) {
        wrapped += std::string(75, 'x') + "=\r\n";
    }
    wrapped += std::string(999 - 13 * 75, 'x') + "\r\n";
    for (const auto& [text, expected] : {
             Row{"a\rb=c\n", "a=0Db=3Dc\r\n"},
             Row{std::string("nul\0 \n", 6), "nul=00=20\r\n"},
             Row{"\x01\xc3\xa9 tab\t\nnext", "=01=C3=A9 tab=09\r\nnext\r\n"},
             Row{long_line, wrapped},
             Row{"\x02" + std::string(71, 'x') + "é", "=02" + std::string(71, 'x') + "=\r\n=C3=A9\r\n"},
         }) {
        const auto eml = to_eml(message("s", text), sender);
        CHECK(has_line(eml, "Content-Transfer-Encoding: quoted-printable"));
        CHECK(body(eml) == expected);
    }
    CHECK(has_line(to_eml(message("s", std::string(998, 'x')), sender), "Content-Transfer-Encoding: 8bit"));
}

TEST_CASE("to_eml keeps to ASCII where nothing else can travel") {
    const auto ascii = to_eml(message("s", "plain = text\n"), sender, MailPath::seven_bit);
    CHECK(has_line(ascii, "Content-Transfer-Encoding: 7bit"));
    CHECK(body(ascii) == "plain = text\r\n");
    const auto beyond = to_eml(message("s", "zwölf = 12\n"), sender, MailPath::seven_bit);
    CHECK(has_line(beyond, "Content-Transfer-Encoding: quoted-printable"));
    CHECK(body(beyond) == "zw=C3=B6lf =3D 12\r\n");
}

TEST_CASE("to_eml sends text and HTML as two forms of the same message") {
    auto both = message("s", "zwölf\n");
    both.html = "<p>12</p>\n";
    CHECK(body(to_eml(both, sender)) == "--=_data-export-27-success\r\n"
                                        "Content-Type: text/plain; charset=utf-8\r\n"
                                        "Content-Transfer-Encoding: 8bit\r\n"
                                        "\r\n"
                                        "zwölf\r\n"
                                        "\r\n"
                                        "--=_data-export-27-success\r\n"
                                        "Content-Type: text/html; charset=utf-8\r\n"
                                        "Content-Transfer-Encoding: 8bit\r\n"
                                        "\r\n"
                                        "<p>12</p>\r\n"
                                        "\r\n"
                                        "--=_data-export-27-success--\r\n");
    const auto eml = to_eml(both, sender, MailPath::seven_bit);
    CHECK(has_line(eml, "Content-Type: multipart/alternative; boundary=\"=_data-export-27-success\""));
    CHECK(has_line(eml, "Content-Transfer-Encoding: 7bit"));
    CHECK(body(eml).find("quoted-printable\r\n\r\nzw=C3=B6lf\r\n") != std::string::npos);
    CHECK(body(eml).find("7bit\r\n\r\n<p>12</p>\r\n") != std::string::npos);
}

TEST_CASE("to_eml lets no text end its part") {
    auto both = message("s", "--=_data-export-27-success--\nBcc: all@example.com\n");
    both.html = both.text;
    const auto eml = to_eml(both, sender);
    CHECK(has_line(eml, "Content-Type: multipart/alternative; boundary=\"=_data-export-27-success\""));
    std::size_t lines = 0;
    for (auto at = eml.find("\r\n--=_"); at != std::string::npos; at = eml.find("\r\n--=_", at + 1)) {
        ++lines;
    }
    CHECK(lines == 3);
    CHECK(body(eml).find("quoted-printable\r\n\r\n--=3D_data-export-27-success--\r\nBcc: ") != std::string::npos);
}

TEST_CASE("is_mail_address accepts one plain address and nothing that ends it") {
    for (const auto* good : {"a@b", "jane.doe+x@mail.example.com", "jörg@bücher.example", "o'brien@example.com"}) {
        CHECK_MESSAGE(is_mail_address(good), good);
    }
    for (const std::string& bad :
         {std::string(), std::string("jane"), std::string("@example.com"), std::string("jane@"), std::string("a@b@c"),
          std::string("a@b,c@d"), std::string("a@b\r\nBcc: c@d"), std::string("a@b\n"), std::string("a b@c"),
          std::string("<a@b>"), std::string("\"a\"@b"), std::string("a@b\0", 4), std::string(254, 'a') + "@b"}) {
        CHECK_MESSAGE(!is_mail_address(bad), bad);
    }
}

TEST_CASE("parse_mailbox reads an address with and without a name") {
    CHECK(parse_mailbox("a@b").value() == Mailbox{"", "a@b"});
    CHECK(parse_mailbox(" <a@b> ").value() == Mailbox{"", "a@b"});
    CHECK(parse_mailbox("Data exports <a@b>").value() == Mailbox{"Data exports", "a@b"});
    CHECK(parse_mailbox("\"Jörg, J.\" <a@b>").value() == Mailbox{"Jörg, J.", "a@b"});
    for (const auto* bad : {"", "a", "a@b, c@d", "x <a>", "x <a@b", "x\ny <a@b>", "x <a@b\r\n>"}) {
        CHECK_MESSAGE(parse_mailbox(bad).error().code == Errc::invalid_configuration, bad);
    }
}
