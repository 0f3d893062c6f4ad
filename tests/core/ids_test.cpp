#include <dataexport/core/ids.hpp>

#include <doctest/doctest.h>

#include <type_traits>

using namespace dataexport;

TEST_CASE("ids of one kind are compared by value; ids of different kinds do not mix") {
    CHECK(ExportId{1} == ExportId{1});
    CHECK(ExportId{1} < ExportId{2});
    CHECK(FencingToken{2} > FencingToken{1});
    CHECK(ExportId{}.value == 0);
    static_assert(!std::is_convertible_v<ExportId, UserId>);
    static_assert(!std::is_convertible_v<std::int64_t, ExportId>);
    static_assert(!std::is_convertible_v<ExportId, std::int64_t>);
}
