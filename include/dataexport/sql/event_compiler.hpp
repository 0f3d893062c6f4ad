/// @file
/// Requests over events as SQL over the tables `events`, `tags`, `measurements` and `projects`.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/event_query.hpp>
#include <dataexport/sql/dialect.hpp>
#include <dataexport/sql/keyset.hpp>

#include <memory>

DATAEXPORT_NAMESPACE_BEGIN

/// The rows of a query in the order of the port's contract. Nothing of the request becomes SQL text.
///
/// The bound is the number of the newest event. Events never change and later ones have greater numbers, so the same
/// bound always gives the same rows, groups too: results are worked out in ways that do not depend on the order in
/// which events are read.
///
/// How text matches: by bytes; a value with wildcards matches the whole text without regard to the case of ASCII
/// letters; a condition on `message`, which free text is, looks for the value anywhere in message or title, also
/// without regard to case. A condition that excludes a value also holds for events that have none.
/// @param dialect outlives the result.
/// @return what `check_event_query` says.
[[nodiscard]] Result<std::unique_ptr<KeysetQuery>> compile_events(const EventQuery& query, const SqlDialect& dialect);

/// The distinct values of a tag in an issue, in the order of the port's contract. For users, each part is the
/// largest among the events of the value.
[[nodiscard]] std::unique_ptr<KeysetQuery> compile_tag_values(const TagValuesQuery& query, const SqlDialect& dialect);

/// Gives a row if any event of the project, in this environment if one is given, has the tag.
[[nodiscard]] SqlStatement compile_has_tag(ProjectId project, std::string_view key,
                                           const std::optional<std::string>& environment, const SqlDialect& dialect);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/sql/impl/event_compiler.ipp>
#include <dataexport/sql/impl/tag_values.ipp>
#endif
