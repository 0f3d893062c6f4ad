/// @file
/// What the person who asked for an export is told about its failure.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

DATAEXPORT_NAMESPACE_BEGIN

/// The error as it is kept in the record and sent to the person: the code stays; the detail becomes the reference's
/// text (reference, 6.3) wherever the original speaks of engines, stores and files, and stays where it speaks of the
/// request.
[[nodiscard]] Error user_error(const Error& error);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/assembly/impl/failure_text.ipp>
#endif
