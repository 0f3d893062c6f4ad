/// @file
/// Port: where the rows of an export come from, and the sink that takes them.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/time_point.hpp>
#include <dataexport/ports/column.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// Takes the cells of rows, in column order. Text and bytes are taken by reference and are not kept after the call.
///
/// A sink never refuses a cell: what cannot be written is remembered, and `end_row` says so.
/// Thread safety: one thread at a time.
class CellSink {
public:
    virtual ~CellSink() = default;

    virtual void null() = 0;
    virtual void boolean(bool value) = 0;
    virtual void integer(std::int64_t value) = 0;
    virtual void unsigned_integer(std::uint64_t value) = 0;
    virtual void real(double value) = 0;
    /// A decimal number as text, such as `1.10`; its digits are kept as they are.
    virtual void decimal(std::string_view digits) = 0;
    /// Text, which should be UTF-8; what to do with bytes that are not is the sink's policy.
    virtual void text(std::string_view value) = 0;
    virtual void timestamp(TimePoint value) = 0;
    /// A list or an object as JSON text, which must be valid JSON.
    virtual void json(std::string_view value) = 0;
    virtual void bytes(std::span<const unsigned char> value) = 0;

    /// Ends the row. @return whether another row is wanted now; after false the source stops, without losing its
    /// place.
    [[nodiscard]] virtual bool end_row() = 0;
};

/// What `RowSource::fetch` gave.
struct Fetched {
    std::size_t rows = 0; ///< Rows put into the sink.
    bool end = false;     ///< There are no more. A page with few rows, or none, says nothing about the end.
};

/// A stretch of rows that can be read by itself.
struct RowSlice {
    std::string rows; ///< The position to start at; a source started there ends where the slice ends.
    std::string next; ///< The position behind the slice, under the bound of the whole.
};

/// Port: the rows of one export, in one fixed order. Implement it to export from elsewhere.
///
/// A source has a key that is unique among its rows and is part of its order, so that a position names one place in
/// the rows and nothing can be skipped or repeated there. Rows that arrive after the first `start` are not among
/// them. Reading by OFFSET is not an implementation.
///
/// Thread safety: one thread at a time for each object.
/// Errors: `Errc::query_failed` and its neighbours for what the engine says, `Errc::order_violation` for a key that
/// does not increase, `Errc::permission_revoked`, or a code of `Condition::unavailable`, after which the same call
/// may be repeated on a new object started at the last position. `testing::check_row_source` checks an
/// implementation against these words.
class RowSource {
public:
    virtual ~RowSource() = default;

    /// The columns of every row, at least one. They are known before `start` and stay the same.
    [[nodiscard]] virtual std::span<const Column> columns() const = 0;

    /// Makes the next `fetch` continue after `position`, or begin at the first row if it is empty. An empty
    /// position fixes the upper bound of what will be read; any other carries the bound it was taken under.
    /// @pre called before everything below, and once, unless the source gives slices.
    /// @return `Errc::invalid_cursor` for a position that this source did not make.
    [[nodiscard]] virtual Result<void> start(std::string_view position) = 0;

    /// Puts up to `max_rows` rows into `sink`, until it wants no more.
    /// @pre `max_rows > 0`
    [[nodiscard]] virtual Result<Fetched> fetch(std::size_t max_rows, CellSink& sink) = 0;

    /// The place after the last row that was fetched, as text that stays valid in other processes; it holds the
    /// upper bound.
    [[nodiscard]] virtual std::string position() const = 0;

    /// Cuts off the first rows behind `position`, without reading them, so that several sources of one export can read
    /// at the same time. A source that can do it can also be started again and again.
    /// @param position where a source of this export has been, not empty.
    /// @param keys how many values of the key the slice spans, those that no row has among them.
    /// @return none if there are no more rows behind `position`, or if this source does not know how to cut them.
    [[nodiscard]] virtual Result<std::optional<RowSlice>> slice(std::string_view /*position*/, std::uint64_t /*keys*/) {
        return std::optional<RowSlice>();
    }
};

DATAEXPORT_NAMESPACE_END
