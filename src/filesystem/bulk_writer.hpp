/// @file
/// Writes much to a file without leaving it in the memory of the machine.
#pragma once

#include "posix/file.hpp"

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN
namespace filesystem {

/// Writes large pieces past the page cache (O_DIRECT), where the file system can do that: they are synced soon anyway,
/// so copying them there costs time and pushes out what other programs read again. Pieces that are small, and ends that
/// fill no block, are written as usual.
///
/// Thread safety: one thread at a time.
class BulkWriter {
public:
    [[nodiscard]] Result<void> write_at(const posix::Descriptor& file, std::uint64_t offset, std::string_view bytes);

private:
    struct Free {
        void operator()(char* memory) const noexcept { std::free(memory); }
    };

    [[nodiscard]] bool prepare();
    /// @return how many of the bytes are written; fewer if the file system does not want them like this.
    [[nodiscard]] Result<std::size_t> write_blocks(const posix::Descriptor& file, std::uint64_t offset,
                                                   std::string_view bytes);

    std::unique_ptr<char, Free> aligned_; ///< Where the system takes bytes from.
    bool refused_ = false;                ///< By the file system.
};

} // namespace filesystem
DATAEXPORT_NAMESPACE_END
