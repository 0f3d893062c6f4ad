#include "resources.hpp"

#include <sys/resource.h>
#include <sys/time.h>

#include <fstream>
#include <string>

namespace bench {

namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1'000'000;
}

double cpu_seconds_so_far() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

} // namespace

Stopwatch::Stopwatch() : wall_(std::chrono::steady_clock::now()), cpu_(cpu_seconds_so_far()) {}

double Stopwatch::wall_seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - wall_).count();
}

double Stopwatch::cpu_seconds() const { return cpu_seconds_so_far() - cpu_; }

std::uint64_t peak_rss_bytes() {
    // Not ru_maxrss: that counts what the parent had when it forked.
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word) {
        if (word != "VmHWM:") continue;
        std::uint64_t kilobytes = 0;
        status >> kilobytes;
        return kilobytes * 1024;
    }
    return 0;
}

} // namespace bench
