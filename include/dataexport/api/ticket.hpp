/// @file
/// Tickets: the right to download one file for some minutes, as text in a URL, for programs that cannot send headers.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/ids.hpp>
#include <dataexport/core/time_point.hpp>
#include <dataexport/ports/digest.hpp>

#include <chrono>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// How tickets are made and recognised.
struct TicketOptions {
    std::string key{};              ///< Secret, at least 16 bytes; empty: there are no tickets.
    std::string previous_key{};     ///< Still recognised
    TimePoint previous_key_until{}; ///< before this instant, so that keys can be changed without breaking links.
    std::chrono::seconds lifetime{std::chrono::minutes{5}};
};

/// What a ticket says. Whoever holds it may download this export as often as they like while it lasts, and for as long
/// as the user it was made for may: a resumed download needs several requests.
struct Ticket {
    ExportId export_id;
    UserId user;
    TimePoint expires{}; ///< Whole seconds; the last instant at which it is good.

    friend bool operator==(const Ticket&, const Ticket&) = default;
};

/// The ticket as text for a URL: letters, digits, `.`. @pre `!options.key.empty()`
[[nodiscard]] std::string to_string(const Ticket& ticket, const TicketOptions& options, const Digest& digest);

/// Reads and checks a ticket for the export of `id`. How long it takes does not depend on how much of it is right.
/// @return `Errc::permission_denied` for a ticket that is not one, for another export, forged, or expired.
[[nodiscard]] Result<Ticket> check_ticket(std::string_view text, ExportId id, TimePoint now,
                                          const TicketOptions& options, const Digest& digest);

/// The text with what follows each `ticket=` up to the next `&`, space or quote replaced by `[redacted]`: for logs.
[[nodiscard]] std::string redact_tickets(std::string_view text);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/ticket.ipp>
#endif
