#pragma once

#include <dataexport/memory/memory_file_store.hpp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::memory_file_store {

inline Error lease_lost() { return {Errc::lease_lost, "another worker holds the part of this export"}; }
inline Error not_found() { return {Errc::not_found, "there is no such file"}; }

} // namespace detail::memory_file_store

DATAEXPORT_DECL Result<void> MemoryFileStore::open_part(PartId part, std::uint64_t length) {
    const std::scoped_lock lock(mutex_);
    auto& file = files_[part.export_id];
    if (file.part && file.fence > part.fence) return detail::memory_file_store::lease_lost();
    const auto holds_enough = [&](const auto& bytes) { return bytes && bytes->size() >= length; };
    if (length == 0) {
        file.part.emplace();
    } else if (!holds_enough(file.part)) {
        if (!holds_enough(file.published)) {
            return Error{Errc::corrupt, "the part of this export is shorter than its checkpoint says"};
        }
        file.part = file.published;
    }
    file.part->resize(static_cast<std::size_t>(length));
    file.fence = part.fence;
    file.part_is_open = true;
    return ok();
}

DATAEXPORT_DECL Result<void> MemoryFileStore::append(PartId part, std::string_view bytes) {
    const std::scoped_lock lock(mutex_);
    auto* const file = find_open(part);
    if (file == nullptr) return detail::memory_file_store::lease_lost();
    file->part->append(bytes);
    return ok();
}

DATAEXPORT_DECL Result<std::uint64_t> MemoryFileStore::sync(PartId part) {
    const std::scoped_lock lock(mutex_);
    const auto* const file = find_open(part);
    if (file == nullptr) return detail::memory_file_store::lease_lost();
    return std::uint64_t{file->part->size()};
}

DATAEXPORT_DECL Result<void> MemoryFileStore::publish(PartId part, std::uint64_t length) {
    const std::scoped_lock lock(mutex_);
    if (auto* const file = find_open(part)) {
        if (file->part->size() != length) {
            return Error{Errc::corrupt, "the part of this export has another length than what is to be published"};
        }
        file->published.swap(file->part);
        file->part.reset();
        return ok();
    }
    const auto found = files_.find(part.export_id);
    if (found == files_.end()) return detail::memory_file_store::lease_lost();
    const auto& [fence, part_is_open, unfinished, published] = found->second;
    if (unfinished || !published || fence > part.fence) return detail::memory_file_store::lease_lost();
    if (published->size() != length) return Error{Errc::corrupt, "a file of another length is published"};
    return ok();
}

DATAEXPORT_DECL void MemoryFileStore::close_part(PartId part) noexcept {
    const std::scoped_lock lock(mutex_);
    if (auto* const file = find_open(part)) file->part_is_open = false;
}

DATAEXPORT_DECL Result<void> MemoryFileStore::discard_part(PartId part) {
    const std::scoped_lock lock(mutex_);
    const auto found = files_.find(part.export_id);
    if (found != files_.end() && found->second.fence == part.fence) found->second.part.reset();
    return ok();
}

DATAEXPORT_DECL Result<std::uint64_t> MemoryFileStore::size(ExportId file) {
    const std::scoped_lock lock(mutex_);
    const auto found = files_.find(file);
    if (found == files_.end() || !found->second.published) return detail::memory_file_store::not_found();
    return std::uint64_t{found->second.published->size()};
}

DATAEXPORT_DECL Result<std::size_t> MemoryFileStore::read(ExportId file, std::uint64_t offset, std::span<char> buffer) {
    const std::scoped_lock lock(mutex_);
    const auto found = files_.find(file);
    if (found == files_.end() || !found->second.published) return detail::memory_file_store::not_found();
    const auto& bytes = *found->second.published;
    if (offset >= bytes.size()) return std::size_t{0};
    return bytes.copy(buffer.data(), buffer.size(), static_cast<std::size_t>(offset));
}

DATAEXPORT_DECL Result<void> MemoryFileStore::remove(ExportId file) {
    const std::scoped_lock lock(mutex_);
    files_.erase(file);
    return ok();
}

DATAEXPORT_DECL Result<std::vector<StoredFile>> MemoryFileStore::scan(std::optional<ExportId> after,
                                                                      std::size_t exports) {
    const std::scoped_lock lock(mutex_);
    std::vector<StoredFile> found;
    for (auto next = after ? files_.upper_bound(*after) : files_.begin(); next != files_.end() && exports > 0; ++next) {
        const auto& [id, file] = *next;
        if (!file.published && !file.part) continue;
        if (file.published) found.push_back({id, std::nullopt, file.published->size()});
        if (file.part) found.push_back({id, file.fence, file.part->size()});
        --exports;
    }
    return found;
}

DATAEXPORT_DECL MemoryFileStore::File* MemoryFileStore::find_open(PartId part) {
    const auto found = files_.find(part.export_id);
    if (found == files_.end()) return nullptr;
    auto& file = found->second;
    return file.part && file.part_is_open && file.fence == part.fence ? &file : nullptr;
}

DATAEXPORT_NAMESPACE_END
