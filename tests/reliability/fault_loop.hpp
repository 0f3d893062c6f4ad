/// @file
/// Runs an operation with its first call failing, then its second, and so on until it passes, and checks what remains.
#pragma once

#include "reliability/consistent.hpp"

#include <algorithm>
#include <functional>
#include <string>

namespace reliability {

/// How a call goes wrong.
enum class Fault { refused, answer_lost };

/// Makes the n-th call of all ports together go wrong.
class OneFault {
public:
    OneFault(Fault fault, Error error, std::size_t nth) : fault_(fault), error_(std::move(error)), nth_(nth) {}

    [[nodiscard]] Hooks hooks() {
        const auto fail = [this](std::string_view call) -> std::optional<Error> {
            if (++calls_ != nth_) return std::nullopt;
            call_ = call;
            return error_;
        };
        return fault_ == Fault::refused ? Hooks{.before = fail} : Hooks{.after = fail};
    }

    [[nodiscard]] Fault fault() const { return fault_; }
    [[nodiscard]] Errc code() const { return error_.code; }
    [[nodiscard]] bool fired() const { return calls_ >= nth_; }
    [[nodiscard]] bool fired_at(std::string_view call) const { return call_ == call; }
    [[nodiscard]] const std::string& call() const { return call_; }

private:
    Fault fault_;
    Error error_;
    std::size_t nth_;
    std::size_t calls_ = 0;
    std::string call_; ///< The one that went wrong; empty: none did.
};

struct Operation {
    std::function<ExportId(Shop&)> prepare; ///< Makes what the operation is about.
    /// The operation. @return the status of an answer, or 200 and 500 for success and failure of anything else.
    std::function<int(Shop&, ExportId)> run;
    /// What must be true when it was repeated without a fault. @param status of that time.
    std::function<void(Shop&, ExportId, int status)> check;
    Allowed left_behind{};            ///< Damage that may remain until it is repeated, or the data is checked.
    std::set<std::string> outlasts{}; ///< Calls that may fail without the operation failing.
    int told = 1;                     ///< How often its owner is told of the same outcome.
};

/// The calls of a worker: what becomes of them is in the record, and its caller need not know.
inline std::set<std::string> any_call_of_a_worker() {
    return {"claim",
            "check_claim",
            "checkpoint",
            "finish",
            "fail",
            "postpone",
            "release",
            "usage",
            "open_part",
            "append",
            "sync",
            "publish",
            "discard_part",
            "fetch",
            "notify",
            "take_outbox",
            "postpone_message",
            "mark_sent",
            "renew",
            "due_for_expiry",
            "ended_before",
            "mark_file_removed",
            "FileStore::remove",
            "ExportStore::remove"};
}

namespace fault_loop_detail {

/// Whoever asked for an export hears of each end once; twice only if it could not be noted that they had.
inline void check_messages(const Shop& shop, ExportId id, const OneFault& fault, int most) {
    const bool unnoted = (fault.fault() == Fault::refused && fault.fired_at("mark_sent")) ||
                         (fault.fault() == Fault::answer_lost && fault.fired_at("notify"));
    const auto told = shop.told(id);
    for (const auto outcome : {Outcome::success, Outcome::failure}) {
        CHECK(std::count(told.begin(), told.end(), outcome) <= (unnoted ? most + 1 : most));
    }
}

/// The end of an export that is there was told, unless its notifier gave the message up.
inline void check_told(Shop& shop, ExportId id, const OneFault& fault) {
    const auto record = shop.exports->find(id);
    const bool given_up = fault.fired_at("notify") && !retriable(fault.code());
    if (!record || given_up) return;
    const auto told = shop.told(id);
    const auto outcome = record->state == ExportState::finished ? Outcome::success : Outcome::failure;
    CHECK(std::count(told.begin(), told.end(), outcome) >= 1);
}

/// @return whether a call went wrong
inline bool run_with(Shop& shop, const Operation& operation, OneFault& fault) {
    const auto id = operation.prepare(shop);
    const int first = shop.through(fault.hooks(), [&] { return operation.run(shop, id); });
    CAPTURE(fault.call());
    if (!fault.fired_at("") && !operation.outlasts.contains(fault.call())) {
        CHECK(first == (retriable(fault.code()) ? 503 : 500));
    }
    CHECK(inconsistencies(shop, operation.left_behind) == "");
    check_messages(shop, id, fault, operation.told);

    const int second = operation.run(shop, id);
    CHECK(second < 500);
    operation.check(shop, id, second);
    shop.settle();
    CHECK(inconsistencies(shop, operation.left_behind) == "");
    check_messages(shop, id, fault, operation.told);
    check_told(shop, id, fault);
    return fault.fired();
}

} // namespace fault_loop_detail

/// @return how many calls were made to fail, one after the other
inline std::size_t fault_loop(const Operation& operation) {
    std::size_t calls = 0;
    for (const auto fault : {Fault::refused, Fault::answer_lost}) {
        for (const Errc code : {Errc::unavailable, Errc::no_space, Errc::corrupt}) {
            for (std::size_t nth = 1;; ++nth, ++calls) {
                REQUIRE(nth < 500);
                CAPTURE(nth);
                CAPTURE(to_string(code));
                const std::string when = fault == Fault::refused ? "the call is refused" : "its answer is lost";
                CAPTURE(when);
                bool fired = false;
                const auto trial = [&](Shop& shop) {
                    OneFault one(fault, {code, "/var/lib/exports: made to fail"}, nth);
                    fired = fault_loop_detail::run_with(shop, operation, one);
                };
                if (code == Errc::unavailable) {
                    on_all_stores(trial);
                } else {
                    Shop shop;
                    trial(shop);
                }
                if (!fired) break;
            }
        }
    }
    return calls;
}

} // namespace reliability
