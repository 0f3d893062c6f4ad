#include <dataexport/testing/check_notifier.hpp>

#include <dataexport/memory/recording_notifier.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

TEST_CASE("RecordingNotifier keeps the contract of Notifier") {
    RecordingNotifier notifier;
    const auto report = testing::check_notifier(notifier);
    CHECK_MESSAGE(report.passed(), report.text());
}

TEST_CASE("check_notifier finds a notifier that asks for other tries without end") {
    RecordingNotifier notifier;
    notifier.fail_with(Error{Errc::unavailable, "no mail today"});
    const auto report = testing::check_notifier(notifier);
    CHECK(report.failures().size() == report.checks());
}
