#pragma once

#include <dataexport/client/retry.hpp>

#include <algorithm>
#include <random>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

DATAEXPORT_DECL double random_jitter() {
    thread_local std::minstd_rand generator{std::random_device{}()};
    return std::uniform_real_distribution<double>{0, 1}(generator);
}

DATAEXPORT_DECL std::optional<std::chrono::milliseconds> retry_delay(const Retry& retry, unsigned failures,
                                                                     const ApiError& error, const Jitter& jitter) {
    const auto asked = error.retry_after.value_or(std::chrono::milliseconds::zero());
    if (!retriable(error) || failures > retry.count || asked > retry.max_delay) return std::nullopt;
    auto delay = retry.first_delay;
    for (unsigned i = 1; i < failures && delay < retry.max_delay; ++i) {
        delay *= 2;
    }
    const auto half = std::min(delay, retry.max_delay) / 2;
    return std::max(half, asked) + std::chrono::round<std::chrono::milliseconds>(half * jitter());
}

} // namespace client
DATAEXPORT_NAMESPACE_END
