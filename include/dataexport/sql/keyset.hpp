/// @file
/// Keyset paging: queries in the order of a unique key, that can go on after any of its values.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/row_source.hpp>
#include <dataexport/sql/statement.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// One part of the key that rows are ordered by. Missing values come before all others, and after them if falling.
struct KeyPart {
    std::size_t ordinal = 0; ///< The result column that has its value.
    bool falling = false;
    bool nullable = false;
    ColumnType type = ColumnType::text;
};

/// A place in the rows of a query, under the upper bound that was fixed when it began.
struct KeysetPosition {
    std::vector<SqlValue> bound; ///< Empty: there was nothing to read.
    std::vector<SqlValue> after; ///< The key of the last row; empty: before the first row.

    friend bool operator==(const KeysetPosition&, const KeysetPosition&) = default;
};

/// The position as JSON text in ASCII.
[[nodiscard]] std::string to_token(const KeysetPosition& position);
/// Reads what `to_token` wrote, and trusts nothing in it.
/// @param bound_size how many values a bound has, if there is one.
/// @return `Errc::invalid_cursor`.
[[nodiscard]] Result<KeysetPosition> from_token(std::string_view token, std::size_t bound_size,
                                                std::span<const KeyPart> key);

/// How a cell is stored, and with it what it becomes. What is stored otherwise stays what it is.
enum class SqlCell : std::uint8_t {
    text,
    integer,
    real,
    boolean,             ///< The integers 0 and 1.
    timestamp,           ///< Microseconds since 1970, or ISO text.
    timestamp_seconds,   ///< Seconds since 1970, whole or not, or ISO text.
    timestamp_as_micros, ///< Microseconds since 1970 that become text, always with six digits (reference, 6.4).
    json,
    decimal,
    bytes,
};

/// A query that can be paged by its key, in the words of one engine.
class KeysetQuery {
public:
    virtual ~KeysetQuery() = default;

    [[nodiscard]] virtual std::span<const Column> columns() const = 0;
    /// The form of each column.
    [[nodiscard]] virtual std::span<const SqlCell> cells() const = 0;
    /// The parts of the key; together unique and, in their order, rising from row to row.
    [[nodiscard]] virtual std::span<const KeyPart> key() const = 0;
    /// How many columns `bound` has.
    [[nodiscard]] virtual std::size_t bound_size() const = 0;
    /// Gives the upper bound of what there is to read now, in at most one row.
    [[nodiscard]] virtual SqlStatement bound() const = 0;
    /// Gives the rows after a position. @pre `!position.bound.empty()`
    [[nodiscard]] virtual SqlStatement rows(const KeysetPosition& position) const = 0;
};

/// Appends `ORDER BY` and the parts of the key.
inline void append_order(SqlBuilder& out, std::span<const KeyPart> key) {
    out.sql(" ORDER BY ").join(key.size(), ", ", [&](std::size_t i) {
        out.ordinal(key[i].ordinal).sql(key[i].falling ? SqlLiteral(" DESC") : SqlLiteral(""));
        if (key[i].nullable) out.sql(key[i].falling ? SqlLiteral(" NULLS LAST") : SqlLiteral(" NULLS FIRST"));
    });
}

/// Appends the condition that the key of a row comes after `last`. `expression(i)` appends part i of the key.
/// @pre `last` has a value for each part of the key, and null only where the part is nullable.
template <class Expression>
void append_after(SqlBuilder& out, std::span<const KeyPart> key, std::span<const SqlValue> last,
                  Expression expression) {
    const auto is_null = [&](std::size_t i) { return last[i].index() == 0; };
    const auto equal = [&](std::size_t i) {
        expression(i);
        if (is_null(i)) {
            out.sql(" IS NULL");
        } else {
            out.sql(" = ").value(last[i]);
        }
    };
    const auto after = [&](std::size_t i) {
        if (key[i].falling && is_null(i)) {
            out.sql("1 = 0");
        } else if (is_null(i)) {
            expression(i);
            out.sql(" IS NOT NULL");
        } else {
            out.sql("(");
            expression(i);
            out.sql(key[i].falling ? SqlLiteral(" < ") : SqlLiteral(" > ")).value(last[i]);
            if (key[i].falling && key[i].nullable) {
                out.sql(" OR ");
                expression(i);
                out.sql(" IS NULL");
            }
            out.sql(")");
        }
    };
    bool uniform = true;
    for (const auto& part : key) {
        uniform = uniform && !part.nullable && part.falling == key.front().falling;
    }
    if (uniform) {
        out.sql("(").join(key.size(), ", ", expression).sql(key.front().falling ? SqlLiteral(") < (") : ") > (");
        out.join(key.size(), ", ", [&](std::size_t i) { out.value(last[i]); }).sql(")");
        return;
    }
    if (!key.front().nullable) {
        // Says nothing new, but an index on the first part can use it.
        expression(0);
        out.sql(key.front().falling ? SqlLiteral(" <= ") : SqlLiteral(" >= ")).value(last.front()).sql(" AND ");
    }
    out.sql("(").join(key.size(), " OR ", [&](std::size_t i) {
        for (std::size_t before = 0; before < i; ++before) {
            equal(before);
            out.sql(" AND ");
        }
        after(i);
    });
    out.sql(")");
}

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/sql/impl/keyset.ipp>
#endif
