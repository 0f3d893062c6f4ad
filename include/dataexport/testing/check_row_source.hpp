/// @file
/// Checks an implementation of `RowSource` against its contract.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/row_source.hpp>
#include <dataexport/testing/report.hpp>

#include <functional>
#include <memory>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Makes a new source over the same rows, not yet started.
using RowSourceFactory = std::function<std::unique_ptr<RowSource>()>;

/// Reads the rows at once, in pages of several sizes, with a sink that stops, and with a new source for every page;
/// compares what came; and starts sources at positions that nobody made.
/// @pre the rows stay the same meanwhile; at least three of them let it see something.
[[nodiscard]] Report check_row_source(const RowSourceFactory& open);

} // namespace testing
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/testing/impl/check_row_source.ipp>
#endif
