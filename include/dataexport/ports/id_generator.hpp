/// @file
/// Port: ids of new exports.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/ids.hpp>

DATAEXPORT_NAMESPACE_BEGIN

/// Port: makes ids for new exports.
///
/// Thread safety: may be called from any number of threads at the same time.
/// Errors: a code of `Condition::unavailable` when there is no randomness to be had.
/// `testing::check_id_generator` checks an implementation against these words.
class IdGenerator {
public:
    virtual ~IdGenerator() = default;

    /// A new id between 1 and 2^53 - 1. Two calls may give the same id, though rarely: the store refuses it and the
    /// caller asks again. For callers outside the organization it must not be possible to guess ids.
    [[nodiscard]] virtual Result<ExportId> next() = 0;
};

DATAEXPORT_NAMESPACE_END
