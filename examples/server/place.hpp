/// @file
/// Errors for an operator.
#pragma once

#include <dataexport/core/error.hpp>

#include <string>

namespace example {

/// The error with its place in front: the library says what is wrong without saying where.
inline dataexport::Error at(const std::string& place, const dataexport::Error& error) {
    return {error.code, place + ": " + error.detail};
}

} // namespace example
