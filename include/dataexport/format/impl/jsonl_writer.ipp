#pragma once

#include <dataexport/format/jsonl_writer.hpp>

#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::jsonl_writer {

using byte_blocks::Block;
using byte_blocks::filled_with;

inline Block controls(Block block) noexcept { return (block & filled_with('\xE0')) == Block{}; }

inline Block escaped_in_text(Block block) noexcept {
    return controls(block) | (block == filled_with('"')) | (block == filled_with('\\'));
}

/// The letter of a two-character escape, or 0.
inline char short_escape(char c) noexcept {
    switch (c) {
    case '"':
    case '\\':
        return c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

inline bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20; }

/// Writes one byte of a string, as an escape if it needs one.
inline char* escape_in_text(char c, char* out) noexcept {
    if (const char letter = short_escape(c)) {
        *out++ = '\\';
        *out++ = letter;
    } else if (is_control(c)) {
        constexpr std::string_view digits = "0123456789abcdef";
        out = std::copy_n("\\u00", 4, out);
        *out++ = digits[static_cast<unsigned char>(c) >> 4];
        *out++ = digits[static_cast<unsigned char>(c) & 15];
    } else {
        *out++ = c;
    }
    return out;
}

} // namespace detail::jsonl_writer

DATAEXPORT_DECL JsonlWriter::JsonlWriter(std::span<const Column> columns, JsonlDialect dialect)
    : rows_(column_names(columns)), dialect_(std::move(dialect)), quote_size_(dialect_.int64_as_string ? 1 : 0) {
    keys_.reserve(columns.size() + 1);
    rows_.set_in_header(true);
    for (const auto& column : columns) {
        prepare_key(column.name);
    }
    rows_.set_in_header(false);
    static_cast<void>(rows_.end_rows_at(rows_.end()));
    keys_.push_back({key_text_.size(), 0});
    key_text_.append(detail::byte_blocks::block_size, ' ');
}

DATAEXPORT_DECL void JsonlWriter::prepare_key(std::string_view name) {
    const auto offset = key_text_.size();
    append_json_string(key_text_, rows_.checked_utf8(name, dialect_.invalid_utf8));
    key_text_ += ':';
    keys_.push_back({offset, key_text_.size() - offset});
    rows_.end_cell(rows_.end());
}

DATAEXPORT_DECL void JsonlWriter::decimal(std::string_view digits) {
    if (dialect_.decimal == DecimalForm::number && is_json_number(digits)) return token(digits);
    text(digits);
}

DATAEXPORT_DECL void JsonlWriter::non_finite(double value) {
    const auto name = rows_.non_finite_text(value, dialect_.non_finite);
    if (name.empty()) return null();
    text(name);
}

DATAEXPORT_DECL void JsonlWriter::rest_of_text(std::string_view value, char* out) {
    rows_.set_end(out);
    rows_.append_escaped(rows_.checked_utf8(value, dialect_.invalid_utf8), detail::jsonl_writer::escaped_in_text,
                         detail::jsonl_writer::escape_in_text);
    rows_.append("\"");
    separate(rows_.end());
}

DATAEXPORT_DECL void JsonlWriter::rest_of_json(std::string_view value, char* out) {
    rows_.set_end(out);
    // Outside of strings a control character is white space, inside of them there is none: it can go, so that the
    // object stays on its line.
    rows_.append_escaped(rows_.checked_utf8(value, dialect_.invalid_utf8), detail::jsonl_writer::controls,
                         [](char c, char* to) {
                             if (!detail::jsonl_writer::is_control(c)) *to++ = c;
                             return to;
                         });
    separate(rows_.end());
}

DATAEXPORT_NAMESPACE_END
