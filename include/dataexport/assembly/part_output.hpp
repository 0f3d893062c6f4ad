/// @file
/// The part of an export as its assembler fills it: compressed if wished, hashed, appended.
#pragma once

#include <dataexport/assembly/compression_queue.hpp>
#include <dataexport/core/checkpoint.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/warning.hpp>
#include <dataexport/ports/compressor.hpp>
#include <dataexport/ports/digest.hpp>
#include <dataexport/ports/file_store.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Where the rows stand of which everything was put into the part.
struct RowPlace {
    std::string cursor; ///< `RowSource::position()`.
    std::uint64_t rows = 0;
    std::vector<Warning> warnings;
};

/// Takes the text of an export and fills its part.
///
/// For a compressed file, `member_bytes` of text at a time are compressed, the last time fewer, so that its bytes
/// depend on the text alone. A checkpoint between two such members may lie in the middle of a row: its cursor is then
/// that of an earlier place, whose rows are written again, without the bytes that the part has already.
///
/// Thread safety: one thread at a time.
class PartOutput {
public:
    static constexpr std::size_t member_bytes = std::size_t{1} << 20;

    /// What a checkpoint waits for.
    enum class Upto : std::uint8_t {
        part,    ///< Nothing: it counts what is in the part by now.
        members, ///< That the members which are full are in the part.
        end,     ///< That everything is in the part, which is then complete.
    };

    /// Everything is borrowed. @param compressor null: none.
    /// @param threads for compressing, beside the caller's.
    PartOutput(FileStore& files, const Digest& digest, PartId part, const Compressor* compressor, std::size_t threads);

    /// Goes on behind a checkpoint, or begins. @pre the part is open, cut back to it
    /// @return `Errc::corrupt` if its hash cannot be continued.
    [[nodiscard]] Result<void> resume(const Checkpoint& from);
    /// Says where the first row is, once it is known. @pre nothing was put
    void set_start(std::string cursor) { marks_.front().place.cursor = std::move(cursor); }
    /// The hash of the part so far, for whoever can hash what will be put next; none if that will be compressed.
    [[nodiscard]] std::unique_ptr<Sha256State> hash_ahead() const;
    /// Adds the text of the rows between the last place and this one.
    /// @param hash the state of the hash behind the text, from `hash_ahead()` on; empty: it is hashed here.
    [[nodiscard]] Result<void> put(std::string_view text, RowPlace behind, std::string_view hash = {});
    /// Bytes put so far by whoever worked on the export, before compression.
    [[nodiscard]] std::uint64_t text() const noexcept { return text_end_; }
    /// Those of them that no checkpoint counts.
    [[nodiscard]] std::uint64_t pending() const noexcept { return text_end_ - std::min(text_end_, synced_text_); }
    /// Those of them that are in the part, so that the next checkpoint can count them without waiting.
    [[nodiscard]] std::uint64_t ready() const noexcept { return part_text_ - synced_text_; }
    /// Makes what is in the part durable.
    /// @return the checkpoint to be stored.
    [[nodiscard]] Result<Checkpoint> sync(Upto upto);
    /// The hash of the part so far.
    [[nodiscard]] Sha256 hash() const { return hash_->finish(); }

private:
    struct Mark {
        std::uint64_t text_end;
        RowPlace place;
    };

    [[nodiscard]] Result<void> append(std::string_view bytes, std::string_view hash = {});
    [[nodiscard]] Result<void> compress(std::string_view text);
    [[nodiscard]] Result<void> append_member();

    FileStore& files_;
    const Digest& digest_;
    const PartId part_;
    std::unique_ptr<Sha256State> hash_;
    std::optional<CompressionQueue> members_; ///< None: nothing is compressed.
    std::uint64_t bytes_ = 0;                 ///< Of the part.
    std::uint64_t synced_bytes_ = 0;
    // Offsets in the text.
    std::uint64_t text_end_ = 0;    ///< Of what was put.
    std::uint64_t part_text_ = 0;   ///< Of what is in the part.
    std::uint64_t repeated_ = 0;    ///< Text that is in the part since before, and is put again.
    std::uint64_t synced_text_ = 0; ///< `part_text_` at the last checkpoint.
    std::deque<Mark> marks_;        ///< Rising; the first is at or before `part_text_`.
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/assembly/impl/part_output.ipp>
#endif
