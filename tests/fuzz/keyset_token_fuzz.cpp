#include "fuzz/require.hpp"

#include <dataexport/sql/keyset.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

using namespace dataexport;

namespace {

const std::vector<KeyPart> key{{0, false, true, ColumnType::text}, {1, true, false, ColumnType::integer}};
constexpr std::size_t bound_size = 1;

bool is_null(const SqlValue& value) noexcept { return value.index() == 0; }

/// A position under which the SQL of every engine can be made.
void check_position(const KeysetPosition& position) {
    require(position.bound.size() == bound_size || (position.bound.empty() && position.after.empty()));
    require(std::none_of(position.bound.begin(), position.bound.end(), is_null));
    require(position.after.empty() || (position.after.size() == key.size() && !is_null(position.after[1])));
}

void check_round_trip(const KeysetPosition& position) {
    const auto token = to_token(position);
    require(std::all_of(token.begin(), token.end(), [](char c) { return c >= ' ' && c <= '~'; }));
    const auto again = from_token(token, bound_size, key);
    require(again.has_value() && to_token(*again) == token);
    require(*again == position);
    require(!from_token(token, bound_size + 1, key) || position.bound.empty());
    require(!from_token(token + "x", bound_size, key));
    require(!from_token(token.substr(0, token.size() - 1), bound_size, key));
}

/// Values of every kind out of the bytes of the input.
void check_values(std::string_view bytes) {
    double real = 0;
    std::int64_t integer = 0;
    std::memcpy(&real, bytes.data(), std::min(bytes.size(), sizeof real));
    std::memcpy(&integer, bytes.data(), std::min(bytes.size(), sizeof integer));
    std::vector<SqlValue> values{SqlValue(), integer, std::string(bytes),
                                 std::vector<unsigned char>(bytes.begin(), bytes.end())};
    if (real == real) values.emplace_back(real); // keys are never NaN, which does not equal itself
    for (const auto& value : values) {
        check_round_trip({{integer}, {value, integer}});
        if (!is_null(value)) check_round_trip({{value}, {}});
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto position = from_token(text, bound_size, key);
    if (position) {
        check_position(*position);
        check_round_trip(*position);
    } else {
        require(position.error().code == Errc::invalid_cursor && !position.error().detail.empty());
    }
    check_values(text);
    return 0;
}
