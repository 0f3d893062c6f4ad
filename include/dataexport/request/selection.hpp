/// @file
/// What a Discover request selects: from texts to the columns, conditions and order of a query.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/event_query.hpp>
#include <dataexport/search/search_query.hpp>

#include <string>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// The texts of a request.
struct Selection {
    std::vector<std::string> fields{};    ///< Names, tags and function calls, `count() as c` too.
    std::vector<std::string> equations{}; ///< Without `equation|`.
    SearchQuery search{};
    /// Each with `-` in front for falling order: a selected field, the text or alias of a selected function,
    /// `equation[N]`, or `equation|` and the text of a selected one; in a query for events also `id` and
    /// `project.name`.
    std::vector<std::string> sort{};
};

/// Fills in `columns`, `exported`, `where`, `having` and `sort` of `query` (reference, 5). Columns are called as in
/// files: a function by its alias, an equation by its text. What is selected twice is one column. A function that only
/// the search names becomes a column that is not exported if another one is selected.
/// @pre the range of `query` is set
/// @return the reference's texts, with `Errc::invalid_field` or `Errc::invalid_query`.
[[nodiscard]] Result<void> select(const Selection& selection, EventQuery& query);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/request/impl/selection.ipp>
#endif
