#include <dataexport/prometheus/prometheus_telemetry.hpp>

#include <dataexport/memory/recording_telemetry.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace dataexport;

namespace {

using Labels = std::vector<Label>;

/// The lines of the text that begin so.
std::set<std::string> lines(const PrometheusTelemetry& telemetry, std::string_view begin) {
    std::set<std::string> found;
    const auto text = telemetry.metrics_text();
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        const auto line = text.substr(at, end - at);
        if (line.starts_with(begin)) found.insert(line);
        at = end + 1;
    }
    return found;
}

using Lines = std::set<std::string>;

} // namespace

TEST_CASE("PrometheusTelemetry writes a counter in the text exposition format") {
    const auto telemetry = make_prometheus_telemetry();
    CHECK(telemetry->metrics_text().empty());
    const Labels labels{{"query_type", "Discover"}, {"format", "csv"}};
    telemetry->count("dataexport.start", labels);
    telemetry->count("dataexport.start", labels);
    CHECK(telemetry->metrics_text() == "# HELP dataexport_start_total dataexport.start\n"
                                       "# TYPE dataexport_start_total counter\n"
                                       "dataexport_start_total{format=\"csv\",query_type=\"Discover\"} 2\n");
    telemetry->count("dataexport.start", Labels{{"format", "csv"}, {"query_type", "Discover"}});
    telemetry->count("dataexport.probe", {});
    CHECK(lines(*telemetry, "dataexport_") ==
          Lines{"dataexport_probe_total 1", "dataexport_start_total{format=\"csv\",query_type=\"Discover\"} 3"});
}

TEST_CASE("PrometheusTelemetry keeps histograms in the unit of their metric") {
    const auto telemetry = make_prometheus_telemetry();
    const Labels labels{{"format", "csv"}};
    telemetry->observe("dataexport.duration", 0.5, labels);
    telemetry->observe("dataexport.duration", 3000, labels);
    telemetry->observe("dataexport.file_size", 2048, labels);
    telemetry->observe("dataexport.row_count", 0, labels);
    telemetry->observe("dataexport.row_count", 1e9, labels);
    CHECK(lines(*telemetry, "# TYPE") == Lines{"# TYPE dataexport_duration_seconds histogram",
                                               "# TYPE dataexport_file_size_bytes histogram",
                                               "# TYPE dataexport_row_count histogram"});
    CHECK(lines(*telemetry, "dataexport_duration_seconds_sum") ==
          Lines{"dataexport_duration_seconds_sum{format=\"csv\"} 3000.5"});
    const auto bucket = [&](const std::string& metric, const std::string& bound) {
        const auto found = lines(*telemetry, metric + "_bucket{format=\"csv\",le=\"" + bound + "\"}");
        REQUIRE(found.size() == 1);
        return found.begin()->substr(found.begin()->rfind(' ') + 1);
    };
    CHECK(bucket("dataexport_duration_seconds", "0.1") == "0");
    CHECK(bucket("dataexport_duration_seconds", "0.5") == "1");
    CHECK(bucket("dataexport_duration_seconds", "900") == "1");
    CHECK(bucket("dataexport_duration_seconds", "3600") == "2");
    CHECK(bucket("dataexport_duration_seconds", "+Inf") == "2");
    CHECK(bucket("dataexport_file_size_bytes", "1024") == "0");
    CHECK(bucket("dataexport_file_size_bytes", "16384") == "1");
    CHECK(bucket("dataexport_row_count", "0") == "1");
    CHECK(bucket("dataexport_row_count", "100000000") == "1");
    CHECK(bucket("dataexport_row_count", "+Inf") == "2");
}

