/// @file
/// Compresses the members of a file in threads, and gives them back in order.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/compressor.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Thread safety: one thread at a time; the compressor is called from several.
class CompressionQueue {
public:
    /// @param compressor is borrowed.
    /// @param threads start with the second member that waits; with 0 everything is done in the calling thread.
    CompressionQueue(const Compressor& compressor, std::size_t threads);
    /// Drops what is in the queue.
    ~CompressionQueue();
    CompressionQueue(const CompressionQueue&) = delete;
    CompressionQueue& operator=(const CompressionQueue&) = delete;

    void put(std::string text);
    [[nodiscard]] bool empty() const noexcept { return members_.empty(); }
    /// Whether there is enough in it to keep every thread busy.
    [[nodiscard]] bool full() const noexcept { return members_.size() > threads_wanted_ * 2; }
    /// The text of the oldest member, compressed; waits for it. @pre not empty
    [[nodiscard]] Result<std::string> take();

private:
    struct Member {
        std::string text;
        std::string compressed;
        Result<void> result = ok();
        bool begun = false;
        bool done = false;
    };

    void compress(Member& member) const;
    void work();

    const Compressor& compressor_;
    const std::size_t threads_wanted_;
    std::deque<std::shared_ptr<Member>> members_; ///< Changed by the owner alone, under the mutex.
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/assembly/impl/compression_queue.ipp>
#endif
