#include <dataexport/webhook/payload.hpp>

#include "mail/ended_exports.hpp"

#include <doctest/doctest.h>

using namespace dataexport;

TEST_CASE("webhook_id is made of export and outcome") {
    CHECK(webhook_id(ExportId{27}, Outcome::success) == "data-export-27-success");
    CHECK(webhook_id(ExportId{27}, Outcome::failure) == "data-export-27-failure");
}

TEST_CASE("webhook_payload tells what the details of the export are when it ends") {
    CHECK(to_json(webhook_payload(finished(), Outcome::success)) ==
          R"({"type":"data_export.success","timestamp":"2020-07-21T12:21:00Z","data":{"id":27,)"
          R"("user":{"id":"7","email":"jane@example.com","username":"jane"},"dateCreated":"2020-07-21T09:05:00Z",)"
          R"("dateFinished":"2020-07-21T12:21:00Z","dateExpired":"2020-08-18T12:21:00Z",)"
          R"("query":{"type":"Issues-by-Tag","info":{"env":"test"}},"status":"VALID",)"
          R"("checksum":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",)"
          R"("fileName":"Issues-by-Tag_2020-July-21_27.csv","format":"csv","compression":null,)"
          R"("progress":{"rows":0,"bytes":0},)"
          R"("warnings":[],"error":null,"checksumAlgorithm":"sha256","organization":"acme"}})");
}

TEST_CASE("webhook_payload of a failure says why") {
    const auto payload = webhook_payload(failed(), Outcome::failure);
    CHECK(payload.at("type") == "data_export.failure");
    const auto& data = payload.at("data").as_object();
    CHECK(data.at("status") == "FAILED");
    CHECK(data.at("error") ==
          json::value{{"code", "query-failed"}, {"detail", "failed to export data!"}, {"retriable", false}});
}
