/// @file
/// Queries as values: what to ask for, how long the answer stays good, what the caller sees of it.
#pragma once

#include <dataexport/client/api_path.hpp>
#include <dataexport/client/api_response.hpp>
#include <dataexport/client/query_key.hpp>
#include <dataexport/client/retry.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/time_point.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// How long data counts as fresh. There is no default: who asks has to say it.
class StaleTime {
public:
    /// @param time zero: data is stale as soon as it has arrived.
    template <class Rep, class Period>
    // NOLINTNEXTLINE(google-explicit-constructor): a duration is what one writes
    constexpr StaleTime(std::chrono::duration<Rep, Period> time)
        : kind_(Kind::lasting), time_(std::chrono::duration_cast<std::chrono::microseconds>(time)) {}

    static const StaleTime forever; ///< Until it is invalidated.
    static const StaleTime fixed;   ///< Never fetched again, even when invalidated.

    /// @param since when the data arrived. A clock that was set back makes data stale.
    [[nodiscard]] constexpr bool is_fresh(TimePoint since, bool invalidated, TimePoint now) const {
        if (kind_ == Kind::fixed) return true;
        if (invalidated) return false;
        return kind_ == Kind::forever || (since <= now && now - since < time_);
    }

private:
    enum class Kind : std::uint8_t { lasting, forever, fixed };
    constexpr explicit StaleTime(Kind kind) : kind_(kind) {}

    Kind kind_;
    std::chrono::microseconds time_{};
};

inline constexpr StaleTime StaleTime::forever{Kind::forever};
inline constexpr StaleTime StaleTime::fixed{Kind::fixed};

/// How long data is kept after its last use.
using CacheTime = std::chrono::milliseconds;
inline constexpr CacheTime default_cache_time = std::chrono::minutes(5);
inline constexpr CacheTime keep_forever = std::chrono::hours(24 * 365 * 1000);

/// What an option says apart from its path.
struct QueryParts {
    std::vector<QueryParameter> query{};
    StaleTime stale_time; ///< Required.
    CacheTime cache_time = default_cache_time;
    Retry retry{};
};

/// The part of options that does not depend on a type.
struct QuerySettings {
    QueryKey query_key;
    std::optional<Error> refused; ///< Why it is never fetched, as in `ApiPath`.
    StaleTime stale_time;
    CacheTime cache_time = default_cache_time;
    Retry retry{};
};

/// A query as a value; copy it and change what you like.
///
/// @tparam Data what the cache keeps: `ApiResponse<T>` or `InfiniteData<T>`.
/// @tparam View what callers see, made from it by `select`.
template <class Data, class View>
struct QueryOptions : QuerySettings {
    std::function<View(const Data&)> select; ///< Called by any thread, with nothing locked.

    [[nodiscard]] DataKey<Data> key() const { return {query_key}; }

    /// The same query, of which callers see what `shape` makes of the data.
    template <class Shape, class Shaped = std::invoke_result_t<Shape, const Data&>>
    [[nodiscard]] QueryOptions<Data, std::remove_cvref_t<Shaped>> selecting(Shape shape) const {
        return {static_cast<const QuerySettings&>(*this), std::move(shape)};
    }
};

/// A query for one answer.
template <class T, class View = T>
using ApiQueryOptions = QueryOptions<ApiResponse<T>, View>;
/// A query for a list, page by page.
template <class T, class View = InfiniteData<T>>
using InfiniteQueryOptions = QueryOptions<InfiniteData<T>, View>;

/// For `selecting`: the JSON alone, as options do from the start.
inline constexpr auto select_json = [](const auto& response) { return response.json; };
/// For `selecting`: the JSON with its headers.
inline constexpr auto select_json_with_headers = [](const auto& response) { return response; };

/// A query for `T` at a path that `Api` knows:
/// `api_options<T>("/organizations/$organizationIdOrSlug/data-export/", {.stale_time = 30s},
/// path<"organizationIdOrSlug">(slug))`. With `skip` in place of the path parameters it is never fetched.
///
/// An unknown path, a path parameter that is missing or surplus, or no stale time does not compile.
template <class T, class Api = ExportApi, class... Parameters>
[[nodiscard]] ApiQueryOptions<T> api_options(std::type_identity_t<KnownPath<Api, Parameters...>> known,
                                             const QueryParts& parts, const Parameters&... parameters) {
    auto path = api_path<Api>(known, parameters...);
    return {{query_key(std::move(path.text), parts.query), std::move(path.refused), parts.stale_time, parts.cache_time,
             parts.retry},
            select_json};
}

/// The list at the same URL, page by page. The cache keeps the two apart.
template <class T, class View>
[[nodiscard]] InfiniteQueryOptions<T> infinite(const ApiQueryOptions<T, View>& options) {
    InfiniteQueryOptions<T> pages{static_cast<const QuerySettings&>(options), std::identity{}};
    pages.query_key.infinite = true;
    return pages;
}

} // namespace client
DATAEXPORT_NAMESPACE_END
