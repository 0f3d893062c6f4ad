#pragma once

#include <dataexport/access/permission_evaluator.hpp>
#include <dataexport/assembly/failure_text.hpp>
#include <dataexport/assembly/housekeeping.hpp>
#include <dataexport/assembly/worker.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::worker {

/// How many expired files or old records are removed in one go.
inline constexpr std::size_t removed_at_once = 100;

inline void log_error(Telemetry& telemetry, std::string_view event, const Error& error) {
    const std::array fields{Label{"code", to_string(error.code)}, Label{"detail", error.detail}};
    telemetry.log(LogLevel::error, event, fields);
}

/// What an operator has to know of an error that its export's owner is told in other words, or not at all.
inline void log_error(Telemetry& telemetry, std::string_view event, ExportId id, const Error& error) {
    const auto number = std::to_string(id.value);
    const std::array fields{Label{"data_export_id", number}, Label{"code", to_string(error.code)},
                            Label{"detail", error.detail}};
    telemetry.log(LogLevel::error, event, fields);
}

/// Does something to each export; one that it cannot be done to keeps no other from it. Those that somebody else
/// removed meanwhile do not count. @return the first error.
template <class Act>
Result<void> for_each(const std::vector<ExportId>& ids, Act act) {
    Result<void> all = ok();
    for (const ExportId id : ids) {
        auto done = act(id);
        if (!done && done.error().code != Errc::not_found && all) all = std::move(done);
    }
    return all;
}

/// Code of the host runs inside (row sources, notifiers), and may throw.
template <class F>
auto guarded(F&& call) -> decltype(call()) {
    try {
        return call();
    } catch (...) {
        return Error{Errc::internal, "An exception left the code of the host"};
    }
}

} // namespace detail::worker

/// Keeps a claim known to the heartbeat for as long as it is worked on.
class Worker::Registration {
public:
    Registration(Worker& worker, const Claim& claim)
        : worker_(worker), claim_(std::make_shared<ActiveClaim>(claim.record.id, claim.fence)) {
        const std::lock_guard lock(worker_.mutex_);
        worker_.active_.push_back(claim_);
    }
    ~Registration() {
        const std::lock_guard lock(worker_.mutex_);
        std::erase(worker_.active_, claim_);
    }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;

    [[nodiscard]] const ActiveClaim& claim() const noexcept { return *claim_; }

private:
    Worker& worker_;
    std::shared_ptr<ActiveClaim> claim_;
};

DATAEXPORT_DECL Worker::Worker(AssemblyPorts ports, Notifier& notifier, const Clock& lease_clock, WorkerOptions options)
    : ports_(std::move(ports)), notifier_(notifier), lease_clock_(lease_clock), options_(std::move(options)) {}

DATAEXPORT_DECL Worker::~Worker() { stop(); }

DATAEXPORT_DECL Result<bool> Worker::run_once() {
    const auto sent = send_one();
    if (!sent) return sent;
    const auto worked = work_on_one();
    if (!worked) return worked;
    if (*sent || *worked) return true;
    const auto removed = remove_expired_files();
    if (removed && *removed) return true;
    const auto forgotten = remove_old_records();
    return removed ? forgotten : removed;
}

DATAEXPORT_DECL Result<void> Worker::run_until_idle() {
    for (;;) {
        const auto worked = run_once();
        if (!worked) return worked.error();
        if (!*worked) return ok();
    }
}

DATAEXPORT_DECL Result<bool> Worker::work_on_one() {
    const TimePoint now = lease_clock_.now();
    auto claimed = ports_.store.claim(now, now + options_.lease, options_.running);
    if (!claimed) return claimed.error();
    if (!*claimed) return false;
    const Claim& claim = **claimed;
    const std::array labels{Label{"format", to_string(claim.record.format)},
                            Label{"query_type", claim.record.query_type}, Label{"success", "true"}};
    ports_.telemetry.count("dataexport.start", labels);

    const Registration registration(*this, claim);
    if (claim.attempt > options_.retry.lost_leases + 1) {
        const Error exhausted{Errc::attempts_exhausted, "The export was tried " + std::to_string(claim.attempt - 1) +
                                                            " times and did not get any further."};
        if (auto failed = fail(claim, exhausted); !failed) return failed.error();
        return true;
    }
    if (const auto allowed = detail::worker::guarded([&] { return check_access(claim.record); }); !allowed) {
        if (auto failed = fail(claim, allowed.error()); !failed) return failed.error();
        return true;
    }
    DownloadAssembler assembler(ports_, claim, options_.limits);
    const auto assembled = detail::worker::guarded([&] { return assemble(assembler, registration.claim()); });
    if (assembled) return true;
    if (auto settled = settle(assembler, assembled.error()); !settled) return settled.error();
    return true;
}

DATAEXPORT_DECL Result<void> Worker::check_access(const ExportedData& record) const {
    if (!options_.access || !record.user) return ok();
    const auto access = options_.access(record.user->id, std::to_string(record.organization.value));
    return PermissionEvaluator{ReadPolicy::owner}.check_still_allowed(access, record);
}

DATAEXPORT_DECL Result<void> Worker::assemble(DownloadAssembler& assembler, const ActiveClaim& active) {
    while (!stopping_) {
        if (active.lost) return Error{Errc::lease_lost, "The lease ended"};
        // An export that was cancelled stops before its next batch. Whatever else is wrong, the checkpoint will tell.
        const auto held = ports_.store.check_claim(active.id, active.fence);
        if (!held && held.error().code == Errc::lease_lost) return held.error();
        const auto step = assembler.step();
        if (!step) return step.error();
        if (*step == DownloadAssembler::Step::finished) {
            ports_.telemetry.log(LogLevel::info, "dataexport.end", {});
            return ok();
        }
    }
    if (auto paused = assembler.pause(); !paused) return paused;
    return ports_.store.release(active.id, active.fence);
}

