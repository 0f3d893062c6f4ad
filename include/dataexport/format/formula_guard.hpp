/// @file
/// Text that a spreadsheet would compute instead of show (CWE-1236).
#pragma once

#include <dataexport/core/config.hpp>

#include <cstdint>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// What to do with text that a spreadsheet would take for a formula. It is about text alone: numbers stay as they are.
enum class FormulaGuard : std::uint8_t {
    off,
    escape, ///< An apostrophe goes in front, with a warning.
    reject, ///< The export fails with `Errc::formula_detected`.
};

/// Whether text that is a plain number with a sign, such as `-12.5` or `+4915112345678`, is left alone.
enum class NumericText : std::uint8_t { allow, strict };

/// Whether a spreadsheet may compute `text`: it begins with TAB, CR, LF or NUL, or with `=`, `+`, `-`, `@` or one of
/// their full-width forms, perhaps after blanks and invisible characters. @pre `text` is valid UTF-8
[[nodiscard]] bool looks_like_formula(std::string_view text, NumericText numeric) noexcept;

/// Whether a spreadsheet that separates cells by another character than `delimiter` (one of `,`, `;` and TAB) would
/// find a formula inside of `text`. @pre `text` is valid UTF-8
[[nodiscard]] bool has_formula_after_foreign_separator(std::string_view text, char delimiter,
                                                       NumericText numeric) noexcept;

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/format/impl/formula_guard.ipp>
#endif
