/// @file
/// Compresses the members of a file in threads, and gives them back in order.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/compressor.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Members go through it like through a `std::queue`; they are made of the same memory again and again.
///
/// Thread safety: one thread at a time; the compressor is called from several.
class CompressionQueue {
public:
    struct Compressed {
        std::string_view bytes;
        std::size_t text_bytes; ///< What they were made of.
    };

    /// @param compressor is borrowed.
    /// @param threads start with the second member that waits; with 0 everything is done in the calling thread.
    CompressionQueue(const Compressor& compressor, std::size_t threads);
    /// Drops what is in the queue.
    ~CompressionQueue();
    CompressionQueue(const CompressionQueue&) = delete;
    CompressionQueue& operator=(const CompressionQueue&) = delete;

    /// The text of the member that `push` will put into the queue; empty after that.
    [[nodiscard]] std::string& text() noexcept { return filling_->text; }
    void push();
    [[nodiscard]] bool empty() const noexcept { return members_.empty(); }
    /// Whether there is enough in it to keep every thread busy.
    [[nodiscard]] bool full() const noexcept { return members_.size() > threads_wanted_ * 2; }
    /// Waits for the oldest member. @return what became of it, valid until `pop`. @pre not empty
    [[nodiscard]] Result<Compressed> front();
    /// @pre `front` was called since the last `pop`
    void pop();

private:
    enum class Stage : std::uint8_t { waiting, begun, done };
    struct Member {
        std::string text;
        std::string compressed;
        Result<void> result = ok();
        Stage stage = Stage::waiting;
    };

    /// @pre `lock` is held; it is not while the member is compressed
    void compress(Member& member, std::unique_lock<std::mutex>& lock) const;
    void work();

    const Compressor& compressor_;
    const std::size_t threads_wanted_;
    std::unique_ptr<Member> filling_ = std::make_unique<Member>();
    std::vector<std::unique_ptr<Member>> idle_;
    std::deque<std::unique_ptr<Member>> members_; ///< Changed by the owner alone, under the mutex.
    std::mutex mutex_;
    std::condition_variable pushed_;
    std::condition_variable done_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/assembly/impl/compression_queue.ipp>
#endif
