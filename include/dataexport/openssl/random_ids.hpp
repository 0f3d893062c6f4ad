/// @file
/// Adapter: ids that nobody can guess, from the random generator of OpenSSL.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/id_generator.hpp>

#include <memory>

DATAEXPORT_NAMESPACE_BEGIN

/// An `IdGenerator` whose ids are spread evenly over 1 to 2^53 - 1.
[[nodiscard]] std::unique_ptr<IdGenerator> make_random_ids();

DATAEXPORT_NAMESPACE_END
