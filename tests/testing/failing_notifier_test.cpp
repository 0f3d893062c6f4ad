#include <dataexport/testing/failing_notifier.hpp>

#include <dataexport/memory/recording_notifier.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

TEST_CASE("FailingNotifier fails the message that the plan names, which is not sent") {
    RecordingNotifier sent;
    const auto plan = std::make_shared<testing::FaultPlan>(2, Error{Errc::unavailable, "planned"});
    testing::FailingNotifier notifier(sent, plan);
    ExportedData record;
    for (const std::int64_t id : {1, 2, 3}) {
        record.id = ExportId{id};
        const auto told = id % 2 == 0 ? notifier.failure(record) : notifier.success(record);
        CHECK(told.has_value() == (id != 2));
        if (!told) CHECK(told.error() == Error{Errc::unavailable, "planned"});
    }
    REQUIRE(sent.messages().size() == 2);
    CHECK(sent.messages().front().record.id == ExportId{1});
    CHECK(sent.messages().back().record.id == ExportId{3});
    CHECK(notifier.failure(record).has_value());
    CHECK(sent.messages().back().outcome == Outcome::failure);
}
