/// @file
/// Shows on standard error how far something has come: a line that changes on a terminal, plain lines elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace exportctl {

class Progress {
public:
    /// @param what the name of what comes. @param quiet whether there are no plain lines.
    Progress(const std::string& what, bool quiet);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    /// Leaves the cursor at the beginning of a line.
    ~Progress();

    /// How many bytes of how many are here. The first call says what was there from the start.
    void bytes(std::uint64_t here, std::optional<std::uint64_t> total);
    /// What there is to say of something whose end is not known: `1200 rows`.
    void state(const std::string& text);

private:
    using Clock = std::chrono::steady_clock;

    [[nodiscard]] bool is_time();
    void draw(const std::string& line);
    [[nodiscard]] std::string bar(std::uint64_t here, std::optional<std::uint64_t> total) const;
    [[nodiscard]] std::string line(std::uint64_t here, std::optional<std::uint64_t> total) const;
    [[nodiscard]] std::string rate(std::uint64_t here, std::optional<std::uint64_t> total) const;

    std::string what_;
    bool terminal_;
    bool quiet_;
    bool drawn_ = false;
    Clock::time_point began_ = Clock::now();
    std::optional<Clock::time_point> last_;
    std::optional<std::uint64_t> first_bytes_;
    std::string last_state_;
};

} // namespace exportctl
