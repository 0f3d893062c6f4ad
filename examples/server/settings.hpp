/// @file
/// The limits and policies of the library by name, for `--set NAME=VALUE`.
#pragma once

#include <dataexport/access/permission_evaluator.hpp>
#include <dataexport/assembly/limits.hpp>
#include <dataexport/assembly/retry_policy.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/deflate/gzip_compressor.hpp>
#include <dataexport/ports/export_store.hpp>
#include <dataexport/request/discover.hpp>
#include <dataexport/request/export_query_serializer.hpp>
#include <dataexport/zstd/zstd_compressor.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace example {

/// Everything that `--set` can change, with the defaults of the library.
struct Settings {
    dataexport::Limits limits;
    dataexport::RetryPolicy retry;
    dataexport::RunningLimits running;
    dataexport::Quota quota;
    std::chrono::seconds ticket_lifetime{std::chrono::minutes{5}};
    std::chrono::milliseconds lease{std::chrono::seconds{30}};
    std::chrono::milliseconds poll{500};
    dataexport::RequestLimits request;
    dataexport::DiscoverOptions discover;
    dataexport::ReadPolicy read_policy = dataexport::ReadPolicy::owner;
    std::string formula_guard = "escape"; ///< As in a dialect.
    dataexport::GzipCompressorOptions gzip;
    dataexport::ZstdCompressorOptions zstd;
    bool webhook_http = false;
    bool webhook_private_addresses = false;

    /// Takes one `NAME=VALUE`. @return `Errc::invalid_configuration` that names an unknown name or a bad value.
    [[nodiscard]] dataexport::Result<void> set(std::string_view assignment);

    /// A line for each name: the name, its default and what it means.
    [[nodiscard]] static std::string help();
};

} // namespace example
