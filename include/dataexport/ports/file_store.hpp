/// @file
/// Port: where the bytes of exports are kept.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/ids.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// The unfinished file of an export in the hands of one worker.
struct PartId {
    ExportId export_id;
    FencingToken fence; ///< Of the claim that writes it.

    friend auto operator<=>(const PartId&, const PartId&) = default;
};

/// A published file in the file system of this machine, for transports that can send it without copying.
struct NativeFile {
    int descriptor = -1; ///< Open for reading; owned by the caller, who closes it.
    std::uint64_t size = 0;
};

/// Something that a store holds, as housekeeping sees it.
struct StoredFile {
    ExportId export_id;
    std::optional<FencingToken> part; ///< The fence that a part was written under; none: the published file.
    std::uint64_t size = 0;           ///< Bytes.

    friend bool operator==(const StoredFile&, const StoredFile&) = default;
};

/// Port: keeps the bytes of exports. Implement it to store files elsewhere.
///
/// A file begins as a *part*, which only its writer sees, and becomes visible whole when it is *published*. Where
/// things lie is made from ids alone.
///
/// Thread safety: all members may be called at the same time for different exports, and `read` for the same.
/// Errors: `Errc::not_found`, `Errc::lease_lost`, `Errc::no_space`, `Errc::corrupt`, or a code of
/// `Condition::unavailable`. `testing::check_file_store` checks an implementation against these words.
class FileStore {
public:
    virtual ~FileStore() = default;

    /// Takes the part over from whoever wrote it before and cuts it back to its first `length` bytes; makes an
    /// empty one if `length` is 0. From then on every other `PartId` of this export that has a smaller fence gets
    /// `Errc::lease_lost`, and nothing it still writes can reach this part.
    /// @return `Errc::corrupt` if there are fewer than `length` bytes; `Errc::lease_lost` if a larger fence holds
    /// the part.
    [[nodiscard]] virtual Result<void> open_part(PartId part, std::uint64_t length) = 0;

    /// Appends to the part. What goes wrong with these bytes may be told by a later call, by `sync` at the latest.
    /// After an error the part may end in some of them: open it again to cut it back.
    /// @pre `open_part` succeeded for this `part`.
    [[nodiscard]] virtual Result<void> append(PartId part, std::string_view bytes) = 0;

    /// Makes everything appended so far survive a crash of the machine. @return the durable length in bytes.
    [[nodiscard]] virtual Result<std::uint64_t> sync(PartId part) = 0;

    /// Makes the part the published file of its export, durably and at once: a reader sees all of it or nothing. An
    /// earlier published file of this export is replaced. Publishing again what is published with `length` bytes
    /// succeeds.
    /// @param length what the part must hold, all of it synced.
    /// @return `Errc::lease_lost` if the part was taken over; `Errc::corrupt` if its length is another.
    [[nodiscard]] virtual Result<void> publish(PartId part, std::uint64_t length) = 0;

    /// Lets go of the part without changing its bytes, for another worker to continue. Unknown parts are ignored.
    virtual void close_part(PartId part) noexcept = 0;

    /// Removes the part, unless another fence holds it by now. Nothing to remove is success.
    [[nodiscard]] virtual Result<void> discard_part(PartId part) = 0;

    /// The length of a published file. @return `Errc::not_found` if there is none.
    [[nodiscard]] virtual Result<std::uint64_t> size(ExportId file) = 0;

    /// Copies bytes of a published file from `offset` on into `buffer`.
    /// @pre `!buffer.empty()`
    /// @return how many were copied; 0 only at the end.
    [[nodiscard]] virtual Result<std::size_t> read(ExportId file, std::uint64_t offset, std::span<char> buffer) = 0;

    /// Removes everything of an export, published and not. Nothing to remove is success. Readers that are under way
    /// either end well or get `Errc::not_found`.
    [[nodiscard]] virtual Result<void> remove(ExportId file) = 0;

    /// What the store holds of the `exports` exports with the next larger ids than `after`, by rising id: the published
    /// file, then its parts. Empty: there are no more. What others add or remove meanwhile may be among it or not.
    [[nodiscard]] virtual Result<std::vector<StoredFile>> scan(std::optional<ExportId> after, std::size_t exports) = 0;

    /// The published file as an open descriptor, if this store has such a thing.
    [[nodiscard]] virtual std::optional<NativeFile> native(ExportId) { return std::nullopt; }
};

DATAEXPORT_NAMESPACE_END
