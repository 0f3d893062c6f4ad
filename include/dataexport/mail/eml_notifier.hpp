/// @file
/// Adapter: messages as files in a folder, for a mail system to pick up or a person to read.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/notifier.hpp>

#include <memory>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN

struct EmlNotifierOptions {
    std::string directory; ///< Made with mode 0700 if it is missing; its parent must exist.
    std::string base_url;  ///< What links begin with: `https://example.com`.
    std::string from;      ///< `exports@example.com` or `Data exports <exports@example.com>`.
};

/// A `MailNotifier` that writes `{export id}-success.eml` and `{export id}-failure.eml`, durably and at once. A message
/// that is handed over twice leaves one file.
/// @return `Errc::invalid_configuration` for a sender that is no address and a folder that cannot be used.
[[nodiscard]] Result<std::unique_ptr<Notifier>> open_eml_notifier(const EmlNotifierOptions& options);

DATAEXPORT_NAMESPACE_END
