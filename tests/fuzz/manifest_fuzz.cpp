#include "fuzz/require.hpp"

#include <dataexport/assembly/manifest.hpp>

#include <cstdint>
#include <string_view>

using namespace dataexport;

namespace {

void check_manifest(const Manifest& manifest) {
    require(manifest.id.value > 0 && manifest.id.value < std::int64_t{1} << 53);
    require(manifest.checksum.size() == 64 && !manifest.columns.empty());
    require(!manifest.file_name.empty() && manifest.file_name.find('/') == std::string::npos);
    const auto written = to_json(json::value(to_json(manifest)));
    const auto again = parse_manifest(written);
    require(again.has_value() && *again == manifest);
    require(to_json(json::value(to_json(*again))) == written);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto manifest = parse_manifest(text);
    if (manifest) {
        check_manifest(*manifest);
    } else {
        require(manifest.error().code == Errc::invalid_input && !manifest.error().detail.empty());
    }
    return 0;
}
