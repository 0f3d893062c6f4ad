/// @file
/// The receipt of a finished export.
#pragma once

#include <dataexport/core/compression.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/export_format.hpp>
#include <dataexport/core/exported_data.hpp>
#include <dataexport/core/ids.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/core/time_point.hpp>
#include <dataexport/core/warning.hpp>
#include <dataexport/ports/row_source.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// What was asked for, what is in the file, and what has to be known about it.
struct Manifest {
    ExportId id;
    std::string organization; ///< Its slug.
    std::string query_type;
    json::object query_info; ///< The validated request.
    ExportFormat format = ExportFormat::csv;
    Compression compression = Compression::none;
    json::object dialect;
    std::optional<std::uint64_t> limit; ///< Rows that were asked for at most.
    std::vector<Column> columns;
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    std::string checksum;  ///< SHA-256 of the file, 64 lower-case hex digits.
    std::string file_name; ///< As offered for download; never a path.
    TimePoint date_created{};
    TimePoint date_finished{};
    TimePoint date_expired{};
    std::vector<Warning> warnings;

    friend bool operator==(const Manifest&, const Manifest&) = default;
};

/// `id`, `organization`, `query` {`type`, `info`}, `format`, `compression` (null, `gzip` or `zstd`), `dialect`,
/// `limit`, `columns` [{`name`, `type`}], `rows`, `bytes`, `checksumAlgorithm`, `checksum`, `fileName`, `dateCreated`,
/// `dateFinished`, `dateExpired`, `consistency`, `warnings`.
///
/// `consistency` is `keyset`: rows were read once each in the order of a unique key, up to a bound that was fixed at
/// the start.
[[nodiscard]] json::object to_json(const Manifest& manifest);

/// The manifest of an export with these columns. @pre `record` is finished
[[nodiscard]] json::object manifest(const ExportedData& record, std::span<const Column> columns);

/// Reads what `to_json` wrote, from wherever it comes: every member has to be there, in its form, and no other.
/// @return `Errc::invalid_input` with the JSON pointer of the first member that is not so.
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view text);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/assembly/impl/manifest.ipp>
#endif
