/// @file
/// CSV and JSONL written slowly and obviously, to compare the writers with.
#pragma once

#include "cells.hpp"

#include <dataexport/format/csv_dialect.hpp>
#include <dataexport/format/jsonl_dialect.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace format_tests::reference {

inline constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Decodes exactly one character, the slow way. @return nothing if `s` is not one
inline std::optional<unsigned> decode(std::string_view s) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    if (s.empty() || s.size() > 4) return std::nullopt;
    for (std::size_t i = 1; i < s.size(); ++i) {
        if (byte(i) < 0x80 || byte(i) > 0xBF) return std::nullopt;
    }
    unsigned code = 0;
    if (s.size() == 1 && byte(0) < 0x80) return byte(0);
    if (s.size() == 2 && byte(0) >= 0xC0 && byte(0) <= 0xDF) {
        code = (byte(0) & 0x1FU) << 6 | (byte(1) & 0x3FU);
        return code >= 0x80 ? std::optional(code) : std::nullopt;
    }
    if (s.size() == 3 && byte(0) >= 0xE0 && byte(0) <= 0xEF) {
        code = (byte(0) & 0xFU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
        return code >= 0x800 && (code < 0xD800 || code > 0xDFFF) ? std::optional(code) : std::nullopt;
    }
    if (s.size() == 4 && byte(0) >= 0xF0 && byte(0) <= 0xF7) {
        code = (byte(0) & 7U) << 18 | (byte(1) & 0x3FU) << 12 | (byte(2) & 0x3FU) << 6 | (byte(3) & 0x3FU);
        return code >= 0x10000 && code <= 0x10FFFF ? std::optional(code) : std::nullopt;
    }
    return std::nullopt;
}

/// Whether some bytes after `s` would make it one character.
inline bool begins_character(const std::string& s) {
    if (decode(s)) return true;
    if (s.size() >= 4) return false;
    for (const char next : {'\x80', '\x90', '\xA0'}) {
        if (begins_character(s + next)) return true;
    }
    return false;
}

/// U+FFFD for each maximal subpart that is not UTF-8.
inline std::string repaired(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t size = 1;
        while (at + size < text.size() && begins_character(text.substr(at, size + 1)) &&
               !decode(text.substr(at, size))) {
            ++size;
        }
        const auto piece = text.substr(at, size);
        out += decode(piece) ? piece : std::string(replacement);
        at += size;
    }
    return out;
}

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

/// The shortest digits that read back equal, by trying; fixed form for 1e-4 <= |value| < 1e16.
inline std::string real_text(double value) {
    if (value == 0) return std::signbit(value) ? "-0" : "0";
    char buffer[64];
    int precision = 0;
    do {
        std::snprintf(buffer, sizeof buffer, "%.*e", precision++, value);
    } while (std::strtod(buffer, nullptr) != value);
    const std::string scientific = buffer;
    const double size = std::fabs(value);
    if (size < 1e-4 || size >= 1e16) return scientific;
    const int exponent = std::atoi(scientific.substr(scientific.find('e') + 1).c_str());
    std::snprintf(buffer, sizeof buffer, "%.*f", std::max(0, precision - 1 - exponent), value);
    return buffer;
}

/// ISO 8601, by the C library; microseconds only if there are any. @pre the year has four digits
inline std::string time_text(dx::TimePoint time) {
    const std::int64_t micros = time.time_since_epoch().count();
    const std::int64_t fraction = ((micros % 1'000'000) + 1'000'000) % 1'000'000;
    const std::time_t seconds = (micros - fraction) / 1'000'000;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[64];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    char point[16];
    std::snprintf(point, sizeof point, ".%06d", static_cast<int>(fraction));
    return std::string(text) + (fraction == 0 ? "" : point) + "+00:00";
}

inline std::string bytes_text(const Bytes& bytes, dx::BytesForm form) {
    std::string bits;
    for (const unsigned char byte : bytes) {
        for (int bit = 7; bit >= 0; --bit) {
            bits += (byte >> bit) & 1 ? '1' : '0';
        }
    }
    const std::size_t width = form == dx::BytesForm::hex ? 4 : 6;
    const std::string_view digits = form == dx::BytesForm::hex
                                        ? "0123456789abcdef"
                                        : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (; !bits.empty(); bits.erase(0, width)) {
        bits.resize(std::max(width, bits.size()), '0');
        out += digits[std::stoul(bits.substr(0, width), nullptr, 2)];
    }
    while (form == dx::BytesForm::base64 && out.size() % 4 != 0) {
        out += '=';
    }
    return out;
}

inline std::string non_finite_text(double value) {
    if (std::isnan(value)) return "NaN";
    return value > 0 ? "Infinity" : "-Infinity";
}

/// What a reader of the CSV should get for a text.
inline std::string csv_text(std::string text, const dx::CsvDialect& dialect) {
    text = repaired(text);
    if (dialect.nul == dx::NulPolicy::strip) text = replaced(text, "\0"s, "");
    if (dialect.formula_guard == dx::FormulaGuard::escape && dx::looks_like_formula(text, dialect.numeric_text)) {
        text = "'" + text;
    }
    return text;
}

