#include "fuzz/require.hpp"

#include <dataexport/api/ticket.hpp>
#include <dataexport/memory/memory_digest.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

using namespace dataexport;

namespace {

constexpr TimePoint now{std::chrono::sys_days{std::chrono::year{2020} / 7 / 21}};
const MemoryDigest digest;
const TicketOptions options{.key = "a secret of 32 bytes, no shorter",
                            .previous_key = "the secret that was before this.",
                            .previous_key_until = now + std::chrono::hours{1}};
const Ticket good{ExportId{27}, UserId{7}, now + std::chrono::minutes{5}};

/// Whatever is accepted is what one of both keys makes of it, byte for byte.
void check_text(std::string_view text, ExportId id) {
    const auto ticket = check_ticket(text, id, now, options, digest);
    if (!ticket) {
        require(ticket.error().code == Errc::permission_denied);
        return;
    }
    require(ticket->export_id == id && ticket->expires >= now);
    TicketOptions previous = options;
    previous.key = options.previous_key;
    require(text == to_string(*ticket, options, digest) || text == to_string(*ticket, previous, digest));
}

/// Changes a good ticket as the input says: two bytes each are a place and what comes there.
std::string changed(std::string text, std::string_view changes) {
    for (; changes.size() >= 2; changes.remove_prefix(2)) {
        const auto place = static_cast<unsigned char>(changes[0]) % (text.size() + 1);
        if (place == text.size()) {
            text += changes[1];
        } else if (changes[1] == '\0') {
            text.erase(place, 1);
        } else {
            text[place] = changes[1];
        }
        if (text.empty()) text = ".";
    }
    return text;
}

void check_redaction(std::string_view text, std::string_view ticket) {
    const auto logged = redact_tickets(std::string(text) + "ticket=" + std::string(ticket));
    const auto secret = ticket.substr(ticket.rfind('.') + 1);
    require(text.find(secret) != std::string_view::npos || logged.find(secret) == std::string::npos);
    require(redact_tickets(logged) == logged);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static const auto ticket = to_string(good, options, digest);
    check_text(text, good.export_id);

    const auto forged = changed(ticket, text);
    const auto accepted = check_ticket(forged, good.export_id, now, options, digest);
    require(accepted.has_value() == (forged == ticket));
    require(!accepted || *accepted == good);
    require(!check_ticket(forged, ExportId{28}, now, options, digest));
    require(!check_ticket(forged, good.export_id, good.expires + std::chrono::microseconds{1}, options, digest));
    require(!check_ticket(forged, good.export_id, now, TicketOptions{}, digest));
    check_redaction(text, ticket);
    return 0;
}
