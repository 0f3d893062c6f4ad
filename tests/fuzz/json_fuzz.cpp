#include "fuzz/require.hpp"

#include <dataexport/core/json.hpp>
#include <dataexport/format/text_encoding.hpp>
#include <dataexport/memory/memory_digest.hpp>
#include <dataexport/request/request_key.hpp>

#include <cstdint>
#include <string>
#include <string_view>

using namespace dataexport;

namespace {

std::size_t depth(const json::value& value) {
    std::size_t deepest = 0;
    if (const auto* array = value.if_array()) {
        for (const auto& element : *array) {
            deepest = std::max(deepest, depth(element));
        }
    } else if (const auto* object = value.if_object()) {
        for (const auto& member : *object) {
            deepest = std::max(deepest, depth(member.value()));
        }
    } else {
        return 0;
    }
    return deepest + 1;
}

/// The same value with the members of every object the other way round.
json::value reversed(const json::value& value) {
    if (const auto* array = value.if_array()) {
        json::array copy;
        for (const auto& element : *array) {
            copy.push_back(reversed(element));
        }
        return copy;
    }
    if (const auto* object = value.if_object()) {
        json::object copy;
        for (auto member = object->end(); member != object->begin();) {
            --member;
            copy.emplace(member->key(), reversed(member->value()));
        }
        return copy;
    }
    return value;
}

std::string key_of(const json::object& info, std::string query_type = "Discover") {
    static const MemoryDigest digest;
    ExportedData record;
    record.query_type = std::move(query_type);
    record.query_info = info;
    return request_key(record, digest);
}

void check_key(const json::object& info) {
    const auto key = key_of(info);
    require(key.size() == 64 && key == key_of(reversed(info).as_object()));
    require(key != key_of(info, "Issues-by-Tag"));
    auto other = info;
    other["and another member"] = nullptr;
    require(info.contains("and another member") || key_of(other) != key);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto value = parse_json(text);
    if (!value) {
        require(value.error().code == Errc::invalid_input && !value.error().detail.empty());
        return 0;
    }
    require(is_valid_utf8(text) && depth(*value) <= 64);
    require(depth(*value) == 0 || !parse_json(text, depth(*value) - 1));

    const auto written = to_json(*value);
    require(written.find('\n') == std::string::npos);
    const auto again = parse_json(written);
    require(again.has_value() && *again == *value && to_json(*again) == written);

    const auto canonical = to_canonical_json(*value);
    require(to_canonical_json(parse_json(canonical).value()) == canonical);
    require(to_canonical_json(reversed(*value)) == canonical);
    if (value->is_object()) check_key(value->get_object());
    return 0;
}
