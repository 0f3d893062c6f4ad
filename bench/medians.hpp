/// @file
/// Short pieces of work, each measured several times.
#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace bench {

/// What one piece of work takes once, in nanoseconds; medians.
struct Figure {
    std::string name;
    double cpu;
    double wall;
    std::uint64_t bytes;  ///< That it makes each time; 0: it makes none.
    std::ptrdiff_t place; ///< Among all pieces, in the order of `add`.

    [[nodiscard]] double megabytes_per_second() const noexcept { return static_cast<double>(bytes) * 1000 / cpu; }
};

/// Measures pieces of work and keeps the median of each.
class Medians {
public:
    static constexpr int runs = 5;

    /// @param seconds that each run of each piece lasts at least.
    explicit Medians(double seconds) : seconds_(seconds) {}

    /// Adds a piece of work, which loops over its state, and makes `bytes` each time. @pre its name is new.
    void add(std::string name, std::function<void(benchmark::State&)> work, std::uint64_t bytes = 0) {
        pieces_.push_back({std::move(name), std::move(work), bytes});
    }
    /// Measures all of them; runs of different pieces take turns, in a random order, so that what disturbs the machine
    /// for a while disturbs all of them alike. @return false if one of them failed; then there are no figures.
    [[nodiscard]] bool run();

    /// In the order of `add`.
    [[nodiscard]] const std::vector<Figure>& figures() const noexcept { return figures_; }
    /// Null if there is no such piece. @pre `run` was successful
    [[nodiscard]] const Figure* find(const std::string& name) const;
    /// Which piece failed.
    [[nodiscard]] const std::string& complaint() const noexcept { return complaint_; }

private:
    class Reporter;
    struct Piece {
        std::string name;
        std::function<void(benchmark::State&)> work;
        std::uint64_t bytes;
    };

    double seconds_;
    std::vector<Piece> pieces_;
    std::vector<Figure> figures_;
    std::string complaint_;
};

} // namespace bench
