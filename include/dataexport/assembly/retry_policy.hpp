/// @file
/// Whether, when and how to try again.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <chrono>
#include <cstddef>
#include <optional>

DATAEXPORT_NAMESPACE_BEGIN

/// The next try of an export whose attempt failed.
struct Retry {
    std::chrono::seconds delay{};
    std::size_t batch_rows = 0;

    friend bool operator==(const Retry&, const Retry&) = default;
};

/// Decides what follows a failed attempt. An attempt that stored rows begins the count anew, so that a long export does
/// not die of errors that lie far apart.
struct RetryPolicy {
    /// How often an export is tried again after an error that may pass.
    unsigned retries = 3;
    /// How often an export is taken up again after its worker vanished without a word (a crash, a lost machine).
    unsigned lost_leases = 30;
    std::chrono::seconds first_delay{30};
    std::chrono::seconds longest_delay{300};

    /// The wait after failed attempt number `attempt`, counted from 1: 30 s, 60 s, 120 s, 240 s, then 300 s
    /// (reference, 6.3).
    [[nodiscard]] std::chrono::seconds delay(unsigned attempt) const noexcept;

    /// What to do after attempt `attempt` failed with `error` while it fetched `batch_rows` rows at once.
    /// Errors of `Condition::unavailable` and `Errc::internal` are tried again, with half the rows, but at least one;
    /// not so `Errc::quota_exceeded`, which waits for a person to make room.
    /// @return none: give up.
    [[nodiscard]] std::optional<Retry> after(const Error& error, unsigned attempt, std::size_t batch_rows) const;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/assembly/impl/retry_policy.ipp>
#endif
