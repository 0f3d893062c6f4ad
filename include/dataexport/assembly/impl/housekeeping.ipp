#pragma once

#include <dataexport/assembly/housekeeping.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::housekeeping {

inline constexpr std::size_t page = 100;
/// A store may have to look at all of its names for each page of files.
inline constexpr std::size_t page_of_files = 10'000;

/// The record of an export; none if there is none.
inline Result<std::optional<ExportedData>> find(ExportStore& store, ExportId id) {
    auto record = store.find(id);
    if (record) return std::optional<ExportedData>(*std::move(record));
    if (record.error().code == Errc::not_found) return std::optional<ExportedData>();
    return record.error();
}

/// The hash of a published file, in hex.
inline Result<std::string> hash_of(FileStore& files, const Digest& digest, ExportId id) {
    std::vector<char> buffer(std::size_t{1024} * 1024);
    const auto state = digest.sha256();
    for (std::uint64_t offset = 0;;) {
        const auto count = files.read(id, offset, buffer);
        if (!count) return count.error();
        if (*count == 0) return to_hex(state->finish());
        state->update({buffer.data(), *count});
        offset += *count;
    }
}

class Check {
public:
    Check(ExportStore& store, FileStore& files, const Digest& digest, TimePoint now, const CheckOptions& options)
        : store_(store), files_(files), digest_(digest), now_(now), options_(options) {}

    Result<std::vector<Finding>> run() {
        if (auto checked = check_files(); !checked) return checked.error();
        if (auto checked = check_records(); !checked) return checked.error();
        return std::move(findings_);
    }

private:
    /// Looks for files without records. A file is listed before its record is looked up, and a record comes before its
    /// file, so that nothing new is taken for an orphan.
    Result<void> check_files() {
        std::optional<ExportId> after;
        for (;;) {
            const auto stored = files_.scan(after, page_of_files);
            if (!stored) return stored.error();
            if (stored->empty()) return ok();
            for (const auto& file : *stored) {
                if (auto checked = check_file(file); !checked) return checked;
            }
            after = stored->back().export_id;
        }
    }

    Result<void> check_file(const StoredFile& file) {
        const auto record = find(store_, file.export_id);
        if (!record) return record.error().code == Errc::corrupt ? ok() : Result<void>(record.error());
        const bool live = *record && (*record)->live();
        if (file.part) {
            // The part of a failed export waits for a retry.
            const bool wanted = live || (*record && (*record)->state == ExportState::failed);
            if (wanted) return ok();
            return note({file.export_id, Damage::orphaned_part}, Repair::orphans, [&] {
                return files_.discard_part({file.export_id, *file.part});
            });
        }
        // The file of a live export was published, and its record is about to be finished.
        if (live || (*record && (*record)->file)) return ok();
        return note({file.export_id, Damage::orphaned_file}, Repair::orphans,
                    [&] { return files_.remove(file.export_id); });
    }

    Result<void> check_records() {
        ScanQuery query;
        query.count = page;
        for (;;) {
            const auto records = store_.scan(query);
            if (!records) return records.error();
            if (records->empty()) return ok();
            for (const auto& record : *records) {
                if (!record.file || record.status(now_) == ExportStatus::expired) continue;
                if (auto checked = check_record(record); !checked) return checked;
            }
            query.after = records->back().id;
        }
    }

    Result<void> check_record(const ExportedData& record) {
        const auto damage = damage_of(record);
        if (!damage) return damage.error();
        if (!*damage) return ok();
        // Expired or removed meanwhile: then its bytes went first.
        const auto now = find(store_, record.id);
        if (!now) return now.error();
        if (!*now || !(*now)->file) return ok();
        return note({record.id, **damage}, Repair::all, [&] {
            const Error error{Errc::corrupt, "The file of this export was lost or damaged; retry makes it anew."};
            if (auto invalidated = store_.invalidate(record.id, error); !invalidated) return invalidated;
            return files_.remove(record.id);
        });
    }

    Result<std::optional<Damage>> damage_of(const ExportedData& record) {
        const auto size = files_.size(record.id);
        if (!size && size.error().code == Errc::not_found) return std::optional(Damage::missing_file);
        if (!size) return size.error();
        if (*size != record.file->size) return std::optional(Damage::wrong_size);
        if (!options_.hashes) return std::optional<Damage>();
        const auto hash = hash_of(files_, digest_, record.id);
        if (!hash && hash.error().code == Errc::not_found) return std::optional(Damage::missing_file);
        if (!hash) return hash.error();
        return *hash == record.file->checksum ? std::optional<Damage>() : std::optional(Damage::wrong_hash);
    }

    /// Keeps a finding, and repairs it if as much as `needed` may be done.
    template <class F>
    Result<void> note(Finding finding, Repair needed, F repair) {
        if (options_.repair >= needed) {
            if (auto repaired = repair(); !repaired) return repaired;
            finding.repaired = true;
        }
        findings_.push_back(finding);
        return ok();
    }

    ExportStore& store_;
    FileStore& files_;
    const Digest& digest_;
    TimePoint now_;
    CheckOptions options_;
    std::vector<Finding> findings_;
};

} // namespace detail::housekeeping

DATAEXPORT_DECL std::string_view to_string(Damage damage) noexcept {
    constexpr std::array<std::string_view, 5> names{"missing file", "wrong size", "wrong hash", "orphaned file",
                                                    "orphaned part"};
    return names[static_cast<std::size_t>(damage)];
}

DATAEXPORT_DECL Result<std::vector<Finding>> check_data(ExportStore& store, FileStore& files, const Digest& digest,
                                                        TimePoint now, const CheckOptions& options) {
    return detail::housekeeping::Check(store, files, digest, now, options).run();
}

DATAEXPORT_DECL Result<void> remove_export(ExportStore& store, FileStore& files, ExportId id) {
    // The bytes go first: after a crash the record tells that there is still something to remove.
    if (auto removed = files.remove(id); !removed) return removed;
    const auto removed = store.remove(id);
    if (!removed && removed.error().code != Errc::not_found) return removed;
    return files.remove(id); // what a worker wrote until this ended its claim
}

DATAEXPORT_DECL Result<std::size_t> erase_user(ExportStore& store, FileStore& files, UserId user) {
    std::size_t erased = 0;
    ScanQuery query;
    query.user = user;
    for (;;) {
        const auto records = store.scan(query);
        if (!records) return records.error();
        if (records->empty()) return erased;
        for (const auto& record : *records) {
            if (auto removed = remove_export(store, files, record.id); !removed) return removed.error();
            ++erased;
        }
        query.after = records->back().id;
    }
}

DATAEXPORT_NAMESPACE_END
