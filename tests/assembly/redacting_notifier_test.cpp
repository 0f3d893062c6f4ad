#include <dataexport/assembly/redacting_notifier.hpp>

#include "support/workshop.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace dataexport;

namespace {

/// Everything that telemetry was told, in one text.
std::string told(const RecordingTelemetry& telemetry) {
    std::string text;
    const auto add = [&](const std::string& name, const RecordingTelemetry::Labels& labels) {
        text += name;
        for (const auto& [label, value] : labels) {
            text += ' ' + label + '=' + value;
        }
        text += '\n';
    };
    for (const auto& entry : telemetry.counted()) {
        add(entry.metric, entry.labels);
    }
    for (const auto& entry : telemetry.observed()) {
        add(entry.metric, entry.labels);
    }
    for (const auto& entry : telemetry.logged()) {
        add(entry.event, entry.fields);
    }
    return text;
}

} // namespace

TEST_CASE("S31: secrets in filter values reach neither messages, which are redacted, nor logs and labels") {
    for (const bool fails : {false, true}) {
        CAPTURE(fails);
        support::Workshop shop;
        if (fails)
            shop.counting.before_fetch = [](std::uint64_t) -> Result<void> { return Error{Errc::invalid_query, ""}; };
        auto record = shop.record();
        record.query_info = {{"field", "*"}, {"filter", json::object{{"token", "s3cret"}}}};
        shop.request(record);

        RedactingNotifier notifier(shop.notifier, [](json::object info) {
            info["filter"] = "[redacted]";
            return info;
        });
        Worker worker(shop.ports(), notifier, shop.clock, shop.options);
        REQUIRE(worker.run_until_idle().has_value());

        REQUIRE(shop.notifier.messages().size() == 1);
        const auto message = shop.notifier.messages()[0];
        CHECK(message.outcome == (fails ? Outcome::failure : Outcome::success));
        CHECK(to_json(message.record.query_info) == R"({"field":"*","filter":"[redacted]"})");
        CHECK(shop.find().query_info == record.query_info);
        CHECK(told(shop.telemetry).find("dataexport.start") != std::string::npos);
        CHECK(told(shop.telemetry).find("s3cret") == std::string::npos);
    }
}
