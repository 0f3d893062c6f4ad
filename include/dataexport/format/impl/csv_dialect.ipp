#pragma once

#include <dataexport/format/csv_dialect.hpp>
#include <dataexport/format/impl/dialect_members.ipp>
#include <dataexport/format/text_encoding.hpp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::csv_dialect {

using dialect_members::Names;

inline constexpr Names<2> preset_names{"none", "excel"};
inline constexpr Names<2> eol_names{"\r\n", "\n"};
inline constexpr Names<3> quote_names{"minimal", "all", "strings"};
inline constexpr Names<3> nul_names{"keep", "strip", "fail"};
inline constexpr Names<3> formula_guard_names{"off", "escape", "reject"};
inline constexpr Names<2> numeric_text_names{"allow", "strict"};

template <class Members, class Dialect>
void visit(Members& members, Dialect& dialect) {
    using namespace dialect_members;
    members.choice("preset", dialect.preset, preset_names);
    members.character("delimiter", dialect.delimiter);
    members.choice("eol", dialect.eol, eol_names);
    members.choice("quote", dialect.quote, quote_names);
    members.text("null_token", dialect.null_token);
    members.flag("header", dialect.header);
    members.flag("bom", dialect.bom);
    members.texts("labels", dialect.labels);
    members.choice("duplicate_labels", dialect.duplicate_labels, duplicate_labels_names);
    members.choice("invalid_utf8", dialect.invalid_utf8, invalid_utf8_names);
    members.choice("nul", dialect.nul, nul_names);
    members.choice("non_finite", dialect.non_finite, non_finite_names);
    members.choice("bytes", dialect.bytes, bytes_names);
    members.flag("decimal_comma", dialect.decimal_comma);
    members.choice("formula_guard", dialect.formula_guard, formula_guard_names);
    members.choice("numeric_text", dialect.numeric_text, numeric_text_names);
}

inline json::object all_members(const CsvDialect& dialect) {
    dialect_members::Printer printer;
    visit(printer, dialect);
    return printer.release();
}

inline bool is_letter_or_digit(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// A delimiter cannot be part of a cell that is written without looking at it: of a number, an instant, bytes, or
/// the apostrophe of the formula guard.
inline bool can_delimit(char c) noexcept {
    constexpr std::string_view taken("\"\r\n\0+-.:/='", 11);
    return static_cast<unsigned char>(c) < 0x7F && !is_letter_or_digit(c) && taken.find(c) == std::string_view::npos;
}

/// Whether a boolean, a number or an instant could be written like this.
inline bool reads_as_other_value(std::string_view token, NonFinite non_finite) noexcept {
    if (token == "true" || token == "false") return true;
    if (non_finite == NonFinite::text && (token == "NaN" || token == "Infinity" || token == "-Infinity")) return true;
    return token.find_first_of("0123456789") != std::string_view::npos &&
           token.find_first_not_of("0123456789+-.,:eET") == std::string_view::npos;
}

inline void check_null_token(dialect_members::Reader& reader, const CsvDialect& dialect) {
    const std::string_view token = dialect.null_token;
    if (token.find_first_of(std::string_view("\"\r\n\0", 4)) != std::string_view::npos ||
        token.find(dialect.delimiter) != std::string_view::npos) {
        reader.problem("null_token", "must not hold the delimiter, a quote, a line end or NUL");
    } else if (reads_as_other_value(token, dialect.non_finite)) {
        reader.problem("null_token", "must not be written like a boolean, a number or a time");
    } else if (token == "\\.") {
        reader.problem("null_token", "must not be \\., which ends a PostgreSQL COPY");
    } else if (!is_valid_utf8(token)) {
        reader.problem("null_token", "must be UTF-8");
    }
}

inline void check(dialect_members::Reader& reader, const CsvDialect& dialect) {
    if (!can_delimit(dialect.delimiter)) {
        reader.problem("delimiter", "must not be a quote, a line end, NUL, a letter, a digit or one of + - . : / = '");
    }
    check_null_token(reader, dialect);
    if (dialect.decimal_comma && dialect.delimiter == ',') {
        reader.problem("decimal_comma", "needs a delimiter that is not a comma");
    }
    if (!dialect.header && !dialect.labels.empty()) {
        reader.problem("labels", "must not be given without a header");
    }
}

} // namespace detail::csv_dialect

DATAEXPORT_DECL CsvDialect CsvDialect::of(CsvPreset preset) {
    CsvDialect dialect;
    dialect.preset = preset;
    dialect.bom = preset == CsvPreset::excel;
    return dialect;
}

DATAEXPORT_DECL Result<CsvDialect> CsvDialect::from_json(const json::object& members) {
    CsvPreset preset = CsvPreset::none;
    detail::dialect_members::Reader(members).choice("preset", preset, detail::csv_dialect::preset_names);
    CsvDialect dialect = of(preset);
    detail::dialect_members::Reader reader(members);
    detail::csv_dialect::visit(reader, dialect);
    detail::csv_dialect::check(reader, dialect);
    if (auto error = reader.finish()) return *std::move(error);
    return dialect;
}

DATAEXPORT_DECL json::object CsvDialect::to_json() const {
    using namespace detail;
    auto members = dialect_members::difference(csv_dialect::all_members(*this), csv_dialect::all_members(of(preset)));
    if (preset == CsvPreset::none) return members;
    json::object with_preset{{"preset", csv_dialect::preset_names[static_cast<std::size_t>(preset)]}};
    with_preset.insert(members.begin(), members.end());
    return with_preset;
}

DATAEXPORT_NAMESPACE_END
