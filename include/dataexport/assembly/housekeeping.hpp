/// @file
/// Whether records and files agree, and what to do when they do not.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/ids.hpp>
#include <dataexport/core/time_point.hpp>
#include <dataexport/ports/digest.hpp>
#include <dataexport/ports/export_store.hpp>
#include <dataexport/ports/file_store.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// What is wrong with the data of one export.
enum class Damage : std::uint8_t {
    missing_file,  ///< The record is finished and has not expired, but its bytes are gone.
    wrong_size,    ///< The file has another length than its record says,
    wrong_hash,    ///< or other bytes.
    orphaned_file, ///< A published file without a record that has one.
    orphaned_part, ///< A part without a record that may continue it.
};

/// `missing file`, `wrong size`, `wrong hash`, `orphaned file`, `orphaned part`.
[[nodiscard]] std::string_view to_string(Damage damage) noexcept;

struct Finding {
    ExportId id;
    Damage damage;
    bool repaired = false;

    friend bool operator==(const Finding&, const Finding&) = default;
};

/// What to do about damage.
enum class Repair : std::uint8_t {
    nothing,
    orphans, ///< Remove them.
    all,     ///< Also fail exports whose file is missing or damaged (`ExportStore::invalidate`): a retry makes it anew.
};

struct CheckOptions {
    Repair repair = Repair::nothing;
    /// Read every file and compare its hash.
    bool hashes = true;
};

/// Compares all records with all files. Workers and readers may go on meanwhile: what they do is not mistaken for
/// damage.
/// @return what is wrong, files first; an error of a store ends the check.
[[nodiscard]] Result<std::vector<Finding>> check_data(ExportStore& store, FileStore& files, const Digest& digest,
                                                      TimePoint now, const CheckOptions& options = {});

/// Removes an export and its bytes; bytes that have no record any more are removed as well. Nothing to remove is
/// success.
[[nodiscard]] Result<void> remove_export(ExportStore& store, FileStore& files, ExportId id);

/// Removes every export of a user in every organization: records, files, parts, manifests and messages not yet sent.
/// @return how many there were.
[[nodiscard]] Result<std::size_t> erase_user(ExportStore& store, FileStore& files, UserId user);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/assembly/impl/housekeeping.ipp>
#endif
