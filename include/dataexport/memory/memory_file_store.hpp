/// @file
/// `FileStore` in memory.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/file_store.hpp>

#include <map>
#include <mutex>
#include <optional>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN

/// Keeps every file as a string, for tests and small programs. What is synced does not survive the process.
///
/// Thread safety: all members may be called at the same time.
class MemoryFileStore final : public FileStore {
public:
    [[nodiscard]] Result<void> open_part(PartId part, std::uint64_t length) override;
    [[nodiscard]] Result<void> append(PartId part, std::string_view bytes) override;
    [[nodiscard]] Result<std::uint64_t> sync(PartId part) override;
    [[nodiscard]] Result<void> publish(PartId part, std::uint64_t length) override;
    void close_part(PartId part) noexcept override;
    [[nodiscard]] Result<void> discard_part(PartId part) override;
    [[nodiscard]] Result<std::uint64_t> size(ExportId file) override;
    [[nodiscard]] Result<std::size_t> read(ExportId file, std::uint64_t offset, std::span<char> buffer) override;
    [[nodiscard]] Result<void> remove(ExportId file) override;
    [[nodiscard]] Result<std::vector<StoredFile>> scan(std::optional<ExportId> after, std::size_t exports) override;

private:
    struct File {
        FencingToken fence; ///< The newest that ever had the part.
        bool part_is_open = false;
        std::optional<std::string> part;
        std::optional<std::string> published;
    };

    /// The file whose part is open under this fence, or null. @pre the mutex is held.
    File* find_open(PartId part);

    std::mutex mutex_;
    std::map<ExportId, File> files_;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/memory/impl/memory_file_store.ipp>
#endif
