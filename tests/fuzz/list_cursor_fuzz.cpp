#include "fuzz/require.hpp"

#include <dataexport/api/list_cursor.hpp>
#include <dataexport/api/percent_encoding.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

using namespace dataexport;

namespace {

/// The text of a cursor can stand in a URL and in a header as it is.
void check_round_trip(const ListCursor& cursor) {
    const auto text = to_string(cursor);
    require(text.find_first_not_of("0123456789.:-") == std::string::npos && text.size() <= 50);
    const auto again = parse_cursor(text);
    require(again.has_value() && *again == cursor);
    for (const char* more : {"0", " ", "\n", ":", "\""}) {
        require(!parse_cursor(text + more) && !parse_cursor(more + text));
    }
}

void check_link(std::string_view name, const ListCursor& cursor) {
    const std::string url = "https://exports.example/?&name=" + percent_encode_query(name);
    const auto link = to_link(url, {"next", cursor, cursor.backwards});
    require(std::all_of(link.begin(), link.end(), [](char c) { return c > ' ' || c == ' '; }));
    require(std::count(link.begin(), link.end(), '>') == 1 && std::count(link.begin(), link.end(), '"') == 6);
    require(link.starts_with("<" + url + "&cursor=" + to_string(cursor) + ">; rel=\"next\"; results=\""));
}

/// Any key that a store may have, out of the bytes of the input.
ListCursor any_cursor(std::string_view bytes) {
    std::array<std::int64_t, 2> numbers{};
    std::memcpy(numbers.data(), bytes.data(), std::min(bytes.size(), sizeof numbers));
    return {ListQuery::Key{TimePoint(std::chrono::microseconds(numbers[0])), ExportId{numbers[1]}},
            bytes.size() % 2 == 0};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto cursor = parse_cursor(text);
    if (cursor) {
        require(to_string(*cursor) == text);
        check_round_trip(*cursor);
    } else {
        require(cursor.error() == Error{Errc::invalid_cursor, "Invalid cursor parameter."});
    }
    check_round_trip(any_cursor(text));
    check_link(text, cursor ? *cursor : any_cursor(text));
    return 0;
}
