/// @file
/// What the compressors share: codecs that are used again. Private to the adapters for compression.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace compression {

/// The state of a codec, and the room that it writes into before the length of a member is known.
template <class State>
struct Codec {
    State state; ///< Owns; false after there was no memory for it.
    std::unique_ptr<char[]> room;
    std::size_t size = 0;

    /// Makes room for `bytes` without touching them. @throws std::bad_alloc
    char* reserve(std::size_t bytes) {
        if (size < bytes) {
            room.reset(); // so that the old and the new are never there together
            size = 0;
            room = std::make_unique_for_overwrite<char[]>(bytes);
            size = bytes;
        }
        return room.get();
    }
};

/// Codecs that no thread uses at present: there are never more than threads that compressed at the same time.
template <class State>
class CodecPool {
public:
    /// Appends what `write(codec)` made: it returns how many bytes of the codec's room it filled, 0 for a failure.
    /// @param make returns a new state, false if there is no memory for it.
    template <class Make, class Write>
    Result<void> append(std::string& out, Make make, Write write) {
        try {
            auto codec = take();
            if (!codec.state) codec.state = make();
            const std::size_t written = codec.state ? write(codec) : 0;
            if (written != 0) out.append(codec.room.get(), written);
            give_back(std::move(codec));
            if (written != 0) return ok();
        } catch (const std::bad_alloc&) {
        }
        return Error{Errc::out_of_memory, "there is not enough memory to compress"};
    }

private:
    Codec<State> take() {
        const std::lock_guard lock(mutex_);
        if (idle_.empty()) {
            idle_.reserve(++codecs_); // so that giving back cannot fail
            return {};
        }
        auto codec = std::move(idle_.back());
        idle_.pop_back();
        return codec;
    }
    void give_back(Codec<State> codec) noexcept {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(codec));
    }

    std::mutex mutex_;
    std::vector<Codec<State>> idle_;
    std::size_t codecs_ = 0;
};

} // namespace compression
DATAEXPORT_NAMESPACE_END
