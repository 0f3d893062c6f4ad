#pragma once

#include <dataexport/api/list_cursor.hpp>

#include <charconv>
#include <cstdint>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::list_cursor {

/// Reads an integer up to `stop` from the front of `text`, and takes both away.
inline std::optional<std::int64_t> take_integer(std::string_view& text, char stop) {
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [after, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || after == end || *after != stop) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(after - text.data()) + 1);
    return value;
}

inline std::optional<ListCursor> read(std::string_view text) {
    const bool backwards = text.ends_with(":0:1");
    if (text == "0:0:0" || text == "0:0:1") return ListCursor{std::nullopt, backwards};
    const auto micros = take_integer(text, '.');
    const auto id = micros ? take_integer(text, ':') : std::nullopt;
    if (!id) return std::nullopt;
    return ListCursor{ListQuery::Key{TimePoint(std::chrono::microseconds(*micros)), {*id}}, backwards};
}

} // namespace detail::list_cursor

DATAEXPORT_DECL std::string to_string(const ListCursor& cursor) {
    std::string text = "0";
    if (cursor.from) {
        text = std::to_string(cursor.from->date_added.time_since_epoch().count()) + '.' +
               std::to_string(cursor.from->id.value);
    }
    return text + (cursor.backwards ? ":0:1" : ":0:0");
}

DATAEXPORT_DECL Result<ListCursor> parse_cursor(std::string_view text) {
    const auto cursor = detail::list_cursor::read(text);
    if (!cursor || to_string(*cursor) != text) return Error{Errc::invalid_cursor, "Invalid cursor parameter."};
    return *cursor;
}

DATAEXPORT_DECL std::string to_link(std::string_view url, const LinkRelation& relation) {
    const std::string cursor = to_string(relation.cursor);
    std::string link = "<";
    link += url;
    link += "&cursor=" + cursor + ">; rel=\"";
    link += relation.name;
    link += relation.has_results ? "\"; results=\"true\"" : "\"; results=\"false\"";
    return link + "; cursor=\"" + cursor + '"';
}

DATAEXPORT_NAMESPACE_END
