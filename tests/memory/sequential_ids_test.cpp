#include <dataexport/memory/sequential_ids.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

TEST_CASE("SequentialIds counts from 1, or from where it is told") {
    SequentialIds from_one;
    CHECK(from_one.next().value() == ExportId{1});
    CHECK(from_one.next().value() == ExportId{2});
    SequentialIds from_later(27);
    CHECK(from_later.next().value() == ExportId{27});
}
