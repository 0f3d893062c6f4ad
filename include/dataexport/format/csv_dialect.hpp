/// @file
/// How a CSV file is written.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/format/cell_policy.hpp>
#include <dataexport/format/formula_guard.hpp>
#include <dataexport/format/labels.hpp>

#include <cstdint>
#include <string>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Settings that belong together. Every one of them can still be set otherwise.
enum class CsvPreset : std::uint8_t {
    none,
    excel, ///< A byte order mark, and a warning for cells that are longer than Excel keeps.
};

enum class LineEnd : std::uint8_t { crlf, lf };

/// Which cells are in quotes. NULL never is, so that it differs from empty text.
enum class QuotePolicy : std::uint8_t {
    minimal, ///< Where it is needed.
    all,
    strings, ///< Text, JSON and bytes.
};

/// Text with NUL characters, which many readers stop at.
enum class NulPolicy : std::uint8_t {
    keep,  ///< Written, in quotes.
    strip, ///< Left out, with a warning.
    fail,  ///< The export fails with `Errc::nul_in_text`.
};

/// How a CSV file is written. The default is RFC 4180: commas, CRLF, quotes doubled.
struct CsvDialect {
    CsvPreset preset = CsvPreset::none;
    char delimiter = ',';
    LineEnd eol = LineEnd::crlf;
    QuotePolicy quote = QuotePolicy::minimal;
    std::string null_token; ///< What NULL is written as; text that equals it is quoted.
    bool header = true;
    bool bom = false;
    std::vector<std::string> labels; ///< Headings instead of the names of the columns; empty: the names.
    DuplicateLabels duplicate_labels = DuplicateLabels::fail;
    InvalidUtf8 invalid_utf8 = InvalidUtf8::replace;
    NulPolicy nul = NulPolicy::keep;
    NonFinite non_finite = NonFinite::null;
    BytesForm bytes = BytesForm::base64;
    bool decimal_comma = false;
    FormulaGuard formula_guard = FormulaGuard::escape;
    NumericText numeric_text = NumericText::allow;

    /// A preset as it is before anything else is set.
    [[nodiscard]] static CsvDialect of(CsvPreset preset);

    /// Reads the dialect of a request; its members are named like the members here, with `preset` as `excel`, `eol`
    /// as `"\r\n"` or `"\n"`, and the names of enumerators elsewhere.
    /// @return `Errc::invalid_dialect` that lists everything wrong, each with the JSON pointer of its member.
    [[nodiscard]] static Result<CsvDialect> from_json(const json::object& members);
    /// The members that differ from the default, in one fixed order: equal dialects give equal objects.
    [[nodiscard]] json::object to_json() const;

    friend bool operator==(const CsvDialect&, const CsvDialect&) = default;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/format/impl/csv_dialect.ipp>
#endif
