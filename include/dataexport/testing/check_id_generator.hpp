/// @file
/// The contract of `IdGenerator` as a test.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/id_generator.hpp>
#include <dataexport/testing/report.hpp>

#include <set>
#include <thread>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Checks `ids` against the clauses of `ports/id_generator.hpp`, but for the one about guessing, which no test can.
[[nodiscard]] inline Report check_id_generator(IdGenerator& ids) {
    constexpr std::size_t calls = 500;
    constexpr std::int64_t largest = (std::int64_t{1} << 53) - 1;
    std::vector<std::vector<std::int64_t>> of_thread(4);
    std::vector<std::thread> threads;
    for (auto& made : of_thread) {
        threads.emplace_back([&ids, &made] {
            for (std::size_t i = 0; i < calls; ++i) {
                const auto id = ids.next();
                made.push_back(id ? id->value : 0);
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }

    bool exact = true;
    std::set<std::int64_t> distinct;
    for (const auto& made : of_thread) {
        for (const auto id : made) {
            exact = exact && id >= 1 && id <= largest;
            distinct.insert(id);
        }
    }
    Report report;
    report.expect(exact, "every id lies between 1 and 2^53 - 1");
    report.expect(distinct.size() >= calls * of_thread.size() - 2, "two calls rarely give the same id, in any threads");
    return report;
}

} // namespace testing
DATAEXPORT_NAMESPACE_END
