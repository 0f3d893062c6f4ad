#pragma once

#include <dataexport/format/bytes_text.hpp>
#include <dataexport/format/csv_writer.hpp>

#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::csv_writer {

using byte_blocks::any;
using byte_blocks::Block;
using byte_blocks::filled_with;

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
/// What Excel keeps of a cell, in UTF-16 code units.
inline constexpr std::size_t excel_cell_size = 32767;

/// What there is in a text that has to do with its being CSV.
struct Contents {
    bool needs_quotes; ///< A delimiter, a quote or a line end.
    bool nul;
    bool foreign_separators; ///< A character that separates cells elsewhere.
};

inline Contents contents_of(std::string_view text, char delimiter) noexcept {
    Block quoted{};
    Block nul{};
    Block separators{};
    byte_blocks::for_each_block(text, [&](Block block) {
        nul |= block == Block{};
        const Block delimiters = block == filled_with(delimiter);
        quoted |=
            delimiters | (block == filled_with('"')) | (block == filled_with('\r')) | (block == filled_with('\n'));
        separators |=
            ((block == filled_with(',')) | (block == filled_with(';')) | (block == filled_with('\t'))) & ~delimiters;
    });
    return {any(quoted), any(nul), any(separators)};
}

inline std::size_t utf16_size(std::string_view text) noexcept {
    std::size_t size = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0) != 0x80) size += byte >= 0xF0 ? 2 : 1;
    }
    return size;
}

/// The separators, besides the delimiter, that another program might take for its own.
inline char foreign_separator(char candidate, char delimiter, FormulaGuard guard) noexcept {
    return guard == FormulaGuard::off ? delimiter : candidate;
}

} // namespace detail::csv_writer

DATAEXPORT_DECL CsvWriter::CsvWriter(std::span<const Column> columns, CsvDialect dialect)
    : rows_(column_names(columns)), dialect_(std::move(dialect)),
      guard_(dialect_.formula_guard), special_{detail::byte_blocks::filled_with(dialect_.delimiter),
                                               detail::byte_blocks::filled_with(detail::csv_writer::foreign_separator(
                                                   ',', dialect_.delimiter, guard_)),
                                               detail::byte_blocks::filled_with(detail::csv_writer::foreign_separator(
                                                   ';', dialect_.delimiter, guard_))},
      null_text_(dialect_.null_token), null_warns_(columns.size() == 1 && null_text_.empty()),
      quote_size_(dialect_.quote == QuotePolicy::all ? 1 : 0),
      plain_size_(dialect_.preset == CsvPreset::excel ? detail::csv_writer::excel_cell_size
                                                      : static_cast<std::size_t>(-1)) {
    const auto mark = [this](char c) { awkward_front_[static_cast<unsigned char>(c)] = true; };
    mark(' ');
    if (columns.size() == 1) mark('\\');
    if (!null_text_.empty()) mark(null_text_.front());
    if (guard_ != FormulaGuard::off) std::for_each_n("=+-@", 4, mark);
    if (dialect_.quote != QuotePolicy::minimal) awkward_front_.fill(true);
    if (null_warns_) null_text_ = "\"\"";
}

DATAEXPORT_DECL void CsvWriter::begin() {
    if (dialect_.bom) rows_.append(detail::csv_writer::byte_order_mark);
    if (dialect_.header) {
        rows_.set_in_header(true);
        // Excel takes a file that begins with ID for SYLK.
        const bool sylk =
            dialect_.preset == CsvPreset::excel && !dialect_.bom && rows_.names().front().starts_with("ID");
        for (const auto& name : rows_.names()) {
            awkward_text(name, guard_, sylk && rows_.column() == 0);
        }
        rows_.set_in_header(false);
        if (!rows_.row_is_good()) return;
        rows_.set_end(end_line());
    }
    static_cast<void>(rows_.end_rows_at(rows_.end()));
}

DATAEXPORT_DECL void CsvWriter::decimal(std::string_view digits) {
    if (!is_json_number(digits)) return text(digits);
    bare(digits);
    if (dialect_.decimal_comma) std::replace(rows_.end() - digits.size() - quote_size_ - 1, rows_.end() - 1, '.', ',');
}

