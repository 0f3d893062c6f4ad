/// @file
/// The `Prefer` header (RFC 7240).
#pragma once

#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>

#include <chrono>
#include <optional>

DATAEXPORT_NAMESPACE_BEGIN

/// The time of the preference `wait=N`, in whole seconds; none if it is absent or no number. Later fields and
/// repetitions are ignored.
[[nodiscard]] std::optional<std::chrono::seconds> preferred_wait(const Headers& request);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/prefer.ipp>
#endif
