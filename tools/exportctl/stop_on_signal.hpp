/// @file
/// Ends what takes long when the user wants to.
#pragma once

#include "exit_status.hpp"

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

#include <unistd.h>

namespace exportctl {

/// Turns the first SIGINT or SIGTERM into a request to stop, if somebody has a token; any other ends the process. Make
/// it before other threads.
class StopOnSignal {
public:
    StopOnSignal() {
        sigemptyset(&signals_);
        for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) {
            sigaddset(&signals_, signal);
        }
        ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        thread_ = std::thread([this] { listen(); });
    }
    ~StopOnSignal() {
        ::pthread_kill(thread_.native_handle(), SIGUSR1);
        thread_.join();
    }
    StopOnSignal(const StopOnSignal&) = delete;
    StopOnSignal& operator=(const StopOnSignal&) = delete;

    [[nodiscard]] std::stop_token token() {
        heard_ = true;
        return stop_.get_token();
    }

private:
    void listen() {
        for (int signal = 0; sigwait(&signals_, &signal) == 0 && signal != SIGUSR1;) {
            if (!heard_ || !stop_.request_stop()) ::_exit(interrupted);
        }
    }

    sigset_t signals_{};
    std::stop_source stop_;
    std::atomic<bool> heard_{false};
    std::thread thread_;
};

} // namespace exportctl
