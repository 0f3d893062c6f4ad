#include <dataexport/api/ticket.hpp>

#include <dataexport/memory/memory_digest.hpp>
#include <dataexport/testing/manual_clock.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace dataexport;
using std::chrono::seconds;

namespace {

constexpr TimePoint noon{std::chrono::sys_days{std::chrono::year{2020} / 7 / 21} + std::chrono::hours{12}};

struct Tickets {
    MemoryDigest digest;
    TicketOptions options{.key = "a key of sixteen or more", .previous_key = {}, .previous_key_until = {}};
    Ticket ticket{ExportId{27}, UserId{7}, noon + std::chrono::minutes{5}};

    std::string text() { return to_string(ticket, options, digest); }
    bool good(std::string_view text, ExportId id = {27}, TimePoint now = noon) {
        const auto checked = check_ticket(text, id, now, options, digest);
        if (checked) CHECK(*checked == ticket);
        if (!checked) CHECK(checked.error().code == Errc::permission_denied);
        return checked.has_value();
    }
};

} // namespace

TEST_CASE_FIXTURE(Tickets, "S11: a ticket is good for its export until its last second") {
    CHECK(good(text()));
    CHECK_FALSE(good(text(), ExportId{28}));
    CHECK(good(text(), ExportId{27}, ticket.expires));
    CHECK_FALSE(good(text(), ExportId{27}, ticket.expires + seconds{1}));
    CHECK_FALSE(good(text(), ExportId{27}, ticket.expires + std::chrono::microseconds{1}));
}

TEST_CASE_FIXTURE(Tickets, "S11: a ticket with any byte changed, missing or added is refused") {
    const auto whole = text();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        for (const char other : {'0', '1', 'a', '.', ' ', '\0'}) {
            auto changed = whole;
            changed[i] = other;
            if (changed != whole) CHECK_FALSE(good(changed));
        }
        CHECK_FALSE(good(whole.substr(0, i)));
        CHECK_FALSE(good(whole.substr(0, i) + '0' + whole.substr(i)));
    }
    CHECK_FALSE(good(whole + '0'));
    CHECK_FALSE(good("0" + whole));
    CHECK_FALSE(good("+" + whole));
}

TEST_CASE_FIXTURE(Tickets, "S45: texts that are no tickets are refused, whatever they are") {
    for (const std::string_view text :
         {"", ".", "..", "...", "7.1.", "-7.1.aa", "7.-1.aa", "99999999999999999999.1.aa", "7.99999999999999999999.aa",
          "7.9223372036854775807.aa", "07.1.aa", "7.1595332800.", "x.y.z"}) {
        CAPTURE(text);
        CHECK_FALSE(good(text));
    }
    CHECK_FALSE(good(std::string(1'000'000, '7')));
}

TEST_CASE_FIXTURE(Tickets, "S11: after a change of keys the old one counts only in its time of grace") {
    const auto old = text();
    options.previous_key = options.key;
    options.previous_key_until = noon + seconds{60};
    options.key = "another key, also long enough";
    CHECK(good(old));
    CHECK(good(text()));
    CHECK(good(old, ExportId{27}, noon + seconds{59}));
    CHECK_FALSE(good(old, ExportId{27}, noon + seconds{60}));
    CHECK(good(text(), ExportId{27}, noon + seconds{60}));
}

TEST_CASE_FIXTURE(Tickets, "Without a key there are no tickets") {
    const auto forged = [&] {
        options.key.clear();
        return text();
    }();
    CHECK_FALSE(good(forged));
}

TEST_CASE_FIXTURE(Tickets, "S12: tickets do not get into logs") {
    CHECK(redact_tickets("/x/?download=true&ticket=" + text()) == "/x/?download=true&ticket=[redacted]");
    CHECK(redact_tickets("/x/?ticket=1.2.3&download ticket=4") == "/x/?ticket=[redacted]&download ticket=[redacted]");
    CHECK(redact_tickets("/x/?download") == "/x/?download");
    CHECK(redact_tickets("ticket=") == "ticket=[redacted]");
    CHECK(redact_tickets("").empty());
}
