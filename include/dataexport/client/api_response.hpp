/// @file
/// What the cache keeps of answers: JSON and the headers that matter, as values of the caller's type.
#pragma once

#include <dataexport/api/message.hpp>
#include <dataexport/client/api_error.hpp>
#include <dataexport/client/page_links.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/json.hpp>

#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

struct ResponseHeaders {
    PageLinks link;                        ///< `Link`.
    std::optional<std::uint64_t> hits;     ///< `X-Hits`: how many there are on all pages.
    std::optional<std::uint64_t> max_hits; ///< `X-Max-Hits`: where the server stops counting.

    friend bool operator==(const ResponseHeaders&, const ResponseHeaders&) = default;
};

/// Fields that are absent or no numbers are none.
[[nodiscard]] ResponseHeaders response_headers(const Headers& headers);

/// A successful answer. `T` is `json::value`, or what Boost.JSON converts from and to it, see `tag_invoke` there.
template <class T>
struct ApiResponse {
    ResponseHeaders headers;
    T json;
    int status = 200;

    friend bool operator==(const ApiResponse&, const ApiResponse&) = default;
};

/// A page of a list, and the cursor that it was asked for with; none for the first.
template <class T>
struct Page : ApiResponse<T> {
    std::optional<std::string> cursor;

    friend bool operator==(const Page&, const Page&) = default;
};

/// Consecutive pages of a list; never none.
template <class T>
struct InfiniteData {
    std::vector<Page<T>> pages;

    /// The cursor of the page after the last one; none if that is the end.
    [[nodiscard]] const std::optional<std::string>& next() const { return pages.back().headers.link.next; }
    /// The cursor of the page before the first one; none if that is the beginning.
    [[nodiscard]] const std::optional<std::string>& previous() const { return pages.front().headers.link.previous; }

    friend bool operator==(const InfiniteData&, const InfiniteData&) = default;
};

/// The body of a successful answer as JSON; nothing at all is null. @return `Errc::corrupt` if it is no JSON.
[[nodiscard]] ApiResult<ApiResponse<json::value>> read_answer(const ApiAnswer& answer);

/// Converts JSON. @return `Errc::schema_drift` if it has another shape.
template <class T>
[[nodiscard]] ApiResult<T> read_json(const json::value& value) {
    if constexpr (std::is_same_v<T, json::value>) {
        return value;
    } else {
        if (auto read = json::try_value_to<T>(value)) return *std::move(read);
        return api_error(Error{Errc::schema_drift, "The answer of the server does not have the expected shape."});
    }
}

namespace detail {

/// What the cache keeps for any key: a plain query has one page.
using Pages = InfiniteData<json::value>;

template <class T>
[[nodiscard]] ApiResult<Page<T>> decode_page(const Page<json::value>& page) {
    auto read = read_json<T>(page.json);
    if (!read) return read.error();
    return Page<T>{{page.headers, *std::move(read), page.status}, page.cursor};
}

template <class T>
[[nodiscard]] Page<json::value> encode_page(const ApiResponse<T>& page, std::optional<std::string> cursor) {
    return {{page.headers, json::value_from(page.json), page.status}, std::move(cursor)};
}

/// Converts what the cache keeps into what its key promises, and back.
template <class Data>
struct Codec;

template <class T>
struct Codec<ApiResponse<T>> {
    static ApiResult<ApiResponse<T>> decode(const Pages& pages) {
        auto page = decode_page<T>(pages.pages.front());
        if (!page) return page.error();
        return ApiResponse<T>(*std::move(page));
    }
    static Pages encode(const ApiResponse<T>& data) { return {{encode_page(data, std::nullopt)}}; }
};

template <class T>
struct Codec<InfiniteData<T>> {
    static ApiResult<InfiniteData<T>> decode(const Pages& pages) {
        InfiniteData<T> data;
        for (const auto& page : pages.pages) {
            auto read = decode_page<T>(page);
            if (!read) return read.error();
            data.pages.push_back(*std::move(read));
        }
        return data;
    }
    static Pages encode(const InfiniteData<T>& data) {
        Pages pages;
        for (const auto& page : data.pages) {
            pages.pages.push_back(encode_page(page, page.cursor));
        }
        return pages;
    }
};

} // namespace detail

} // namespace client
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/client/impl/api_response.ipp>
#endif