DATAEXPORT_DECL Result<void> Worker::settle(DownloadAssembler& assembler, const Error& error) {
    const Claim& claim = assembler.claim();
    if (error.code == Errc::lease_lost) {
        detail::worker::log_error(ports_.telemetry, "dataexport.lease_lost", claim.record.id, error);
        assembler.abandon();
        return ok();
    }
    detail::worker::log_error(ports_.telemetry, "assemble_download: ExportError", claim.record.id, error);
    const unsigned attempt = assembler.progressed() ? 1 : claim.attempt;
    Result<void> settled = ok();
    if (const auto retry = options_.retry.after(error, attempt, assembler.batch_rows())) {
        settled =
            ports_.store.postpone(claim.record.id, claim.fence, lease_clock_.now() + retry->delay, retry->batch_rows);
    } else {
        settled = fail(claim, error);
    }
    if (!settled && settled.error().code == Errc::lease_lost) return ok();
    return settled;
}

DATAEXPORT_DECL Result<void> Worker::fail(const Claim& claim, const Error& error) {
    const std::array labels{Label{"format", to_string(claim.record.format)},
                            Label{"query_type", claim.record.query_type}, Label{"success", "false"},
                            Label{"error", to_string(error.code)}};
    ports_.telemetry.count("dataexport.error", labels);
    ports_.telemetry.count("dataexport.end", labels);
    return ports_.store.fail(claim.record.id, claim.fence, user_error(error), ports_.clock.now());
}

DATAEXPORT_DECL Result<bool> Worker::send_one() {
    const TimePoint now = lease_clock_.now();
    const auto taken = ports_.store.take_outbox(now, now + options_.lease);
    if (!taken) return taken.error();
    if (!*taken) return false;
    const OutboxEntry& entry = **taken;
    const auto sent = detail::worker::guarded([&] {
        return entry.outcome == Outcome::success ? notifier_.success(entry.record) : notifier_.failure(entry.record);
    });
    if (!sent) {
        detail::worker::log_error(ports_.telemetry, "dataexport.notification_failed", entry.record.id, sent.error());
        if (retriable(sent.error())) {
            const auto due = lease_clock_.now() + options_.retry.delay(entry.attempts);
            if (auto postponed = ports_.store.postpone_message(entry.id, due); !postponed) return postponed.error();
            return true;
        }
    }
    if (auto marked = ports_.store.mark_sent(entry.id); !marked) return marked.error();
    return true;
}

DATAEXPORT_DECL Result<bool> Worker::remove_expired_files() {
    const auto due = ports_.store.due_for_expiry(ports_.clock.now(), detail::worker::removed_at_once);
    if (!due) return due.error();
    const auto removed = detail::worker::for_each(*due, [&](ExportId id) {
        const auto gone = ports_.files.remove(id);
        return gone ? ports_.store.mark_file_removed(id) : gone;
    });
    if (!removed) return removed.error();
    return !due->empty();
}

DATAEXPORT_DECL Result<bool> Worker::remove_old_records() {
    if (!options_.limits.retention) return false;
    const auto before = ports_.clock.now() - *options_.limits.retention;
    const auto old = ports_.store.ended_before(before, detail::worker::removed_at_once);
    if (!old) return old.error();
    const auto removed =
        detail::worker::for_each(*old, [&](ExportId id) { return remove_export(ports_.store, ports_.files, id); });
    if (!removed) return removed.error();
    return !old->empty();
}

DATAEXPORT_DECL void Worker::start() {
    stopping_ = false;
    leases_end_ = false;
    heartbeat_ = std::thread([this] { keep_leases(); });
    for (std::size_t i = 0; i < options_.threads; ++i) {
        threads_.emplace_back([this] { run(); });
    }
}

DATAEXPORT_DECL void Worker::wake() {
    {
        const std::lock_guard lock(mutex_);
        ++wakes_;
    }
    changed_.notify_all();
}

DATAEXPORT_DECL void Worker::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) {
        thread.join();
    }
    threads_.clear();
    {
        const std::lock_guard lock(mutex_);
        leases_end_ = true;
    }
    changed_.notify_all();
    if (heartbeat_.joinable()) heartbeat_.join();
}

DATAEXPORT_DECL void Worker::run() {
    while (!stopping_) {
        std::size_t seen = 0;
        {
            const std::lock_guard lock(mutex_);
            seen = wakes_;
        }
        const auto worked = run_once();
        if (!worked) detail::worker::log_error(ports_.telemetry, "dataexport.worker_error", worked.error());
        if (worked && *worked) continue;
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, options_.poll, [&] { return stopping_ || wakes_ != seen; });
    }
}

DATAEXPORT_DECL void Worker::keep_leases() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, options_.lease / 3, [&] { return leases_end_; })) {
        const auto claims = active_;
        lock.unlock();
        for (const auto& claim : claims) {
            const auto renewed = ports_.store.renew(claim->id, claim->fence, lease_clock_.now() + options_.lease);
            if (!renewed && renewed.error().code == Errc::lease_lost) claim->lost = true;
        }
        lock.lock();
    }
}

DATAEXPORT_NAMESPACE_END
