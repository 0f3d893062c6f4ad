#pragma once

#include <dataexport/mail/eml.hpp>
#include <dataexport/ports/digest.hpp>

#include <array>
#include <cassert>
#include <chrono>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::eml {

inline bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
inline bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }

inline bool is_ascii(std::string_view text) noexcept {
    for (const char c : text) {
        if (!is_ascii(c)) return false;
    }
    return true;
}

inline std::string without_controls(std::string_view text) {
    std::string clean(text);
    for (char& c : clean) {
        if (is_control(c)) c = ' ';
    }
    return clean;
}

inline std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

/// Encoded words of at most 75 characters that never cut a character in two (RFC 2047, section 5).
inline std::string encoded_words(std::string_view text) {
    constexpr std::size_t most = 45; // Bytes whose base64 fits.
    std::string words;
    while (!text.empty()) {
        std::size_t length = text.size() < most ? text.size() : most;
        while (length < text.size() && length > 1 && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80) {
            --length;
        }
        if (!words.empty()) words += "\r\n ";
        words += "=?UTF-8?B?" + to_base64(text.substr(0, length)) + "?=";
        text.remove_prefix(length);
    }
    return words;
}

/// Text of a header field that anybody may have written.
inline std::string unstructured(std::string_view text) {
    const auto clean = without_controls(text);
    return is_ascii(clean) ? clean : encoded_words(clean);
}

inline std::string mailbox(const Mailbox& mailbox) {
    if (mailbox.name.empty()) return mailbox.address;
    const auto clean = without_controls(mailbox.name);
    std::string phrase;
    if (is_ascii(clean)) {
        phrase = '"';
        for (const char c : clean) {
            if (c == '"' || c == '\\') phrase += '\\';
            phrase += c;
        }
        phrase += '"';
    } else {
        phrase = encoded_words(clean);
    }
    return phrase + " <" + mailbox.address + '>';
}

/// `Tue, 21 Jul 2020 12:21:00 +0000` (RFC 5322, section 3.3).
inline std::string date(TimePoint time) {
    using namespace std::chrono;
    constexpr std::array<std::string_view, 7> days_of_week{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto midnight = floor<days>(time);
    const year_month_day day{midnight};
    const hh_mm_ss clock{floor<seconds>(time - midnight)};
    const auto two_digits = [](auto value) {
        const auto text = std::to_string(value);
        return text.size() < 2 ? '0' + text : text;
    };
    std::string text(days_of_week[weekday{midnight}.c_encoding()]);
    text += ", " + two_digits(unsigned{day.day()}) + ' ';
    text += months[unsigned{day.month()} - 1];
    text += ' ' + std::to_string(int{day.year()}) + ' ' + two_digits(clock.hours().count()) + ':' +
            two_digits(clock.minutes().count()) + ':' + two_digits(clock.seconds().count()) + " +0000";
    return text;
}

/// Takes the first line off `text`, without its end.
inline std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

/// Whether the text can travel as it is (RFC 5322, section 2.1.1).
inline bool fits(std::string_view text, MailPath path) {
    if (path == MailPath::seven_bit && !is_ascii(text)) return false;
    while (!text.empty()) {
        const auto line = take_line(text);
        if (line.size() > 998) return false;
        for (const char c : line) {
            if (is_control(c) && c != '\t') return false;
        }
    }
    return true;
}

/// One line in lines of at most 76 characters (RFC 2045, section 6.7).
inline void append_quoted_printable(std::string& out, std::string_view line) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::size_t column = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const bool blank = c == ' ' || c == '\t';
        const bool plain = blank ? i + 1 < line.size() : is_ascii(c) && !is_control(c) && c != '=';
        const std::size_t width = plain ? 1 : 3;
        if (column + width > 75) {
            out += "=\r\n";
            column = 0;
        }
        column += width;
        if (plain) {
            out += c;
        } else {
            out += '=';
            out += digits[static_cast<unsigned char>(c) >> 4];
            out += digits[static_cast<unsigned char>(c) & 15];
        }
    }
}

