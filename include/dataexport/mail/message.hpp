/// @file
/// The words of the messages that tell people how their export ended.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/exported_data.hpp>
#include <dataexport/core/time_point.hpp>

#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// A message to one person, before it takes the form of a mail system.
struct MailMessage {
    std::string key;     ///< Its identity, made of export and outcome: `7340034-success`.
    std::string to;      ///< The address of the user; empty if there is none.
    std::string subject; ///< One line of ASCII.
    std::string text;    ///< UTF-8; lines end in a line feed.
    TimePoint date;      ///< When the export ended.
    std::string html{};  ///< The same as `text` for programs that show HTML: a whole document; may be empty.
};

/// The message of a finished export (reference, 10), with everything that the export warns of.
/// @param base_url what the link begins with: `https://example.com`.
/// @pre `record.date_expired` is set.
[[nodiscard]] MailMessage compose_success(const ExportedData& record, std::string_view base_url);

/// The message of a failed export (reference, 10). @pre `record.error` is set.
[[nodiscard]] MailMessage compose_failure(const ExportedData& record);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/mail/impl/message.ipp>
#endif
