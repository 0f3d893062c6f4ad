/// @file
/// Rows in memory as a row source.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/row_source.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// The cell types that are texts of another kind.
struct DecimalCell {
    std::string digits;
    friend auto operator<=>(const DecimalCell&, const DecimalCell&) = default;
};
struct JsonCell {
    std::string text;
    friend auto operator<=>(const JsonCell&, const JsonCell&) = default;
};

/// A cell by value; `monostate` is null.
using MemoryCell = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, TimePoint,
                                DecimalCell, JsonCell, std::vector<unsigned char>>;

/// A row and its key, by which rows are ordered: bytes, unique, not empty.
struct MemoryRow {
    std::string key;
    std::vector<MemoryCell> cells;
};

/// Puts one cell into a sink.
void put_cell(CellSink& sink, const MemoryCell& cell);

/// Rows in memory. The upper bound of a run is the last key when it began, so it does not grow.
class MemoryRowSource final : public RowSource {
public:
    /// @param rows in rising order of their keys; a row that is not ends the run with `Errc::order_violation`.
    /// @pre every row has as many cells as there are columns.
    MemoryRowSource(std::vector<Column> columns, std::vector<MemoryRow> rows);

    [[nodiscard]] std::span<const Column> columns() const override { return columns_; }
    [[nodiscard]] Result<void> start(std::string_view position) override;
    [[nodiscard]] Result<Fetched> fetch(std::size_t max_rows, CellSink& sink) override;
    [[nodiscard]] std::string position() const override;

private:
    std::vector<Column> columns_;
    std::vector<MemoryRow> rows_;
    std::size_t next_ = 0;
    std::string bound_; ///< The last key; empty: there were no rows.
    std::string after_; ///< The key of the last row that was fetched; empty: none yet.
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/memory/impl/memory_row_source.ipp>
#endif
