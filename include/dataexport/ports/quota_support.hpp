/// @file
/// What implementations of `ExportStore` share: whether a quota lets a new export in.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/export_store.hpp>

#include <cstdint>
#include <optional>

DATAEXPORT_NAMESPACE_BEGIN

/// What is there before a new export is added. A number that the quota does not limit plays no part.
struct Stock {
    std::optional<std::uint64_t> live_of_user; ///< None: it belongs to no user.
    std::uint64_t live_of_organization = 0;
    std::uint64_t bytes_of_organization = 0;
};

/// @return `Errc::rate_limited` or `Errc::quota_exceeded` if one more would exceed `quota`, with a text for the caller.
[[nodiscard]] inline Result<void> admit(const Quota& quota, const Stock& stock) {
    if (quota.live_of_user && stock.live_of_user && *stock.live_of_user >= *quota.live_of_user) {
        return Error{Errc::rate_limited,
                     "You have as many exports on their way as you may; wait until one of them ends."};
    }
    if (quota.live_of_organization && stock.live_of_organization >= *quota.live_of_organization) {
        return Error{Errc::rate_limited,
                     "The organization has as many exports on their way as it may; wait until one of them ends."};
    }
    if (quota.bytes_of_organization && stock.bytes_of_organization >= *quota.bytes_of_organization) {
        return Error{Errc::quota_exceeded,
                     "The exports of the organization take up all of its space; delete some that are not needed."};
    }
    return ok();
}

DATAEXPORT_NAMESPACE_END
