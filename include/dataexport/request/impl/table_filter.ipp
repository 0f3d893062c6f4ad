#pragma once

#include <dataexport/core/time.hpp>
#include <dataexport/request/python_value.hpp>
#include <dataexport/request/table_filter.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::table_filter {

inline constexpr std::size_t max_values = 1000;

/// `-12`, `1.50`: digits, with a sign or a fraction or both.
inline bool is_decimal(std::string_view text) {
    constexpr std::string_view digits = "0123456789";
    if (text.starts_with('-')) text.remove_prefix(1);
    const auto dot = text.find('.');
    const auto whole = text.substr(0, dot);
    if (whole.empty() || whole.find_first_not_of(digits) != std::string_view::npos) return false;
    if (dot == std::string_view::npos) return true;
    const auto fraction = text.substr(dot + 1);
    return !fraction.empty() && fraction.find_first_not_of(digits) == std::string_view::npos;
}

inline std::optional<TableValue> instant(const json::value& value) {
    const auto time = value.is_string()   ? parse_iso(value.get_string())
                      : value.is_number() ? from_unix_seconds(value.to_number<double>())
                                          : Result<TimePoint>(Error{Errc::wrong_argument_type, ""});
    return time ? std::optional<TableValue>(*time) : std::nullopt;
}

/// A value of the type of a column; none if it is not one.
inline std::optional<TableValue> typed(const json::value& value, ColumnType type) {
    switch (type) {
    case ColumnType::text:
        if (value.is_string()) return std::string(value.get_string());
        break;
    case ColumnType::integer:
        if (value.is_int64()) return value.get_int64();
        break;
    case ColumnType::real:
        if (value.is_number()) return value.to_number<double>();
        break;
    case ColumnType::boolean:
        if (value.is_bool()) return value.get_bool();
        break;
    case ColumnType::timestamp:
        return instant(value);
    case ColumnType::decimal: {
        auto text = value.is_number() ? to_json(value) : python::str(value);
        if (is_decimal(text)) return text;
        break;
    }
    case ColumnType::json:
    case ColumnType::bytes:
        break;
    }
    return std::nullopt;
}

inline std::optional<TableComparison> comparison(std::string_view name) {
    if (name == "gt") return TableComparison::greater;
    if (name == "gte") return TableComparison::greater_equal;
    if (name == "lt") return TableComparison::less;
    if (name == "lte") return TableComparison::less_equal;
    return std::nullopt;
}

/// Collects the conditions on one table.
class FilterReader {
public:
    Result<void> read(const TableColumn& column, const json::value& condition) {
        if (condition.is_object()) return ranges(column, condition.get_object());
        if (!condition.is_array()) return equal(column, {condition});
        return equal(column, condition.get_array());
    }

    std::vector<TableFilter> take() { return std::move(filters_); }

private:
    Result<void> equal(const TableColumn& column, const json::array& values) {
        TableFilter filter{column.name, TableComparison::equal, {}};
        for (const auto& each : values) {
            if (++values_read_ > max_values) {
                return Error{Errc::limit_exceeded, "A filter may have up to 1000 values."};
            }
            auto value = each.is_null() ? TableValue() : typed(each, column.type);
            if (!value) return wrong_type(column, each);
            filter.values.push_back(*std::move(value));
        }
        filters_.push_back(std::move(filter));
        return ok();
    }

    Result<void> ranges(const TableColumn& column, const json::object& bounds) {
        if (bounds.empty()) return Error{Errc::invalid_field, "Empty filter for column " + column.name};
        for (const auto& [name, bound] : bounds) {
            const auto how = comparison(name);
            if (!how || column.type == ColumnType::boolean) {
                return Error{Errc::invalid_field,
                             "Unknown comparison for column " + column.name + ": " + std::string(name)};
            }
            auto value = typed(bound, column.type);
            if (!value) return wrong_type(column, bound);
            filters_.push_back({column.name, *how, {*std::move(value)}});
        }
        return ok();
    }

    static Error wrong_type(const TableColumn& column, const json::value& value) {
        return {Errc::wrong_argument_type, "Invalid value for column " + column.name + ", which has the type " +
                                               std::string(to_string(column.type)) + ": " + python::repr(value)};
    }

    std::vector<TableFilter> filters_;
    std::size_t values_read_ = 0;
};

} // namespace detail::table_filter

DATAEXPORT_DECL const TableColumn* find_column(const TableDescription& table, std::string_view name) noexcept {
    for (const auto& column : table.columns) {
        if (column.name == name) return column.secret ? nullptr : &column;
    }
    return nullptr;
}

DATAEXPORT_DECL Error unknown_column(std::string_view name) {
    return {Errc::invalid_field, "Unknown column: " + std::string(name)};
}

DATAEXPORT_DECL Result<std::vector<TableFilter>> read_table_filters(const TableDescription& table,
                                                                    const json::object& filter) {
    detail::table_filter::FilterReader reader;
    for (const auto& [name, condition] : filter) {
        const auto* column = find_column(table, name);
        if (column == nullptr) return unknown_column(name);
        if (!column->filterable) return Error{Errc::invalid_field, "Cannot filter by column " + column->name};
        if (auto read = reader.read(*column, condition); !read) return read.error();
    }
    return reader.take();
}

DATAEXPORT_NAMESPACE_END
