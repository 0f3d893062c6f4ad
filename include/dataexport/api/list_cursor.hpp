/// @file
/// Cursors of lists, and the `Link` header that carries them.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/export_store.hpp>

#include <optional>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// A place in a list and the direction to go from there. Its text is `{value}:{offset}:{is_prev}`, as in the reference;
/// the value is the key of a record, `{microseconds since 1970}.{id}`, or `0` for the beginning, and the offset is 0.
struct ListCursor {
    std::optional<ListQuery::Key> from; ///< None: the beginning.
    bool backwards = false;

    friend bool operator==(const ListCursor&, const ListCursor&) = default;
};

[[nodiscard]] std::string to_string(const ListCursor& cursor);

/// The opposite of `to_string`. @return `Errc::invalid_cursor` for every text that it does not give.
[[nodiscard]] Result<ListCursor> parse_cursor(std::string_view text);

/// One relation of a `Link` header: where the cursor leads, and whether there is anything.
struct LinkRelation {
    std::string_view name; ///< `previous` or `next`.
    ListCursor cursor;
    bool has_results = false;
};

/// `<url&cursor=...>; rel="next"; results="true"; cursor="..."`
/// @param url ends in `?` or in a parameter; percent-encoded.
[[nodiscard]] std::string to_link(std::string_view url, const LinkRelation& relation);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/list_cursor.ipp>
#endif
