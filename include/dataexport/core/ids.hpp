/// @file
/// Integer ids that cannot be mistaken for one another.
#pragma once

#include <dataexport/core/config.hpp>

#include <compare>
#include <cstdint>

DATAEXPORT_NAMESPACE_BEGIN

/// An integer id of one kind of thing. Ids of different kinds do not convert into each other.
template <class Tag>
struct Id {
    std::int64_t value = 0;

    friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

using ExportId = Id<struct ExportTag>; ///< Positive and below 2^53, so that it is exact as a JSON number.
using OrganizationId = Id<struct OrganizationTag>;
using UserId = Id<struct UserTag>;
using ProjectId = Id<struct ProjectTag>;

/// The right of one worker to write one export. A later claim has a larger one; a smaller one has lost its right.
using FencingToken = Id<struct FencingTag>;

DATAEXPORT_NAMESPACE_END
