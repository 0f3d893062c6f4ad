/// @file
/// What tells cached queries apart.
#pragma once

#include <dataexport/client/parameter_text.hpp>
#include <dataexport/core/config.hpp>

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// A parameter in the query of a URL. A name may come more than once.
struct QueryParameter {
    template <ParameterValue Value>
    QueryParameter(std::string its_name, const Value& its_value)
        : name(std::move(its_name)), value(parameter_text(its_value)) {}
    /// Without a value there is no parameter.
    template <ParameterValue Value>
    QueryParameter(std::string its_name, const std::optional<Value>& its_value) : name(std::move(its_name)) {
        if (its_value) value = parameter_text(*its_value);
    }

    std::string name;
    std::optional<std::string> value;
};

/// Names what a query asks for. Queries with equal keys share one place in the cache and one call.
struct QueryKey {
    std::string path; ///< Percent-encoded, without the base of the API. Empty: asks for nothing.
    std::vector<std::pair<std::string, std::string>> query; ///< Decoded; in the order of their names.
    bool infinite = false; ///< Pages and a plain answer of the same URL are kept apart.

    friend auto operator<=>(const QueryKey&, const QueryKey&) = default;
};

/// A key that remembers what is kept under it: `ApiResponse<T>` or `InfiniteData<T>`.
template <class Data>
struct DataKey : QueryKey {};

[[nodiscard]] QueryKey query_key(std::string path, const std::vector<QueryParameter>& query, bool infinite = false);

/// Path and query of the URL that a key asks for. @param cursor of a page, in place of the one in the key.
[[nodiscard]] std::string to_url(const QueryKey& key, const std::optional<std::string>& cursor = std::nullopt);

/// Says which of the cached queries are meant.
class QueryFilter {
public:
    /// Exactly this one.
    // NOLINTNEXTLINE(google-explicit-constructor): a key is a filter
    QueryFilter(QueryKey key) : what_(std::move(key)) {}
    /// All whose path is `path` or lies below it, pages too. `/` means everything.
    [[nodiscard]] static QueryFilter under(std::string path) { return QueryFilter(std::move(path)); }

    [[nodiscard]] bool matches(const QueryKey& key) const;

private:
    explicit QueryFilter(std::string path) : what_(std::move(path)) {}

    std::variant<QueryKey, std::string> what_;
};

} // namespace client
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/client/impl/query_key.ipp>
#endif
