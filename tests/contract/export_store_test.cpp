#include <dataexport/testing/check_export_store.hpp>

#include <dataexport/memory/memory_export_store.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

TEST_CASE("MemoryExportStore keeps the contract of ExportStore") {
    const auto report = testing::check_export_store([] { return std::make_unique<MemoryExportStore>(); });
    CHECK_MESSAGE(report.passed(), report.text());
    CHECK(report.checks() > 200);
}