/// What a reader of the CSV should get for a cell; nothing for NULL.
inline std::optional<std::string> csv_value(const Cell& cell, const dx::CsvDialect& dialect) {
    const auto number = [&](std::string text) { return dialect.decimal_comma ? replaced(text, ".", ",") : text; };
    using Text = std::optional<std::string>;
    auto unguarded = dialect;
    unguarded.formula_guard = dx::FormulaGuard::off;
    return std::visit(Overloaded{[](Null) { return Text(); }, [](bool v) { return Text(v ? "true" : "false"); },
                                 [](std::int64_t v) { return Text(std::to_string(v)); },
                                 [](std::uint64_t v) { return Text(std::to_string(v)); },
                                 [&](double v) {
                                     if (std::isfinite(v)) return Text(number(real_text(v)));
                                     return dialect.non_finite == dx::NonFinite::text ? Text(non_finite_text(v))
                                                                                      : Text();
                                 },
                                 [&](const Decimal& v) { return Text(number(v.digits)); },
                                 [&](const std::string& v) { return Text(csv_text(v, dialect)); },
                                 [](dx::TimePoint v) { return Text(time_text(v)); },
                                 [&](const Json& v) { return Text(csv_text(v.text, unguarded)); },
                                 [&](const Bytes& v) { return Text(bytes_text(v, dialect.bytes)); }},
                      cell);
}

inline bool is_text(const Cell& cell) {
    return std::holds_alternative<std::string>(cell) || std::holds_alternative<Json>(cell) ||
           std::holds_alternative<Bytes>(cell);
}

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }

inline bool needs_quotes(const Cell& cell, const std::string& value, bool alone, const dx::CsvDialect& dialect) {
    if (dialect.quote == dx::QuotePolicy::all) return true;
    if (!is_text(cell)) return false;
    if (dialect.quote == dx::QuotePolicy::strings || value.empty() || value == dialect.null_token) return true;
    if (value.find_first_of("\"\r\n\0"s + dialect.delimiter) != std::string::npos) return true;
    const bool guarded = value.size() > 1 && value[0] == '\'' && value != csv_value(cell, [&] {
                                                                     auto off = dialect;
                                                                     off.formula_guard = dx::FormulaGuard::off;
                                                                     return off;
                                                                 }());
    return is_blank(value[guarded ? 1 : 0]) || is_blank(value.back()) || (alone && value == "\\.");
}

inline std::string csv_cell(const Cell& cell, bool alone, const dx::CsvDialect& dialect) {
    const auto value = csv_value(cell, dialect);
    if (!value) return alone && dialect.null_token.empty() ? "\"\"" : dialect.null_token;
    if (!needs_quotes(cell, *value, alone, dialect)) return *value;
    return '"' + replaced(*value, "\"", "\"\"") + '"';
}

inline std::string csv_row(const Row& row, const dx::CsvDialect& dialect) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (i != 0) line += dialect.delimiter;
        line += csv_cell(row[i], row.size() == 1, dialect);
    }
    return line + (dialect.eol == dx::LineEnd::crlf ? "\r\n" : "\n");
}

inline Row header(const std::vector<std::string>& names) { return Row(names.begin(), names.end()); }

inline std::string csv(const std::vector<std::string>& names, const Rows& rows, const dx::CsvDialect& dialect) {
    std::string file = dialect.bom ? "\xEF\xBB\xBF" : "";
    if (dialect.header) file += csv_row(header(names), dialect);
    for (const auto& row : rows) {
        file += csv_row(row, dialect);
    }
    return file;
}

inline std::string json_string(const std::string& text) {
    std::string out = "\"";
    for (const char c : repaired(text)) {
        const auto special = "\"\\\b\f\n\r\t"s.find(c);
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned char>(c));
        if (special != std::string::npos) {
            out += "\\"s + "\"\\bfnrt"[special];
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += escape;
        } else {
            out += c;
        }
    }
    return out + '"';
}

/// The value of a cell in JSONL; nothing for a key that is left out.
inline std::optional<std::string> json_value(const Cell& cell, const dx::JsonlDialect& dialect) {
    using Text = std::optional<std::string>;
    const auto null = dialect.omit_null ? Text() : Text("null");
    const auto integer = [&](const auto& v) {
        return Text(dialect.int64_as_string ? '"' + std::to_string(v) + '"' : std::to_string(v));
    };
    return std::visit(
        Overloaded{[&](Null) { return null; }, [](bool v) { return Text(v ? "true" : "false"); },
                   [&](std::int64_t v) { return integer(v); }, [&](std::uint64_t v) { return integer(v); },
                   [&](double v) {
                       if (std::isfinite(v)) return Text(real_text(v));
                       if (dialect.non_finite == dx::NonFinite::null) return null;
                       return Text('"' + non_finite_text(v) + '"');
                   },
                   [&](const Decimal& v) {
                       return Text(dialect.decimal == dx::DecimalForm::text ? '"' + v.digits + '"' : v.digits);
                   },
                   [](const std::string& v) { return Text(json_string(v)); },
                   [](dx::TimePoint v) { return Text('"' + time_text(v) + '"'); },
                   [](const Json& v) { return Text(repaired(v.text)); },
                   [&](const Bytes& v) { return Text('"' + bytes_text(v, dialect.bytes) + '"'); }},
        cell);
}

inline std::string jsonl(const std::vector<std::string>& names, const Rows& rows, const dx::JsonlDialect& dialect) {
    std::string file;
    for (const auto& row : rows) {
        std::string members;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (const auto value = json_value(row[i], dialect)) {
                members += (members.empty() ? "" : ",") + json_string(names[i]) + ':' + *value;
            }
        }
        file += '{' + members + "}\n";
    }
    return file;
}

} // namespace format_tests::reference
