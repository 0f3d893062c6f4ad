#include "fuzz/require.hpp"

#include <dataexport/api/range.hpp>

#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

using namespace dataexport;

namespace {

using Kind = RequestedRange::Kind;

/// What was found lies in the file; written down by itself, it is found again.
void check_range(const RequestedRange& range, std::uint64_t size) {
    if (range.kind != Kind::partial) {
        require(range == RequestedRange{range.kind, 0, 0});
        return;
    }
    require(range.length > 0 && range.offset < size && range.length <= size - range.offset);
    const auto first = std::to_string(range.offset);
    const auto last = std::to_string(range.offset + range.length - 1);
    require(parse_range("bytes=" + first + '-' + last, size) == range);
    require(parse_range("Bytes = " + first + '-' + last, size) == RequestedRange{});
    if (range.offset + range.length == size) {
        require(parse_range("bytes=" + first + '-', size) == range);
        require(parse_range("bytes=-" + std::to_string(range.length), size) == range);
    }
}

void check(std::string_view header, std::uint64_t size) {
    const auto range = parse_range(header, size);
    require(size != 0 || range == RequestedRange{});
    check_range(range, size);
    require(parse_range(std::string(header) + ", ,", size) == range); // empty elements of a list do not count
    // A byte more at the end of the file changes nothing but where the file ends.
    if (range.kind == Kind::partial && size != std::numeric_limits<std::uint64_t>::max()) {
        const auto longer = parse_range(header, size + 1);
        require(longer.kind == Kind::partial);
        require(longer.offset == range.offset || longer.offset == range.offset + 1);
    }
}

} // namespace

/// The first eight bytes are the size of a file, the rest is a header.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::uint64_t random_size = 0;
    if (size < sizeof random_size) return 0;
    std::memcpy(&random_size, data, sizeof random_size);
    const std::string_view header(reinterpret_cast<const char*>(data) + sizeof random_size, size - sizeof random_size);
    for (const std::uint64_t file_size : std::array<std::uint64_t, 6>{random_size, random_size % 1000, 0, 1, 10,
                                                                      std::numeric_limits<std::uint64_t>::max()}) {
        check(header, file_size);
    }
    return 0;
}
