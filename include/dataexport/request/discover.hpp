/// @file
/// The kind of export that lists events.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/exported_data.hpp>
#include <dataexport/ports/event_query.hpp>
#include <dataexport/ports/event_store.hpp>
#include <dataexport/request/export_kind.hpp>

#include <cstddef>

DATAEXPORT_NAMESPACE_BEGIN

/// How much a Discover request may ask for.
struct DiscoverOptions {
    std::size_t max_fields = 20;             ///< Entries of `field`, repeated ones counted too.
    std::size_t max_field_bytes = 4 * 1024;  ///< Longer entries of `field` are refused.
    std::size_t max_query_bytes = 16 * 1024; ///< Longer search queries are refused.
};

/// The kind `Discover`, number 1, of organizations with `organizations:discover-query`.
///
/// It takes query infos with `field`, `query`, a range of time as `DateRange` reads it, and optionally `project`,
/// `dataset`, `environment` and `sort` (reference, 3.2 C and D, and 5). What it stores says everything: the ids of the
/// projects, the dataset, two absolute instants, each field once, and the equations apart from the fields.
/// @param store must live longer than the kind; asked whether it can run each query.
[[nodiscard]] ExportKind discover_kind(EventStore& store, DiscoverOptions options = {});

/// The query of a stored Discover export. Relative dates in its search text count back from `record.date_added`.
/// @return as the validator of the kind, for a record that it did not make.
[[nodiscard]] Result<EventQuery> event_query(const ExportedData& record);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/request/impl/discover.ipp>
#endif
