#pragma once

#include <dataexport/core/time.hpp>
#include <dataexport/sql/table_compiler.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <variant>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::table_compiler {

inline SqlCell cell_of(ColumnType type, SqlTimestamps timestamps) noexcept {
    switch (type) {
    case ColumnType::text:
        return SqlCell::text;
    case ColumnType::integer:
        return SqlCell::integer;
    case ColumnType::real:
        return SqlCell::real;
    case ColumnType::boolean:
        return SqlCell::boolean;
    case ColumnType::timestamp:
        return timestamps == SqlTimestamps::seconds ? SqlCell::timestamp_seconds : SqlCell::timestamp;
    case ColumnType::json:
        return SqlCell::json;
    case ColumnType::decimal:
        return SqlCell::decimal;
    case ColumnType::bytes:
        return SqlCell::bytes;
    }
    return SqlCell::text;
}

/// A value of a condition in the form that the column is stored in.
struct StoredValue {
    SqlTimestamps timestamps;

    SqlValue operator()(std::monostate) const { return {}; }
    SqlValue operator()(bool value) const { return std::int64_t{value ? 1 : 0}; }
    SqlValue operator()(std::int64_t value) const { return value; }
    SqlValue operator()(double value) const { return value; }
    SqlValue operator()(const std::string& value) const { return value; }
    SqlValue operator()(TimePoint value) const {
        constexpr std::int64_t second = 1'000'000;
        const std::int64_t micros = value.time_since_epoch().count();
        if (timestamps == SqlTimestamps::iso_text) return to_wire(value);
        if (timestamps == SqlTimestamps::microseconds) return micros;
        if (micros % second == 0) return micros / second;
        return static_cast<double>(micros) / static_cast<double>(second);
    }
};

inline SqlLiteral symbol(TableComparison comparison) noexcept {
    switch (comparison) {
    case TableComparison::less:
        return " < ";
    case TableComparison::less_equal:
        return " <= ";
    case TableComparison::greater:
        return " > ";
    case TableComparison::greater_equal:
        return " >= ";
    case TableComparison::equal:
        break;
    }
    return " = ";
}

class TableRows final : public KeysetQuery {
public:
    TableRows(TableQuery query, std::vector<TableColumn> described, SqlTimestamps timestamps, const SqlDialect& dialect)
        : query_(std::move(query)), described_(std::move(described)), timestamps_(timestamps), dialect_(&dialect) {
        for (const auto& column : query_.columns) {
            columns_.push_back({heading(column), column.type});
            cells_.push_back(cell_of(column.type, timestamps_));
        }
        for (const auto& sort : query_.sort) {
            add_key(sort.column, type_of(sort.column), sort.falling, true);
        }
        for (const auto& column : query_.key) {
            add_key(column.name, column.type, false, false);
        }
    }

    [[nodiscard]] std::span<const Column> columns() const override { return columns_; }
    [[nodiscard]] std::span<const SqlCell> cells() const override { return cells_; }
    [[nodiscard]] std::span<const KeyPart> key() const override { return key_; }
    [[nodiscard]] std::size_t bound_size() const override { return query_.key.size(); }

    [[nodiscard]] SqlStatement bound() const override {
        SqlBuilder out(*dialect_);
        out.sql("SELECT ");
        append_unique_key(out, "");
        out.sql(" FROM ").identifier(query_.table).sql(" AS t ORDER BY ");
        append_unique_key(out, " DESC");
        out.sql(" LIMIT 1");
        return out.take();
    }

    [[nodiscard]] SqlStatement rows(const KeysetPosition& position) const override {
        SqlBuilder out(*dialect_);
        out.sql("SELECT ").join(query_.columns.size(), ", ",
                                [&](std::size_t i) { append_column(out, query_.columns[i].name); });
        for (const auto& name : key_names_) {
            out.sql(", ");
            append_ordered(out, name);
        }
        out.sql(" FROM ").identifier(query_.table).sql(" AS t WHERE ((");
        append_unique_key(out, "");
        out.sql(") <= (");
        out.join(position.bound.size(), ", ", [&](std::size_t i) { out.value(position.bound[i]); });
        // A row without a key is not left out: it ends the run with an error. Behind another row there is none, if rows
        // are in the order of that key.
        out.sql(position.after.empty() || !query_.sort.empty() ? SqlLiteral(")) IS NOT FALSE") : SqlLiteral("))"));
        for (const auto& filter : query_.filters) {
            out.sql(" AND ");
            append_filter(out, filter);
        }
        if (!position.after.empty()) {
            out.sql(" AND ");
            append_after(out, key_, position.after, [&](std::size_t i) { append_ordered(out, key_names_[i]); });
        }
        append_order(out, key_);
        return out.take();
    }

private:
    void add_key(const std::string& name, ColumnType type, bool falling, bool nullable) {
        if (std::find(key_names_.begin(), key_names_.end(), name) != key_names_.end()) return;
        key_.push_back({query_.columns.size() + key_.size(), falling, nullable, type});
        key_names_.push_back(name);
    }

