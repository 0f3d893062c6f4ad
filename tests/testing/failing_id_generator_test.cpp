#include <dataexport/testing/failing_id_generator.hpp>

#include <dataexport/memory/sequential_ids.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

TEST_CASE("FailingIdGenerator fails the call that the plan names, which uses up no id") {
    SequentialIds ids;
    const auto plan = std::make_shared<testing::FaultPlan>(2, Error{Errc::unavailable, "planned"});
    testing::FailingIdGenerator failing(ids, plan);
    CHECK(failing.next().value() == ExportId{1});
    CHECK(failing.next().error() == Error{Errc::unavailable, "planned"});
    CHECK(failing.next().value() == ExportId{2});
}
