#pragma once

#include <dataexport/assembly/retry_policy.hpp>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL std::chrono::seconds RetryPolicy::delay(unsigned attempt) const noexcept {
    auto delay = first_delay;
    for (unsigned i = 1; i < attempt && delay < longest_delay; ++i) {
        delay *= 2;
    }
    return delay < longest_delay ? delay : longest_delay;
}

DATAEXPORT_DECL std::optional<Retry> RetryPolicy::after(const Error& error, unsigned attempt,
                                                        std::size_t batch_rows) const {
    const bool may_pass = retriable(error) || error.code == Errc::internal;
    if (!may_pass || error.code == Errc::quota_exceeded || attempt > retries) return std::nullopt;
    return Retry{delay(attempt), batch_rows > 1 ? batch_rows / 2 : 1};
}

DATAEXPORT_NAMESPACE_END
