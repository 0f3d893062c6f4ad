#include <dataexport/assembly/worker.hpp>

#include "support/workshop.hpp"

#include <dataexport/testing/failing_export_store.hpp>
#include <dataexport/testing/failing_file_store.hpp>

#include <doctest/doctest.h>

#include <memory>

using namespace dataexport;
using std::chrono::seconds;

namespace {

/// Runs an export whose n-th store or file call fails, until it ends. @return whether a call failed
bool run_with_fault(std::size_t nth, Errc code) {
    support::Workshop shop;
    shop.counting.rows = 45;
    shop.request();
    const auto plan = std::make_shared<testing::FaultPlan>(nth, Error{code, "made to fail"});
    testing::FailingExportStore store(shop.store, plan);
    testing::FailingFileStore files(shop.files, plan);
    for (int i = 0; i < 50 && shop.notifier.messages().empty(); ++i) {
        Worker worker({store, files, shop.kinds, shop.digest, shop.clock, shop.telemetry}, shop.notifier, shop.clock,
                      shop.options);
        // A store that fails is the caller's to outlast; the lease of what it was working on ends by itself.
        (void)worker.run_until_idle();
        const bool visible = shop.files.size(ExportId{27}).has_value();
        const auto record = shop.find();
        if (visible) {
            CHECK(shop.file() == support::counting_csv(45));
        } else {
            CHECK(record.state != ExportState::finished);
        }
        shop.clock.advance(seconds{400});
    }
    CHECK(shop.notifier.messages().size() == 1);
    const auto record = shop.find();
    if (condition(code) == Condition::unavailable || record.state == ExportState::finished) {
        CHECK(record.state == ExportState::finished);
        CHECK(record.rows == 45);
        CHECK(record.file->checksum == to_hex(sha256(shop.digest, support::counting_csv(45))));
    } else {
        CHECK(record.state == ExportState::failed);
        CHECK(record.error.has_value());
    }
    return plan->fired();
}

} // namespace

TEST_CASE("Worker outlasts any one call of the stores that fails, and leaves nothing partial to see") {
    for (const Errc code : {Errc::unavailable, Errc::no_space, Errc::corrupt}) {
        std::size_t nth = 1;
        for (; run_with_fault(nth, code); ++nth) {
            CAPTURE(nth);
            REQUIRE(nth < 1000);
        }
        CHECK(nth > 20);
    }
}
