/// @file
/// Checks an implementation of `Compressor` against its contract.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/compressor.hpp>
#include <dataexport/testing/report.hpp>

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Compresses pieces of several sizes, one after the other and in several threads.
/// @param unpack gives what a row of members or frames holds, with a library that others made; none if it is broken.
[[nodiscard]] inline Report
check_compressor(const Compressor& compressor,
                 const std::function<std::optional<std::string>(std::string_view packed)>& unpack) {
    Report report;
    report.expect(compressor.kind() != Compression::none, "kind says which format it is");

    std::string large;
    for (int i = 0; large.size() < 1'000'000; ++i) {
        large += std::to_string(i) + ",\"a title\"\r\n";
    }
    const std::array<std::string, 4> pieces{"", "a", std::string(1000, '\0'), large};
    const auto packed = [&](std::string_view bytes) {
        std::string out;
        return compressor.compress(bytes, out).has_value() ? out : std::string();
    };
    std::string all;
    std::string plain;
    for (const auto& piece : pieces) {
        const auto member = packed(piece);
        report.expect(unpack(member) == piece, "a piece of " + std::to_string(piece.size()) + " bytes unpacks");
        report.expect(packed(piece) == member, "the same bytes give the same member");
        const auto before = all;
        report.expect(compressor.compress(piece, all).has_value() && all == before + member, "compress appends");
        plain += piece;
    }
    report.expect(unpack(all) == plain, "members put together unpack to all of it");
    report.expect(packed(large).size() < large.size() / 2, "text becomes smaller");

    std::array<std::string, 4> members;
    std::array<std::thread, 4> threads;
    for (std::size_t i = 0; i < threads.size(); ++i) {
        threads[i] = std::thread([&, i] { members[i] = packed(std::string_view(large).substr(i * 100'000)); });
    }
    for (std::size_t i = 0; i < threads.size(); ++i) {
        threads[i].join();
        report.expect(members[i] == packed(std::string_view(large).substr(i * 100'000)),
                      "threads may compress at the same time");
    }
    return report;
}

} // namespace testing
DATAEXPORT_NAMESPACE_END
