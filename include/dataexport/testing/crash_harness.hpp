/// @file
/// Kills a process again and again, to show that its work survives (POSIX only).
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// When a process is killed.
struct CrashPlan {
    std::size_t kills = 100; ///< After so many kills the process may live to its end.
    /// Each kill comes at a random moment up to so long after the start. Choose about the time that the work takes.
    std::chrono::microseconds longest_life{std::chrono::milliseconds{50}};
    std::uint32_t seed = 1; ///< Of the random moments.
};

/// What came of it.
struct CrashRun {
    std::size_t kills = 0;
    int exit_code = 0; ///< What `work` returned in the process that ended by itself; 255 if it threw.
};

/// Runs `work` in a process of its own, a copy of this one, and kills that with `SIGKILL`, again and again, until one
/// ends by itself. Let `work` open the stores under test and run a `Worker` on them; afterwards, compare what they hold
/// with what an undisturbed run leaves.
///
/// @param after_kill is called in this process after each kill: check there what must hold at any time.
/// @pre this process has one thread, and no store that `work` uses is open in it.
/// @return `Errc::internal` if a process died of itself, by a signal; `Errc::unavailable` if none could be started.
[[nodiscard]] Result<CrashRun> run_and_kill(const std::function<int()>& work,
                                            const std::function<void()>& after_kill = {}, const CrashPlan& plan = {});

} // namespace testing
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/testing/impl/crash_harness.ipp>
#endif
