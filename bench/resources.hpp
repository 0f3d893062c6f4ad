/// @file
/// What this process has used.
#pragma once

#include <chrono>
#include <cstdint>

namespace bench {

/// Measures from its construction on.
class Stopwatch {
public:
    Stopwatch();

    [[nodiscard]] double wall_seconds() const;
    /// Of all threads of the process, in the program and in the kernel.
    [[nodiscard]] double cpu_seconds() const;

private:
    std::chrono::steady_clock::time_point wall_;
    double cpu_;
};

/// The most memory that the process has had at once.
[[nodiscard]] std::uint64_t peak_rss_bytes();

} // namespace bench
