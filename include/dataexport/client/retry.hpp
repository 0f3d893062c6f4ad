/// @file
/// Whether and when a call is tried again.
#pragma once

#include <dataexport/client/api_error.hpp>
#include <dataexport/core/config.hpp>

#include <chrono>
#include <functional>
#include <optional>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// When a call that failed is tried again: there was no answer, or one of 429 and 5xx.
struct Retry {
    unsigned count = 3;                           ///< How often, after the first try.
    std::chrono::milliseconds first_delay{1'000}; ///< Doubles with each further try.
    /// The longest wait. A server that asks for more with `Retry-After` gets no further try.
    std::chrono::milliseconds max_delay{30'000};

    static const Retry never;
};

inline constexpr Retry Retry::never{.count = 0};

/// Spreads what would otherwise happen at one instant: a number from 0 to 1, another one each time. Called by any
/// thread.
using Jitter = std::function<double()>;

/// The jitter of clients that are given no other. May be called from any number of threads at the same time.
[[nodiscard]] double random_jitter();

/// How long to wait before the next try. The wait ends somewhere in the second half of its delay, so that clients that
/// failed together do not come back together; never before `Retry-After` has passed.
/// @param failures how often the call has failed, at least once. @param error of the last failure.
/// @return none: it is not tried again.
[[nodiscard]] std::optional<std::chrono::milliseconds> retry_delay(const Retry& retry, unsigned failures,
                                                                   const ApiError& error, const Jitter& jitter);

} // namespace client
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/client/impl/retry.ipp>
#endif
