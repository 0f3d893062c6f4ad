/// @file
/// Which call is to fail.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Counts the calls of the failing wrappers that share it, and makes the n-th one fail. A fault loop runs an operation
/// with n = 1, 2, 3 ... until `fired` stays false.
///
/// Thread safety: may be used from any number of threads at the same time.
class FaultPlan {
public:
    /// @param nth which call fails, counted from 1; 0: none.
    FaultPlan(std::size_t nth, Error error) : nth_(nth), error_(std::move(error)) {}

    /// Counts a call. @return the error that it has to fail with, if it is the one.
    [[nodiscard]] std::optional<Error> next() { return ++calls_ == nth_ ? std::optional<Error>(error_) : std::nullopt; }
    [[nodiscard]] bool fired() const noexcept { return nth_ != 0 && calls_ >= nth_; }
    [[nodiscard]] std::size_t calls() const noexcept { return calls_; }

private:
    std::size_t nth_;
    Error error_;
    std::atomic<std::size_t> calls_{0};
};

} // namespace testing
DATAEXPORT_NAMESPACE_END
