/// @file
/// The kind of export that lists the values of a tag in an issue.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/exported_data.hpp>
#include <dataexport/ports/event_query.hpp>
#include <dataexport/ports/event_store.hpp>
#include <dataexport/request/export_kind.hpp>

DATAEXPORT_NAMESPACE_BEGIN

/// The kind `Issues-by-Tag`, number 0, of organizations with `organizations:discover-query`.
///
/// It takes query infos with `project`, `group` and `key`, and the `environment` URL parameter. All three must exist in
/// `store`. Of several projects the one that has the issue is meant, and is stored as the only one.
/// @param store must live longer than the kind.
[[nodiscard]] ExportKind issues_by_tag_kind(EventStore& store);

/// The query of a stored Issues-by-Tag export. @return `Errc::corrupt` for a record that the kind did not make.
[[nodiscard]] Result<TagValuesQuery> tag_values_query(const ExportedData& record);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/request/impl/issues_by_tag.ipp>
#endif
