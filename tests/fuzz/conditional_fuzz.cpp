#include "fuzz/require.hpp"

#include <dataexport/api/conditional.hpp>

#include <cstdint>
#include <string>
#include <string_view>

using namespace dataexport;

namespace {

constexpr std::string_view checksum = "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882";

/// What both headers come to when each is `value`.
struct Verdicts {
    Precondition if_match;
    Precondition if_none_match;
    bool range;

    explicit Verdicts(const std::string& value, std::string_view etag)
        : if_match(check_preconditions({{"if-match", value}}, etag)),
          if_none_match(check_preconditions({{"IF-NONE-MATCH", value}}, etag)),
          range(range_applies({{"If-Range", value}}, etag)) {}
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string value(reinterpret_cast<const char*>(data), size);
    const auto etag = entity_tag(checksum);
    const Verdicts alone(value, etag);
    require(alone.if_match != Precondition::not_modified && alone.if_none_match != Precondition::failed);

    // Without the tag or the star nothing matches; a strong match is a weak one as well.
    const bool names_it = value.find(etag) != std::string::npos;
    require(alone.if_match != Precondition::passed || names_it || value == "*");
    require(alone.if_none_match != Precondition::not_modified || names_it || value == "*");
    require(alone.if_match != Precondition::passed || alone.if_none_match == Precondition::not_modified);
    require(alone.range == (value == etag));

    // The tag at the head of a list is found whatever follows it, and If-Match comes first (RFC 9110, 13.2.2).
    const Verdicts listed(etag + ", " + value, etag);
    require(listed.if_match == Precondition::passed && listed.if_none_match == Precondition::not_modified);
    require(check_preconditions({{"If-None-Match", value}, {"If-Match", "\"other\""}}, etag) == Precondition::failed);
    // Another field of the same name only adds to what is named.
    require(check_preconditions({{"If-None-Match", value}, {"If-None-Match", etag}}, etag) ==
            Precondition::not_modified);
    require(check_preconditions({{"If-Match", value}, {"If-Match", etag}}, etag) == Precondition::passed);
    return 0;
}
