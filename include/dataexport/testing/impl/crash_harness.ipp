#pragma once

#include <dataexport/testing/crash_harness.hpp>

#include <cerrno>
#include <csignal>
#include <random>
#include <string>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

namespace detail::crash_harness {

/// Runs `work` and ends the process at once, without whatever else the program would do at its end.
[[noreturn]] inline void run_and_exit(const std::function<int()>& work) noexcept {
    int code = 255;
    try {
        code = work();
    } catch (...) {
        code = 255;
    }
    ::_exit(code);
}

/// Waits for the end of a process. @return its status as `waitpid` gives it.
inline int wait_for(pid_t process) noexcept {
    int status = 0;
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

} // namespace detail::crash_harness

DATAEXPORT_DECL Result<CrashRun> run_and_kill(const std::function<int()>& work, const std::function<void()>& after_kill,
                                              const CrashPlan& plan) {
    std::minstd_rand random(plan.seed);
    std::uniform_int_distribution<std::chrono::microseconds::rep> life(0, plan.longest_life.count());
    CrashRun run;
    for (;;) {
        const pid_t process = ::fork();
        if (process < 0) return Error{Errc::unavailable, "No process could be started"};
        if (process == 0) detail::crash_harness::run_and_exit(work);
        const bool to_be_killed = run.kills < plan.kills;
        if (to_be_killed) {
            std::this_thread::sleep_for(std::chrono::microseconds(life(random)));
            ::kill(process, SIGKILL); // without effect on one that has ended
        }
        const int status = detail::crash_harness::wait_for(process);
        if (WIFEXITED(status)) {
            run.exit_code = WEXITSTATUS(status);
            return run;
        }
        if (!to_be_killed || WTERMSIG(status) != SIGKILL) {
            return Error{Errc::internal, "The process ended by signal " + std::to_string(WTERMSIG(status))};
        }
        ++run.kills;
        if (after_kill) after_kill();
    }
}

} // namespace testing
DATAEXPORT_NAMESPACE_END
