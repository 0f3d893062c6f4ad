/// @file
/// Messages in the form that mail travels in (RFC 5322 and MIME).
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/mail/message.hpp>

#include <cstdint>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// Somebody who sends or gets mail.
struct Mailbox {
    std::string name;    ///< UTF-8; may be empty.
    std::string address; ///< `exports@example.com`.

    friend bool operator==(const Mailbox&, const Mailbox&) = default;
};

/// Whether `text` is one plain address: `local@domain`, nothing that would end the address or the line, at most 254
/// bytes. Bytes beyond ASCII may be in it (RFC 6532).
[[nodiscard]] bool is_mail_address(std::string_view text) noexcept;

/// Reads `exports@example.com` or `Data exports <exports@example.com>`.
/// @return `Errc::invalid_configuration` for anything else.
[[nodiscard]] Result<Mailbox> parse_mailbox(std::string_view text);

/// What may travel on the way that a message takes: any byte, as in files, or ASCII alone, as to a mail server, which
/// need not take more (RFC 5321, section 2.4).
enum class MailPath : std::uint8_t { eight_bit, seven_bit };

/// The message as text with CRLF lines: plain UTF-8, and the same as HTML if the message has that, of which a reader
/// shows what it can (`multipart/alternative`). Both travel as they are where their lines and the path allow that, else
/// quoted-printable. Equal messages give equal text; `Message-ID` is made of the key. Nothing of the message can begin
/// a header line or end a part.
/// @pre `is_mail_address(message.to)`
[[nodiscard]] std::string to_eml(const MailMessage& message, const Mailbox& from, MailPath path = MailPath::eight_bit);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/mail/impl/eml.ipp>
#endif
