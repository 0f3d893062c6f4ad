/// @file
/// Works through the queue of exports, and sends the messages about those that have ended.
#pragma once

#include <dataexport/access/access_context.hpp>
#include <dataexport/assembly/download_assembler.hpp>
#include <dataexport/assembly/limits.hpp>
#include <dataexport/assembly/retry_policy.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/notifier.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

struct WorkerOptions {
    std::size_t threads = 2; ///< Exports worked on at the same time.
    Limits limits;
    RetryPolicy retry;
    RunningLimits running; ///< Exports of an organization or a user that run at the same time, over all workers.
    /// What people may do now. If it is set, an export whose owner lost access to its data fails when it is claimed.
    AccessLookup access{};
    /// How long a claim lasts without a sign of life. A third of it passes between two signs. A message
    /// whose sender vanished is tried again after it.
    std::chrono::milliseconds lease{std::chrono::seconds{30}};
    /// How long an idle thread waits before it looks for work that another process may have queued.
    std::chrono::milliseconds poll{500};
};

/// Claims exports and assembles them, in threads of its own or in the caller's.
///
/// An export that cannot go on is put back with a delay, or fails, as `RetryPolicy` says. A claim that was lost is
/// dropped: its new owner goes on. Everything that ended has its message sent through the notifier, again with growing
/// delays if it must be. Files that expired are removed, and records that were kept long enough.
///
/// Thread safety: all members may be called from any thread; `start` and `stop` by one owner.
class Worker {
public:
    /// Everything is borrowed and has to outlive the worker.
    /// @param lease_clock tells the time of leases and delays; it must run on even where `ports.clock`, which dates
    /// records, stands still.
    Worker(AssemblyPorts ports, Notifier& notifier, const Clock& lease_clock, WorkerOptions options);
    /// Stops, as `stop` does.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Claims one export and works on it until it ends, is put back or is lost; and sends a message that is due.
    /// Unless the threads run as well, nothing renews its lease meanwhile: choose one that is longer than an export
    /// takes.
    /// @return whether there was anything to do; an error of the store, which the caller may outlast.
    [[nodiscard]] Result<bool> run_once();
    /// Repeats `run_once` until there is nothing to do now. For tests and for programs without threads.
    [[nodiscard]] Result<void> run_until_idle();

    /// Starts the threads. @pre not started
    void start();
    /// Tells an idle thread that there is work.
    void wake();
    /// Lets every thread end its present batch, make a checkpoint and give its export back, and waits for that.
    void stop();

private:
    /// A claim that is being worked on, as the heartbeat sees it.
    struct ActiveClaim {
        ActiveClaim(ExportId export_id, FencingToken token) : id(export_id), fence(token) {}

        ExportId id;
        FencingToken fence;
        std::atomic<bool> lost{false};
    };
    class Registration;

    [[nodiscard]] Result<bool> work_on_one();
    [[nodiscard]] Result<void> check_access(const ExportedData& record) const;
    [[nodiscard]] Result<void> assemble(DownloadAssembler& assembler, const ActiveClaim& active);
    [[nodiscard]] Result<void> settle(DownloadAssembler& assembler, const Error& error);
    [[nodiscard]] Result<void> fail(const Claim& claim, const Error& error);
    [[nodiscard]] Result<bool> send_one();
    [[nodiscard]] Result<bool> remove_expired_files();
    [[nodiscard]] Result<bool> remove_old_records();
    void run();
    void keep_leases();

    AssemblyPorts ports_;
    Notifier& notifier_;
    const Clock& lease_clock_;
    WorkerOptions options_;

    std::mutex mutex_; ///< Guards what follows.
    std::condition_variable changed_;
    std::vector<std::shared_ptr<ActiveClaim>> active_;
    std::size_t wakes_ = 0;
    bool leases_end_ = false; ///< The heartbeat may stop: no thread works any more.
    std::atomic<bool> stopping_{false};
    std::vector<std::thread> threads_;
    std::thread heartbeat_;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/assembly/impl/worker.ipp>
#endif
