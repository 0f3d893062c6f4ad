#include <dataexport/memory/recording_telemetry.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

TEST_CASE("RecordingTelemetry remembers counters, values and log events with their labels") {
    RecordingTelemetry telemetry;
    const Label labels[] = {{"success", "true"}, {"format", "csv"}};
    telemetry.count("dataexport.end", labels);
    telemetry.count("dataexport.end", {});
    telemetry.observe("dataexport.file_size", 42.5, labels);
    telemetry.log(LogLevel::warning, "dataexport.error", labels);

    const RecordingTelemetry::Labels wanted{{"format", "csv"}, {"success", "true"}};
    CHECK(telemetry.count_of("dataexport.end") == 2);
    CHECK(telemetry.count_of("dataexport.start") == 0);
    REQUIRE(telemetry.counted().size() == 2);
    CHECK(telemetry.counted()[0].labels == wanted);
    CHECK(telemetry.counted()[1].labels.empty());
    REQUIRE(telemetry.observed().size() == 1);
    CHECK(telemetry.observed()[0].metric == "dataexport.file_size");
    CHECK(telemetry.observed()[0].value == 42.5);
    CHECK(telemetry.observed()[0].labels == wanted);
    REQUIRE(telemetry.logged().size() == 1);
    CHECK(telemetry.logged()[0].level == LogLevel::warning);
    CHECK(telemetry.logged()[0].event == "dataexport.error");
    CHECK(telemetry.logged()[0].fields == wanted);
}
