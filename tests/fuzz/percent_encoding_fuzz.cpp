#include "fuzz/percent.hpp"
#include "fuzz/require.hpp"

#include <dataexport/api/percent_encoding.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>

using namespace dataexport;

namespace {

/// What may stand in the part of a URL after the question mark, between two ampersands.
bool is_plain(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~%").find(c) != std::string_view::npos;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto encoded = percent_encode_query(text);
    require(std::all_of(encoded.begin(), encoded.end(), is_plain));
    require(percent_decode(encoded) == text);
    require(encoded.size() >= text.size() && encoded.size() <= 3 * text.size());

    // Its parts encode to the parts of the whole; what is safe stays.
    const auto head = text.substr(0, text.size() / 2);
    require(percent_encode_query(head) + percent_encode_query(text.substr(head.size())) == encoded);
    require(percent_encode(encoded, "-._~%") == encoded);
    return 0;
}
