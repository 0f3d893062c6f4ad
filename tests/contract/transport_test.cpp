#include <dataexport/testing/check_transport.hpp>

#include <dataexport/memory/memory_transport.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

namespace {

testing::TransportUnderTest connect(bool takes_files) {
    auto transport = std::make_unique<MemoryTransport>(takes_files);
    auto* const client = transport.get();
    return {std::move(transport),
            [client] {
                return testing::ReceivedResponse{client->status(), client->fields(), client->body()};
            },
            [client] { client->hang_up(); }};
}

} // namespace

TEST_CASE("MemoryTransport keeps the contract of Transport") {
    for (const bool takes_files : {false, true}) {
        const auto report = testing::check_transport([&] { return connect(takes_files); });
        INFO(report.text());
        CHECK(report.passed());
    }
}

TEST_CASE("check_transport notices a transport that never reports that the client has gone") {
    const auto report = testing::check_transport([] {
        auto connection = connect(false);
        connection.hang_up = [] {};
        return connection;
    });
    CHECK(report.text() == "a client that has gone is unavailable\nand stays so\n");
}
