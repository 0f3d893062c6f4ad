/// @file
/// How a JSONL file is written.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/format/cell_policy.hpp>
#include <dataexport/format/labels.hpp>

#include <cstdint>
#include <string>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// How decimals are written; as numbers they lose digits in readers that only have doubles.
enum class DecimalForm : std::uint8_t { text, number };

/// How a JSONL file is written: one object a line, the keys in the order of the columns.
struct JsonlDialect {
    bool int64_as_string = false; ///< Integers in quotes, for readers that only have doubles.
    bool omit_null = false;       ///< A key whose value is null is left out.
    DecimalForm decimal = DecimalForm::text;
    NonFinite non_finite = NonFinite::null;
    BytesForm bytes = BytesForm::base64;
    InvalidUtf8 invalid_utf8 = InvalidUtf8::replace;
    std::vector<std::string> labels; ///< Keys instead of the names of the columns; empty: the names.
    DuplicateLabels duplicate_labels = DuplicateLabels::fail;

    /// Reads the dialect of a request; its members are named like the members here.
    /// @return `Errc::invalid_dialect` that lists everything wrong, each with the JSON pointer of its member.
    [[nodiscard]] static Result<JsonlDialect> from_json(const json::object& members);
    /// The members that differ from the default, in one fixed order: equal dialects give equal objects.
    [[nodiscard]] json::object to_json() const;

    friend bool operator==(const JsonlDialect&, const JsonlDialect&) = default;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/format/impl/jsonl_dialect.ipp>
#endif
