#pragma once

#include <dataexport/search/search_terms.hpp>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL std::string_view to_string(SearchOperator op) noexcept {
    constexpr std::string_view names[] = {"=", "!=", "<", "<=", ">", ">=", "IN", "NOT IN"};
    return names[static_cast<std::size_t>(op)];
}

DATAEXPORT_DECL std::string_view to_string(SearchConnective connective) noexcept {
    return connective == SearchConnective::conjunction ? "AND" : "OR";
}

DATAEXPORT_NAMESPACE_END
