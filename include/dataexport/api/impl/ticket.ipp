#pragma once

#include <dataexport/api/ticket.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::ticket {

/// What the signature covers: a ticket of another export or purpose has another text.
inline std::string signed_text(const Ticket& ticket) {
    return "dataexport-ticket." + std::to_string(ticket.export_id.value) + '.' + std::to_string(ticket.user.value) +
           '.' + std::to_string(std::chrono::floor<std::chrono::seconds>(ticket.expires).time_since_epoch().count());
}

inline std::string signature(const Ticket& ticket, std::string_view key, const Digest& digest) {
    return to_hex(digest.hmac_sha256(key, signed_text(ticket)));
}

/// Reads digits up to the next point, and both away. Only the one way in which `to_string` writes a number counts.
inline std::optional<std::int64_t> take_number(std::string_view& text) noexcept {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto length = static_cast<std::size_t>(end - text.data());
    if (error != std::errc{} || length == text.size() || text[length] != '.' || number < 0) return std::nullopt;
    if (text.front() == '0' && length > 1) return std::nullopt;
    text.remove_prefix(length + 1);
    return number;
}

/// `user.seconds.signature`
struct Parts {
    Ticket ticket;
    std::string_view signature;
};

inline std::optional<Parts> take_apart(std::string_view text, ExportId id) noexcept {
    constexpr std::int64_t last_second = 253'402'300'799; // year 9999
    const auto user = take_number(text);
    if (!user) return std::nullopt;
    const auto expires = take_number(text);
    if (!expires || *expires > last_second) return std::nullopt;
    return Parts{{id, UserId{*user}, TimePoint(std::chrono::seconds(*expires))}, text};
}

} // namespace detail::ticket

DATAEXPORT_DECL std::string to_string(const Ticket& ticket, const TicketOptions& options, const Digest& digest) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(ticket.expires).time_since_epoch().count();
    return std::to_string(ticket.user.value) + '.' + std::to_string(seconds) + '.' +
           detail::ticket::signature(ticket, options.key, digest);
}

DATAEXPORT_DECL Result<Ticket> check_ticket(std::string_view text, ExportId id, TimePoint now,
                                            const TicketOptions& options, const Digest& digest) {
    using namespace detail::ticket;
    const Error refused{Errc::permission_denied, "This download link is not valid or has expired. Ask for a new one."};
    const auto parts = take_apart(text, id);
    if (!parts || options.key.empty()) return refused;
    const bool is_current = equal_in_constant_time(parts->signature, signature(parts->ticket, options.key, digest));
    const bool in_grace = !options.previous_key.empty() && now < options.previous_key_until;
    const bool is_previous =
        in_grace && equal_in_constant_time(parts->signature, signature(parts->ticket, options.previous_key, digest));
    if (!is_current && !is_previous) return refused;
    if (now > parts->ticket.expires) return refused;
    return parts->ticket;
}

DATAEXPORT_DECL std::string redact_tickets(std::string_view text) {
    constexpr std::string_view name = "ticket=";
    std::string redacted;
    for (;;) {
        const auto found = text.find(name);
        if (found == std::string_view::npos) return redacted += text;
        redacted += text.substr(0, found + name.size());
        redacted += "[redacted]";
        text.remove_prefix(found + name.size());
        text.remove_prefix(std::min(text.find_first_of("& \"'#"), text.size()));
    }
}

DATAEXPORT_NAMESPACE_END
