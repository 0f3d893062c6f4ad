/// @file
/// What differs between SQL engines, as values: an engine is one constant.
#pragma once

#include <dataexport/core/config.hpp>

#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// SQL text that is a literal in the source code: only the compiler can make one.
class SqlLiteral {
public:
    consteval SqlLiteral(const char* text) : text_(text) {}
    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

private:
    std::string_view text_;
};

/// The words of one SQL engine.
struct SqlDialect {
    char placeholder;         ///< Stands before the number of a parameter.
    SqlLiteral like_any_case; ///< LIKE without regard to the case of ASCII letters.
    SqlLiteral byte_order;    ///< After a text expression: compare it by bytes.
};

inline constexpr SqlDialect sqlite_dialect{'?', " LIKE ", " COLLATE BINARY"};

DATAEXPORT_NAMESPACE_END
