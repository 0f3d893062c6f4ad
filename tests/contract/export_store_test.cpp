#include <dataexport/testing/check_export_store.hpp>

#include "filesystem/temporary_folder.hpp"

#include <dataexport/memory/memory_export_store.hpp>
#include <dataexport/sqlite/export_store.hpp>
#include <dataexport/testing/failing_export_store.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

namespace {

void check_contract(const std::function<std::unique_ptr<ExportStore>()>& make) {
    const auto report = testing::check_export_store(make);
    CHECK_MESSAGE(report.passed(), report.text());
    CHECK(report.checks() > 200);
}

/// Opens a file of its own for each store.
std::function<std::unique_ptr<ExportStore>()> make_in(const TemporaryFolder& folder) {
    return [&folder, files = 0]() mutable {
        const auto path = folder.path() / (std::to_string(++files) + ".db");
        auto store = open_sqlite_export_store({.path = path.string(), .synchronous_full = false});
        return store ? std::move(*store) : nullptr;
    };
}

} // namespace

TEST_CASE("MemoryExportStore keeps the contract of ExportStore") {
    check_contract([] { return std::make_unique<MemoryExportStore>(); });
}

TEST_CASE("the export store in SQLite keeps the contract of ExportStore") {
    const TemporaryFolder folder;
    check_contract(make_in(folder));
}

TEST_CASE("check_export_store finds the clauses that a store breaks") {
    const auto nothing = testing::check_export_store([] { return std::unique_ptr<ExportStore>(); });
    CHECK(!nothing.passed());

    // The 40th call fails: somewhere in the clauses a call that has to succeed does not.
    std::vector<std::unique_ptr<MemoryExportStore>> stores;
    const auto plan = std::make_shared<testing::FaultPlan>(40, Error{Errc::busy, "planned"});
    const auto faulty = testing::check_export_store([&] {
        stores.push_back(std::make_unique<MemoryExportStore>());
        return std::make_unique<testing::FailingExportStore>(*stores.back(), plan);
    });
    CHECK(plan->fired());
    CHECK(!faulty.passed());
}

TEST_CASE("FailingExportStore fails the call that the plan names, which then changes nothing") {
    MemoryExportStore memory;
    const auto plan = std::make_shared<testing::FaultPlan>(2, Error{Errc::busy, "planned"});
    testing::FailingExportStore store(memory, plan);
    const auto first = testing::export_store_check::record(1);
    REQUIRE(store.create_or_get(first, "one").has_value());
    const auto second = store.create_or_get(testing::export_store_check::record(2), "two");
    REQUIRE(!second.has_value());
    CHECK(second.error() == Error{Errc::busy, "planned"});
    CHECK(memory.find(ExportId{2}).error().code == Errc::not_found);
    CHECK(store.find(ExportId{1}).has_value());
}

TEST_CASE("FailingExportStore keeps the contract of ExportStore while nothing is planned") {
    std::vector<std::unique_ptr<MemoryExportStore>> stores;
    const auto plan = std::make_shared<testing::FaultPlan>(0, Error{});
    check_contract([&] {
        stores.push_back(std::make_unique<MemoryExportStore>());
        return std::make_unique<testing::FailingExportStore>(*stores.back(), plan);
    });
    CHECK(plan->calls() > 200);
}
