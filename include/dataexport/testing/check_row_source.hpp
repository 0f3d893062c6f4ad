/// @file
/// Checks an implementation of `RowSource` against its contract.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/row_source.hpp>
#include <dataexport/testing/recording_sink.hpp>
#include <dataexport/testing/report.hpp>

#include <functional>
#include <memory>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Makes a new source over the same rows, not yet started.
using RowSourceFactory = std::function<std::unique_ptr<RowSource>()>;

/// What the check cannot know or do by itself. Everything may be left out; what is there is used.
///
/// Rows are handed over with their cells as the source gave them. No source is open while rows are changed, and
/// `restore` follows each change.
struct RowSourceHooks {
    using Row = RecordingSink::Row;

    /// Whether the key of `a` comes before that of `b`: the order of the rows is then checked.
    std::function<bool(const Row& a, const Row& b)> comes_before{};

    /// Adds a row whose place is before `row`, the last one that was read.
    std::function<void(const Row& row)> insert_before_cursor{};
    /// Removes `row`, the last one that was read.
    std::function<void(const Row& row)> delete_last_read{};
    /// Adds a row whose place is after all others.
    std::function<void()> append{};
    /// Adds another row with the key of `row`, which a source has to notice.
    std::function<void(const Row& row)> repeat_key{};
    /// Puts the rows back as they were. @pre set if one of those above is
    std::function<void()> restore{};

    /// Makes the next `fetch` fail, as when a connection is lost; a new source works again.
    std::function<void()> fail_next_fetch{};
};

/// Runs a source through what happens to exports: pages of many sizes, short and empty ones, sinks that stop, a new
/// source at every row, pages that are read and lost, reads that fail, rows that come and go between pages, positions
/// that nobody made. Whatever happens, the rows have to be the same ones, each once, in the same order.
///
/// It sees the more, the more the rows are like real ones: a few dozen, of which many are equal in the column that
/// they are sorted by. Places at a border are tried at each row, of long sources at the first and the last ones.
/// @pre nobody else changes the rows meanwhile.
[[nodiscard]] Report check_row_source(const RowSourceFactory& open, const RowSourceHooks& hooks = {});

} // namespace testing
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/testing/impl/check_row_source.ipp>
#endif