DATAEXPORT_DECL void CsvWriter::bytes(std::span<const unsigned char> value) {
    bytes_text_.resize(bytes_text_size(value.size(), dialect_.bytes));
    write_bytes_text(value, dialect_.bytes, bytes_text_.data());
    awkward_text(bytes_text_, FormulaGuard::off);
}

DATAEXPORT_DECL void CsvWriter::non_finite(double value) {
    const auto name = rows_.non_finite_text(value, dialect_.non_finite);
    if (name.empty()) return null();
    bare(name);
}

DATAEXPORT_DECL void CsvWriter::awkward_text(std::string_view value, FormulaGuard guard, bool in_quotes) {
    value = rows_.checked_utf8(value, dialect_.invalid_utf8);
    const auto contents = detail::csv_writer::contents_of(value, dialect_.delimiter);
    const bool keeps_nul = contents.nul && dialect_.nul == NulPolicy::keep;
    if (contents.nul && !keeps_nul) value = without_nul(value);
    const std::string_view prefix = is_guarded(value, guard) ? "'" : "";
    if (contents.foreign_separators && guard_ != FormulaGuard::off &&
        has_formula_after_foreign_separator(value, dialect_.delimiter, dialect_.numeric_text)) {
        rows_.warn(
            "formula_after_foreign_separator",
            "A spreadsheet that separates cells by another character would find a formula inside of some texts.");
    }
    if (dialect_.preset == CsvPreset::excel) warn_of_cell_limit(value);
    write_text(prefix, value,
               in_quotes || contents.needs_quotes || keeps_nul || dialect_.quote != QuotePolicy::minimal ||
                   reads_otherwise_bare(value, prefix));
}

DATAEXPORT_DECL std::string_view CsvWriter::without_nul(std::string_view value) {
    if (dialect_.nul == NulPolicy::fail) {
        rows_.fail(Errc::nul_in_text, "the text has a NUL character");
    } else {
        rows_.warn("nul_stripped", "NUL characters were left out of some texts.");
    }
    text_without_nul_.assign(value);
    std::erase(text_without_nul_, '\0');
    return text_without_nul_;
}

DATAEXPORT_DECL bool CsvWriter::is_guarded(std::string_view value, FormulaGuard guard) {
    if (guard == FormulaGuard::off || !looks_like_formula(value, dialect_.numeric_text)) return false;
    if (guard == FormulaGuard::reject) {
        rows_.fail(Errc::formula_detected, "a spreadsheet would take the text for a formula");
        return false;
    }
    rows_.warn("formula_guarded", "Texts that a spreadsheet would take for formulas have an apostrophe in front.");
    return true;
}

DATAEXPORT_DECL bool CsvWriter::reads_otherwise_bare(std::string_view value, std::string_view prefix) const noexcept {
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    if (value.empty() || blank(value.front()) || blank(value.back())) return true;
    const std::string_view null_token = dialect_.null_token;
    if (null_token.starts_with(prefix) && null_token.substr(prefix.size()) == value) return true;
    return rows_.column_count() == 1 && value == "\\."; // the end of a PostgreSQL COPY
}

DATAEXPORT_DECL void CsvWriter::write_text(std::string_view prefix, std::string_view value, bool in_quotes) {
    if (!in_quotes) {
        rows_.append(prefix);
        rows_.append(value);
        return delimit(rows_.end());
    }
    rows_.append("\"");
    rows_.append(prefix);
    rows_.append_escaped(
        value, [](detail::byte_blocks::Block block) { return block == detail::byte_blocks::filled_with('"'); },
        [](char c, char* out) {
            *out++ = c;
            if (c == '"') *out++ = '"';
            return out;
        });
    rows_.append("\"");
    delimit(rows_.end());
}

DATAEXPORT_DECL void CsvWriter::warn_null_as_empty() {
    rows_.warn("null_as_empty",
               "A null that is alone in its row is written as empty text, since readers skip empty lines.");
}

DATAEXPORT_DECL void CsvWriter::warn_of_cell_limit(std::string_view value) {
    using namespace detail::csv_writer;
    if (value.size() <= excel_cell_size || utf16_size(value) <= excel_cell_size) return;
    rows_.warn("excel_cell_limit", "Some texts have more than the 32767 characters that Excel keeps in a cell.");
}

DATAEXPORT_NAMESPACE_END
