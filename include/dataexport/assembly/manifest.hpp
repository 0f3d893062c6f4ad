/// @file
/// The receipt of a finished export.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/exported_data.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/ports/row_source.hpp>

#include <span>

DATAEXPORT_NAMESPACE_BEGIN

/// What was asked for, what is in the file, and what has to be known about it:
/// `id`, `organization`, `query` {`type`, `info`}, `format`, `dialect`, `limit`, `columns` [{`name`, `type`}], `rows`,
/// `bytes`, `checksumAlgorithm`, `checksum`, `fileName`, `dateCreated`, `dateFinished`, `dateExpired`, `consistency`,
/// `warnings`.
///
/// `consistency` is `keyset`: rows were read once each in the order of a unique key, up to a bound that was fixed at
/// the start.
/// @pre `record` is finished
[[nodiscard]] json::object manifest(const ExportedData& record, std::span<const Column> columns);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/assembly/impl/manifest.ipp>
#endif
