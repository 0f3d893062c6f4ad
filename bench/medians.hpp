/// @file
/// Short pieces of work, each measured several times.
#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace bench {

/// Measures pieces of work and keeps the median of each.
class Medians {
public:
    static constexpr int runs = 5;

    /// @param seconds that each run of each piece lasts at least.
    explicit Medians(double seconds) : seconds_(seconds) {}

    /// Adds a piece of work, which loops over its state. @pre its name is new.
    void add(std::string name, std::function<void(benchmark::State&)> work) {
        work_.emplace_back(std::move(name), std::move(work));
    }
    /// Measures all of them, in order. @return false if one of them failed; then there are no figures.
    [[nodiscard]] bool run();

    /// Nanoseconds of CPU time that each piece takes once.
    [[nodiscard]] const std::vector<std::pair<std::string, double>>& figures() const noexcept { return figures_; }
    /// @pre `run` was successful and there is such a piece
    [[nodiscard]] double of(const std::string& name) const;
    /// Which piece failed.
    [[nodiscard]] const std::string& complaint() const noexcept { return complaint_; }

private:
    class Reporter;

    double seconds_;
    std::vector<std::pair<std::string, std::function<void(benchmark::State&)>>> work_;
    std::vector<std::pair<std::string, double>> figures_;
    std::string complaint_;
};

} // namespace bench
