/// @file
/// The type of instants. `core/time.hpp` has their written forms.
#pragma once

#include <dataexport/core/config.hpp>

#include <chrono>

DATAEXPORT_NAMESPACE_BEGIN

/// An instant in UTC, to the microsecond.
using TimePoint = std::chrono::sys_time<std::chrono::microseconds>;

DATAEXPORT_NAMESPACE_END