TEST_CASE("S31: metrics hold labels of small sets only: beyond the most, they are counted under other") {
    const auto telemetry = make_prometheus_telemetry({.max_label_sets = 3});
    for (int i = 0; i < 1000; ++i) {
        const auto type = "secret-" + std::to_string(i);
        const Labels labels{{"format", "csv"}, {"query_type", type}};
        telemetry->count("dataexport.start", labels);
        telemetry->observe("dataexport.row_count", 1, labels);
    }
    telemetry->count("dataexport.start", Labels{{"format", "csv"}, {"query_type", "secret-1"}});
    telemetry->count("dataexport.start", Labels{{"success", "true"}});
    telemetry->count("dataexport.end", Labels{{"success", "true"}});
    CHECK(lines(*telemetry, "dataexport_start_total") ==
          Lines{"dataexport_start_total{format=\"csv\",query_type=\"secret-0\"} 1",
                "dataexport_start_total{format=\"csv\",query_type=\"secret-1\"} 2",
                "dataexport_start_total{format=\"csv\",query_type=\"secret-2\"} 1",
                "dataexport_start_total{format=\"other\",query_type=\"other\"} 998"});
    CHECK(lines(*telemetry, "dataexport_row_count_count").size() == 4);
    CHECK(lines(*telemetry, "dataexport_end_total") == Lines{"dataexport_end_total{success=\"true\"} 1"});
}

TEST_CASE("PrometheusTelemetry makes names and values into what Prometheus takes") {
    const auto telemetry = make_prometheus_telemetry();
    telemetry->count("9 lives-ü", Labels{{"", "empty"},
                                         {"1st", "digit"},
                                         {"__name__", "reserved"},
                                         {"a-b", "first"},
                                         {"a.b", "second"},
                                         {"quantile", "q"},
                                         {"text", "a\"b\\c\nd\xff"}});
    CHECK(lines(*telemetry, "_9") ==
          Lines{"_9_lives____total{_=\"empty\",_1st=\"digit\",a_b=\"first\",label__name__=\"reserved\","
                "quantile_=\"q\",text=\"a\\\"b\\\\c\\nd\xef\xbf\xbd\"} 1"});
    telemetry->observe("spread", 2, Labels{{"le", "1"}});
    CHECK(lines(*telemetry, "spread_sum") == Lines{"spread_sum{le_=\"1\"} 2"});
    telemetry->observe("odd", std::numeric_limits<double>::quiet_NaN(), {});
    CHECK(lines(*telemetry, "odd_count") == Lines{"odd_count 1"});
}

TEST_CASE("PrometheusTelemetry drops what it cannot count, and goes on") {
    const auto telemetry = make_prometheus_telemetry();
    telemetry->count("a", {});
    telemetry->observe("a_total", 1, {}); // A histogram under the name of a counter.
    telemetry->count("a", {});
    CHECK(lines(*telemetry, "a_total") == Lines{"a_total 2"});
}

TEST_CASE("PrometheusTelemetry hands log events on") {
    RecordingTelemetry log;
    const auto telemetry = make_prometheus_telemetry({.log = &log});
    const Labels fields{{"code", "busy"}};
    telemetry->log(LogLevel::warning, "dataexport.worker_error", fields);
    telemetry->count("dataexport.start", {});
    REQUIRE(log.logged().size() == 1);
    CHECK(log.logged()[0].level == LogLevel::warning);
    CHECK(log.logged()[0].event == "dataexport.worker_error");
    CHECK(log.logged()[0].fields == RecordingTelemetry::Labels{{"code", "busy"}});
    CHECK(log.counted().empty());
    make_prometheus_telemetry()->log(LogLevel::error, "nobody listens", fields);
}

TEST_CASE("PrometheusTelemetry counts exactly, whichever threads count and read") {
    const auto telemetry = make_prometheus_telemetry({.max_label_sets = 4});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 1000; ++i) {
                const auto type = std::to_string(i % 8);
                const Labels labels{{"type", type}};
                telemetry->count("c", labels);
                telemetry->observe("o", 1, labels);
                if (i % 100 == 0) static_cast<void>(telemetry->metrics_text());
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    double counted = 0;
    for (const auto* begin : {"c_total{", "o_count{"}) {
        const auto found = lines(*telemetry, begin);
        CHECK(found.size() == 5);
        for (const auto& line : found) {
            counted += std::stod(line.substr(line.rfind(' ')));
        }
    }
    CHECK(counted == 8000);
}
