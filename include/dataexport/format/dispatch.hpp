/// @file
/// From a sink to the writer that it is, so that a source can run without a virtual call per cell.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/format/csv_writer.hpp>
#include <dataexport/format/jsonl_writer.hpp>

#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

/// Calls `f` with `sink` as its own type, `CsvWriter&` or `JsonlWriter&`, or as `CellSink&` if it is another. Meant
/// for once a batch: `dispatch(sink, [&](auto& writer) { return put_rows(writer); })`.
/// @return what `f` returns, which is of one type for all of them.
template <class F>
decltype(auto) dispatch(CellSink& sink, F&& f) {
    if (auto* csv = dynamic_cast<CsvWriter*>(&sink)) return std::forward<F>(f)(*csv);
    if (auto* jsonl = dynamic_cast<JsonlWriter*>(&sink)) return std::forward<F>(f)(*jsonl);
    return std::forward<F>(f)(sink);
}

DATAEXPORT_NAMESPACE_END
