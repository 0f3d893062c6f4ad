/// @file
/// Writes much to a file, beside the thread that makes it, without leaving it in the memory of the machine.
#pragma once

#include "posix/file.hpp"

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace filesystem {

/// Appends to a file in large blocks, which a thread of its own writes: whoever appends does not wait for the disk, and
/// does not lose its turn on a processor at each write. There is no such thread before the first block is full.
///
/// If wished, blocks go past the page cache (O_DIRECT), where the file system can do that: they are synced soon anyway,
/// so copying them there costs time and pushes out what other programs read again.
///
/// Thread safety: one thread at a time.
class BulkWriter {
public:
    /// @param file is borrowed. @param length where to append. @param direct whether to go past the page cache.
    BulkWriter(const posix::Descriptor& file, std::uint64_t length, bool direct);
    /// Waits for the write that is under way; what else was not flushed is dropped.
    ~BulkWriter();
    BulkWriter(const BulkWriter&) = delete;
    BulkWriter& operator=(const BulkWriter&) = delete;

    /// Takes the bytes. @return the error of an earlier block, or of these; nothing can be appended after it.
    [[nodiscard]] Result<void> append(std::string_view bytes);
    /// Waits until the file has everything. @return its length.
    [[nodiscard]] Result<std::uint64_t> flush();

private:
    struct Free {
        void operator()(char* memory) const noexcept { std::free(memory); }
    };
    using Memory = std::unique_ptr<char, Free>;

    /// Bytes that follow each other. A multiple of the alignment in the file is one in the memory.
    struct Block {
        Memory memory;
        std::uint64_t offset = 0; ///< In the file.
        std::size_t size = 0;
        bool is_huge = false; ///< The memory is a huge page, where there are such.

        [[nodiscard]] char* begin() const noexcept;
        [[nodiscard]] std::size_t room() const noexcept;
    };

    [[nodiscard]] Result<void> begin_block();
    [[nodiscard]] Result<void> end_block();
    [[nodiscard]] Result<void> write_block();
    /// Keeps memory for the next block. What the first one had is too slow for many. @pre the mutex is held
    void recycle(Block block);
    [[nodiscard]] bool start_thread();
    void run();
    [[nodiscard]] Result<void> write(const Block& block);
    /// Writes what fills whole disk blocks. @return how many bytes that were; 0 if the file system refuses it like
    /// this.
    [[nodiscard]] Result<std::size_t> write_direct(std::uint64_t offset, std::string_view bytes);

    const posix::Descriptor& file_;
    bool direct_;               ///< Used by who writes.
    const std::uint64_t first_; ///< Where the first block began.
    std::uint64_t length_;
    Block block_; ///< Is being filled.

    std::mutex mutex_; ///< Guards what follows.
    std::condition_variable changed_;
    std::size_t made_ = 0;    ///< Blocks that have memory.
    std::vector<Block> idle_; ///< Have memory and no bytes.
    std::vector<Block> full_; ///< To be written; the first one first.
    bool writing_ = false;
    bool ended_ = false;
    std::optional<Error> failure_;

    std::thread thread_;
};

} // namespace filesystem
DATAEXPORT_NAMESPACE_END