inline std::string body(std::string_view text, bool as_it_is) {
    std::string lines;
    while (!text.empty()) {
        const auto line = take_line(text);
        if (as_it_is) {
            lines += line;
        } else {
            append_quoted_printable(lines, line);
        }
        lines += "\r\n";
    }
    return lines;
}

inline std::string_view plain_encoding(MailPath path) { return path == MailPath::eight_bit ? "8bit" : "7bit"; }

/// The rest of a message, or a part of one: what it is, and the text.
/// @param boundary what would end the part; it begins with `=_`, which quoted-printable never holds. Empty: no part.
inline std::string part(std::string_view type, std::string_view text, MailPath path, std::string_view boundary = {}) {
    const bool is_free = boundary.empty() || text.find(boundary) == std::string_view::npos;
    const bool as_it_is = is_free && fits(text, path);
    std::string part = "Content-Type: ";
    part += type;
    part += "; charset=utf-8\r\nContent-Transfer-Encoding: ";
    part += as_it_is ? plain_encoding(path) : "quoted-printable";
    part += "\r\n\r\n";
    return part + body(text, as_it_is);
}

/// The text and the HTML, of which a reader shows the last that it can (RFC 2046, section 5.1.4).
inline std::string alternatives(const MailMessage& message, MailPath path) {
    const auto boundary = "=_data-export-" + message.key;
    std::string parts = "Content-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n";
    parts += "Content-Transfer-Encoding: ";
    parts += plain_encoding(path);
    parts += "\r\n\r\n--" + boundary + "\r\n" + part("text/plain", message.text, path, boundary);
    parts += "\r\n--" + boundary + "\r\n" + part("text/html", message.html, path, boundary);
    return parts + "\r\n--" + boundary + "--\r\n";
}

inline std::string_view domain(std::string_view address) { return address.substr(address.rfind('@') + 1); }

} // namespace detail::eml

DATAEXPORT_DECL bool is_mail_address(std::string_view text) noexcept {
    const auto at = text.find('@');
    if (at == 0 || at == std::string_view::npos || at + 1 == text.size() || text.size() > 254) return false;
    if (text.find('@', at + 1) != std::string_view::npos) return false;
    for (const char c : text) {
        if (detail::eml::is_control(c)) return false;
    }
    return text.find_first_of(" \",:;<>()[]\\") == std::string_view::npos;
}

DATAEXPORT_DECL Result<Mailbox> parse_mailbox(std::string_view text) {
    Mailbox mailbox;
    text = detail::eml::trimmed(text);
    if (const auto open = text.find('<'); open != std::string_view::npos && text.ends_with('>')) {
        auto name = detail::eml::trimmed(text.substr(0, open));
        if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
        mailbox.name = name;
        text = text.substr(open + 1, text.size() - open - 2);
    }
    mailbox.address = text;
    if (!is_mail_address(mailbox.address) || detail::eml::without_controls(mailbox.name) != mailbox.name) {
        return Error{Errc::invalid_configuration, "the sender of mail must be an address, or a name and <address>"};
    }
    return mailbox;
}

DATAEXPORT_DECL std::string to_eml(const MailMessage& message, const Mailbox& from, MailPath path) {
    assert(is_mail_address(message.to));
    std::string eml = "From: " + detail::eml::mailbox(from);
    eml += "\r\nTo: " + message.to;
    eml += "\r\nSubject: " + detail::eml::unstructured(message.subject);
    eml += "\r\nDate: " + detail::eml::date(message.date);
    eml += "\r\nMessage-ID: <data-export-" + message.key + '@';
    eml += detail::eml::domain(from.address);
    eml += ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
    return eml + (message.html.empty() ? detail::eml::part("text/plain", message.text, path)
                                       : detail::eml::alternatives(message, path));
}

DATAEXPORT_NAMESPACE_END
