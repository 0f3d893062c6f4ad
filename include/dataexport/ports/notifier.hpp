/// @file
/// Port: tells people that their export has ended.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/exported_data.hpp>

DATAEXPORT_NAMESPACE_BEGIN

/// Port: tells the person who asked for an export how it ended. A message may be handed over twice after a crash,
/// always with the same export and outcome: an implementation sends it under an identity made of the two.
///
/// Thread safety: may be called from any number of threads at the same time.
/// Errors: a code of `Condition::unavailable` asks for another try later; any other gives the message up.
/// `testing::check_notifier` checks an implementation against these words.
class Notifier {
public:
    virtual ~Notifier() = default;

    /// The export finished and its file can be downloaded. @pre `record.file` and both dates are set.
    [[nodiscard]] virtual Result<void> success(const ExportedData& record) = 0;
    /// The export failed. @pre `record.error` is set.
    [[nodiscard]] virtual Result<void> failure(const ExportedData& record) = 0;
};

DATAEXPORT_NAMESPACE_END
