/// @file
/// SQL text with bound parameters, and a builder that lets nothing but literals of the program become text.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/sql/dialect.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// A value as SQL engines know them: null, integer, real, text, bytes.
using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string, std::vector<unsigned char>>;

/// A statement and the values of its parameters; the first is number 1.
struct SqlStatement {
    std::string text;
    std::vector<SqlValue> parameters;
};

/// Builds a statement from left to right. Text comes from literals of the source code and from identifiers, which
/// are quoted; everything else is a parameter.
class SqlBuilder {
public:
    /// @pre `dialect` outlives the builder.
    explicit SqlBuilder(const SqlDialect& dialect) : dialect_(&dialect) {}

    SqlBuilder& sql(SqlLiteral literal) {
        statement_.text += literal.text();
        return *this;
    }
    /// A parameter.
    SqlBuilder& value(SqlValue value) {
        statement_.parameters.push_back(std::move(value));
        statement_.text += dialect_->placeholder;
        statement_.text += std::to_string(statement_.parameters.size());
        return *this;
    }
    /// A name in double quotes; quotes in it are doubled. @pre it has no NUL
    SqlBuilder& identifier(std::string_view name) {
        statement_.text += '"';
        for (const char c : name) {
            if (c == '"') statement_.text += '"';
            statement_.text += c;
        }
        statement_.text += '"';
        return *this;
    }
    /// The number of a result column, counted from 0.
    SqlBuilder& ordinal(std::size_t column) {
        statement_.text += std::to_string(column + 1);
        return *this;
    }
    /// Calls `append(i)` for each of `count` items, with `separator` between them.
    template <class Append>
    SqlBuilder& join(std::size_t count, SqlLiteral separator, Append append) {
        for (std::size_t i = 0; i < count; ++i) {
            if (i > 0) sql(separator);
            append(i);
        }
        return *this;
    }

    [[nodiscard]] const SqlDialect& dialect() const noexcept { return *dialect_; }
    [[nodiscard]] SqlStatement take() { return std::move(statement_); }

private:
    const SqlDialect* dialect_;
    SqlStatement statement_;
};

DATAEXPORT_NAMESPACE_END
