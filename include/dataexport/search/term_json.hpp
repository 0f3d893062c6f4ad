/// @file
/// The terms of a search as JSON.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/search/search_query.hpp>

#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Terms in order: a condition is `{"key", "op", "value"}`, one on a function `{"agg", "op", "value"}`, a group
/// `{"paren": [...]}`, a connective `"AND"` or `"OR"`. Instants are texts as `to_iso` writes them.
[[nodiscard]] json::array terms_to_json(const std::vector<SearchTerm>& terms);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/search/impl/term_json.ipp>
#endif
