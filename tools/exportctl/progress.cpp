#include "progress.hpp"

#include "output.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

namespace exportctl {

namespace {

std::size_t terminal_width() {
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string percent_text(std::uint64_t here, std::uint64_t total) {
    const auto percent =
        total == 0 ? 100 : static_cast<int>(static_cast<double>(here) * 100 / static_cast<double>(total));
    return std::to_string(std::min(percent, 100)) + '%';
}

/// `1:05`
std::string time_text(std::chrono::seconds time) {
    const auto seconds = time.count() % 60;
    return std::to_string(time.count() / 60) + (seconds < 10 ? ":0" : ":") + std::to_string(seconds);
}

} // namespace

Progress::Progress(const std::string& what, bool quiet)
    : what_(printable(what)), terminal_(::isatty(STDERR_FILENO) == 1), quiet_(quiet) {}

Progress::~Progress() {
    if (drawn_) std::fputc('\n', stderr);
}

bool Progress::is_time() {
    const auto interval = terminal_ ? std::chrono::milliseconds{100} : std::chrono::milliseconds{2000};
    const auto now = Clock::now();
    if (last_ && now - *last_ < interval) return false;
    last_ = now;
    return true;
}

void Progress::bytes(std::uint64_t here, std::optional<std::uint64_t> total) {
    if (!first_bytes_) first_bytes_ = here;
    if (quiet_ && !terminal_) return;
    if (const bool last = total && here == *total; !is_time() && !last) return;
    if (terminal_) {
        draw(bar(here, total));
    } else {
        note(line(here, total));
    }
}

void Progress::state(const std::string& text) {
    if (text == last_state_ || (quiet_ && !terminal_) || !is_time()) return;
    last_state_ = text;
    const auto shown = what_ + "  " + printable(text);
    if (terminal_) {
        draw(shown.substr(0, terminal_width() - 1));
    } else {
        note(shown);
    }
}

void Progress::draw(const std::string& line) {
    std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
    std::fflush(stderr);
    drawn_ = true;
}

std::string Progress::rate(std::uint64_t here, std::optional<std::uint64_t> total) const {
    const std::chrono::duration<double> time = Clock::now() - began_;
    const auto came = static_cast<double>(here - first_bytes_.value_or(0));
    if (time.count() < 0.2 || came <= 0) return {};
    const double rate = came / time.count();
    auto text = size_text(static_cast<std::uint64_t>(rate)) + "/s";
    if (total && *total > here) {
        const auto left = static_cast<double>(*total - here) / rate;
        if (left < 86'400) text += "  " + time_text(std::chrono::seconds{std::lround(left)});
    }
    return text;
}

std::string Progress::line(std::uint64_t here, std::optional<std::uint64_t> total) const {
    auto text = what_ + "  " + size_text(here);
    if (total) text += " of " + size_text(*total) + "  " + percent_text(here, *total);
    const auto speed = rate(here, total);
    return speed.empty() ? text : text + "  " + speed;
}

/// `a.csv  [=====>    ]  43%  201.3 MB of 470.0 MB  52.1 MB/s  0:05`, with what there is room for. The length of the
/// bar does not depend on the numbers, so that it only grows.
std::string Progress::bar(std::uint64_t here, std::optional<std::uint64_t> total) const {
    constexpr std::size_t shortest = 12; // With its brackets.
    constexpr std::size_t longest = 42;
    constexpr std::size_t numbers = 48;
    constexpr std::size_t percent = 6;
    const auto width = terminal_width() - 1;
    if (!total) return line(here, total).substr(0, width);
    auto rest = "  " + percent_text(here, *total);
    if (width < shortest + percent) return rest.substr(2, width);
    const bool roomy = width >= shortest + numbers;
    if (roomy) {
        rest += "  " + size_text(here) + " of " + size_text(*total);
        if (const auto speed = rate(here, total); !speed.empty()) rest += "  " + speed;
    }
    auto left = width - (roomy ? numbers : percent);
    const auto name = what_.size() + 2 + shortest <= left ? what_ + "  " : "";
    left -= name.size();
    const auto room = std::min(left, longest) - 2;
    const auto part = *total == 0 ? 1.0 : static_cast<double>(here) / static_cast<double>(*total);
    const auto full = std::min(static_cast<std::size_t>(static_cast<double>(room) * part), room);
    std::string drawn(full, '=');
    if (full < room) drawn += '>';
    drawn.resize(room, ' ');
    return (name + '[' + drawn + ']' + rest).substr(0, width);
}

} // namespace exportctl
