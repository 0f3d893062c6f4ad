/// @file
/// Checks an implementation of `EventStore` against its contract.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/event.hpp>
#include <dataexport/ports/event_store.hpp>
#include <dataexport/testing/report.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// An empty event store and the way to put events into it.
struct EventStoreUnderTest {
    std::function<void(const Event&)> add;
    std::unique_ptr<EventStore> store;
};

/// Makes a new, empty store that knows these projects.
using EventStoreFactory = std::function<EventStoreUnderTest(const std::map<ProjectId, std::string>& slugs)>;

/// Fills a store with a dozen events, asks for them in many ways and compares with what the contract says; and checks
/// its sources with `check_row_source`.
[[nodiscard]] Report check_event_store(const EventStoreFactory& make);

} // namespace testing
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/testing/impl/check_event_store.ipp>
#endif
