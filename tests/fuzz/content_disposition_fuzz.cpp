#include "fuzz/percent.hpp"
#include "fuzz/require.hpp"

#include <dataexport/api/content_disposition.hpp>
#include <dataexport/format/text_encoding.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

using namespace dataexport;

namespace {

bool is_printable(char c) noexcept { return c >= ' ' && c <= '~'; }

void check_name(const std::string& name, ExportFormat format, Compression compression) {
    const std::string extension = "." + std::string(to_string(format)) + std::string(file_suffix(compression));
    require(name.size() > extension.size() && name.size() <= 200 && name.ends_with(extension));
    require(is_valid_utf8(name) && name.front() != '.' && name.front() != ' ');
    require(name.find_first_of(std::string_view("/\\<>:|?*\"\x7F\0\r\n\t", 13)) == std::string::npos);
    require(std::none_of(name.begin(), name.end(), [](char c) { return c >= 0 && c < ' '; }));
    require(safe_file_name(name, format, compression) == name); // safe names are safe
}

/// Takes `expected` off the front of `text`.
void skip(std::string_view& text, std::string_view expected) {
    require(text.starts_with(expected));
    text.remove_prefix(expected.size());
}

/// Reads the header as a browser does: what comes of it is the safe name and nothing else.
void check_header(std::string_view header, const std::string& name) {
    require(std::all_of(header.begin(), header.end(), is_printable));
    skip(header, "attachment; filename=\"");
    const auto end = header.find('"');
    require(end != std::string_view::npos);
    const auto fallback = header.substr(0, end);
    require(fallback.find_first_of("\\%") == std::string_view::npos && !fallback.empty());
    header.remove_prefix(end + 1);
    if (header.empty()) {
        require(fallback == name);
        return;
    }
    skip(header, "; filename*=UTF-8''");
    require(header.find_first_of(" \"';,\\()<>@:/[]?={}") == std::string_view::npos);
    require(percent_decode(header) == name && fallback != name);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto format : {ExportFormat::csv, ExportFormat::jsonl}) {
        for (const auto compression : {Compression::none, Compression::gzip, Compression::zstd}) {
            const auto name = safe_file_name(text, format, compression);
            check_name(name, format, compression);
            check_header(content_disposition(text, format, compression), name);
        }
    }
    return 0;
}
