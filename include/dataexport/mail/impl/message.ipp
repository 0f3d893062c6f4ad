#pragma once

#include <dataexport/mail/message.hpp>

#include <cassert>
#include <initializer_list>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::mail_message {

inline std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

/// A message while it is written, in both of its forms. What it is given is text and cannot become anything else.
class Letter {
public:
    void heading(std::string_view words) { add(words, "<h1>" + escaped(words) + "</h1>"); }
    void paragraph(std::string_view words) { add(words, "<p>" + escaped(words) + "</p>"); }
    /// Words of others, with their lines.
    void quote(std::string_view words) {
        add(words, "<pre style=\"white-space: pre-wrap\">" + escaped(words) + "</pre>");
    }
    void link(std::string_view url) { add(url, "<p>" + anchor(url, url) + "</p>"); }
    /// Pairs of a URL and its name.
    void links(std::initializer_list<std::pair<std::string_view, std::string_view>> urls) {
        std::string lines;
        std::string html;
        for (const auto& [url, name] : urls) {
            lines.append(lines.empty() ? "" : "\n").append(url).append(" (").append(name) += ')';
            html += (html.empty() ? "" : "<br>\n") + anchor(url, name);
        }
        add(lines, "<p>" + html + "</p>");
    }
    void list(std::string_view title, const std::vector<std::string>& items) {
        std::string lines(title);
        std::string html = "<p>" + escaped(title) + "</p>\n<ul>\n";
        for (const auto& item : items) {
            lines += "\n- " + item;
            html += "<li>" + escaped(item) + "</li>\n";
        }
        add(lines, html + "</ul>");
    }

    void finish(MailMessage& message) && {
        message.html = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>" +
                       escaped(message.subject) + "</title>\n</head>\n<body>\n" + html_ + "</body>\n</html>\n";
        message.text = std::move(text_);
    }

private:
    static std::string anchor(std::string_view url, std::string_view name) {
        return "<a href=\"" + escaped(url) + "\">" + escaped(name) + "</a>";
    }

    void add(std::string_view text, const std::string& html) {
        if (!text_.empty()) text_ += '\n';
        text_.append(text) += '\n';
        html_ += html + '\n';
    }

    std::string text_;
    std::string html_;
};

inline MailMessage addressed(const ExportedData& record, std::string_view outcome, std::string subject) {
    return {.key = std::to_string(record.id.value) + '-' + std::string(outcome),
            .to = record.user ? record.user->email : std::string(),
            .subject = std::move(subject),
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

inline std::vector<std::string> warning_texts(const std::vector<Warning>& warnings) {
    std::vector<std::string> texts;
    for (const auto& warning : warnings) {
        auto& text = texts.emplace_back(warning.detail);
        if (warning.count > 1) text += " (" + std::to_string(warning.count) + " times)";
    }
    return texts;
}

} // namespace detail::mail_message

DATAEXPORT_DECL MailMessage compose_success(const ExportedData& record, std::string_view base_url) {
    assert(record.date_expired);
    using namespace detail::mail_message;
    auto message = addressed(record, "success", "Your data is ready.");
    Letter letter;
    letter.heading("Your Download is Ready!");
    letter.paragraph("We've finished assembling your download, check it out by clicking the link below:");
    letter.link(download_page(record, base_url));
    letter.paragraph("The download file will expire at " + to_human(*record.date_expired));
    if (!record.warnings.empty()) letter.list("Please note:", warning_texts(record.warnings));
    std::move(letter).finish(message);
    return message;
}

DATAEXPORT_DECL MailMessage compose_failure(const ExportedData& record) {
    assert(record.error);
    using namespace detail::mail_message;
    auto message = addressed(record, "failure", "We couldn't export your data.");
    Letter letter;
    letter.heading("We couldn't export your data.");
    letter.paragraph("Well, this is a little awkward.");
    letter.paragraph("The data export that you created at " + to_human(record.date_added) +
                     " didn't work. Sorry about that.");
    letter.paragraph("It looks like there was an error:");
    letter.quote(record.error->detail);
    letter.paragraph("This is what you sent us. Maybe it'll help you sort this out.");
    letter.quote(to_json(record.payload()));
    letter.paragraph("Need a little more help?");
    letter.links({{"https://docs.sentry.io/", "Documentation"}, {"https://www.sentry.help/", "Help Center"}});
    std::move(letter).finish(message);
    return message;
}

DATAEXPORT_NAMESPACE_END
