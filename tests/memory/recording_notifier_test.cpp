#include <dataexport/memory/recording_notifier.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

TEST_CASE("RecordingNotifier remembers messages in order, but for those it was made to fail") {
    RecordingNotifier notifier;
    ExportedData record;
    record.id = ExportId{1};
    REQUIRE(notifier.failure(record).has_value());
    notifier.fail_with(Error{Errc::unavailable, "down"});
    record.id = ExportId{2};
    CHECK(notifier.success(record).error() == Error{Errc::unavailable, "down"});
    notifier.fail_with(std::nullopt);
    record.id = ExportId{3};
    REQUIRE(notifier.success(record).has_value());

    const auto messages = notifier.messages();
    REQUIRE(messages.size() == 2);
    CHECK(messages[0].outcome == Outcome::failure);
    CHECK(messages[0].record.id == ExportId{1});
    CHECK(messages[1].outcome == Outcome::success);
    CHECK(messages[1].record.id == ExportId{3});
}