    /// The type of a column; those that are not described hold ids.
    [[nodiscard]] ColumnType type_of(const std::string& name) const {
        const auto has_name = [&](const TableColumn& column) { return column.name == name; };
        const auto found = std::find_if(described_.begin(), described_.end(), has_name);
        return found == described_.end() ? ColumnType::integer : found->type;
    }

    /// A column as it is. With the table's name in front it cannot be taken for text in double quotes.
    static void append_column(SqlBuilder& out, const std::string& name) { out.sql("t.").identifier(name); }

    /// A column as something that sorts: text by bytes, decimals by number, instants by time.
    void append_ordered(SqlBuilder& out, const std::string& name) const {
        const auto type = type_of(name);
        if (type == ColumnType::decimal) {
            out.sql("CAST(");
            append_column(out, name);
            out.sql(" AS NUMERIC)");
        } else if (type == ColumnType::timestamp && timestamps_ == SqlTimestamps::iso_text) {
            out.sql("julianday(");
            append_column(out, name);
            out.sql(")");
        } else {
            append_column(out, name);
            if (type == ColumnType::text) out.sql(dialect_->byte_order);
        }
    }

    void append_unique_key(SqlBuilder& out, SqlLiteral direction) const {
        out.join(query_.key.size(), ", ", [&](std::size_t i) {
            append_ordered(out, query_.key[i].name);
            out.sql(direction);
        });
    }

    /// A value as something that compares with `append_ordered` of its column.
    void append_value(SqlBuilder& out, const std::string& column, const TableValue& value) const {
        const auto type = type_of(column);
        const bool is_text_instant = type == ColumnType::timestamp && timestamps_ == SqlTimestamps::iso_text;
        if (is_text_instant) out.sql("julianday(");
        if (type == ColumnType::decimal) out.sql("CAST(");
        out.value(std::visit(StoredValue{timestamps_}, value));
        if (type == ColumnType::decimal) out.sql(" AS NUMERIC)");
        if (is_text_instant) out.sql(")");
    }

    void append_filter(SqlBuilder& out, const TableFilter& filter) const {
        std::vector<TableValue> present;
        std::copy_if(filter.values.begin(), filter.values.end(), std::back_inserter(present),
                     [](const TableValue& value) { return !std::holds_alternative<std::monostate>(value); });
        const auto append = [&](std::size_t i) { append_value(out, filter.column, present[i]); };
        out.sql("(");
        append_ordered(out, filter.column);
        if (filter.comparison == TableComparison::equal) {
            out.sql(" IN (").join(present.size(), ", ", append).sql(")");
            if (present.size() < filter.values.size()) {
                out.sql(" OR ");
                append_ordered(out, filter.column);
                out.sql(" IS NULL");
            }
        } else {
            out.sql(symbol(filter.comparison));
            append(0);
        }
        out.sql(")");
    }

    TableQuery query_;
    std::vector<TableColumn> described_;
    SqlTimestamps timestamps_;
    const SqlDialect* dialect_;
    std::vector<Column> columns_;
    std::vector<SqlCell> cells_;
    std::vector<KeyPart> key_;
    std::vector<std::string> key_names_; ///< Of each part of the key.
};

} // namespace detail::table_compiler

DATAEXPORT_DECL std::unique_ptr<KeysetQuery> compile_table(TableQuery query, std::vector<TableColumn> described,
                                                           SqlTimestamps timestamps, const SqlDialect& dialect) {
    return std::make_unique<detail::table_compiler::TableRows>(std::move(query), std::move(described), timestamps,
                                                               dialect);
}

DATAEXPORT_NAMESPACE_END
