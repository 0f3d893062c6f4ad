#pragma once

#include <dataexport/mail/message.hpp>

#include <cassert>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::mail_message {

inline MailMessage addressed(const ExportedData& record, std::string_view outcome) {
    return {.key = std::to_string(record.id.value) + '-' + std::string(outcome),
            .to = record.user ? record.user->email : std::string(),
            .subject = {},
            .text = {},
            .date = record.date_finished.value_or(record.date_added)};
}

inline std::string download_page(const ExportedData& record, std::string_view base_url) {
    while (base_url.ends_with('/')) {
        base_url.remove_suffix(1);
    }
    std::string link(base_url);
    link += "/organizations/" + record.organization_slug + "/data-export/";
    link += std::to_string(record.id.value) + '/';
    return link;
}

inline std::string warning_lines(const std::vector<Warning>& warnings) {
    if (warnings.empty()) return {};
    std::string lines = "\nPlease note:\n";
    for (const auto& warning : warnings) {
        lines += "- " + warning.detail;
        if (warning.count > 1) lines += " (" + std::to_string(warning.count) + " times)";
        lines += '\n';
    }
    return lines;
}

} // namespace detail::mail_message

DATAEXPORT_DECL MailMessage compose_success(const ExportedData& record, std::string_view base_url) {
    assert(record.date_expired);
    auto message = detail::mail_message::addressed(record, "success");
    message.subject = "Your data is ready.";
    message.text = "Your Download is Ready!\n\n"
                   "We've finished assembling your download, check it out by clicking the link below:\n\n";
    message.text += detail::mail_message::download_page(record, base_url);
    message.text += "\n\nThe download file will expire at " + to_human(*record.date_expired) + '\n';
    message.text += detail::mail_message::warning_lines(record.warnings);
    return message;
}

DATAEXPORT_DECL MailMessage compose_failure(const ExportedData& record) {
    assert(record.error);
    auto message = detail::mail_message::addressed(record, "failure");
    message.subject = "We couldn't export your data.";
    message.text = "We couldn't export your data.\n\n"
                   "Well, this is a little awkward.\n\n"
                   "The data export that you created at ";
    message.text += to_human(record.date_added);
    message.text += " didn't work. Sorry about that.\n\n"
                    "It looks like there was an error:\n\n";
    message.text += record.error->detail;
    message.text += "\n\nThis is what you sent us. Maybe it'll help you sort this out.\n\n";
    message.text += to_json(record.payload());
    message.text += "\n\nNeed a little more help?\n\n"
                    "https://docs.sentry.io/ (Documentation)\n"
                    "https://www.sentry.help/ (Help Center)\n";
    return message;
}

DATAEXPORT_NAMESPACE_END
