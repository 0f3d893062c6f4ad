/// @file
/// Looking at text sixteen bytes at a time. Internal to the writers.
#pragma once

#include <dataexport/core/config.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::byte_blocks {

using Block = signed char __attribute__((vector_size(16)));
using Chars = char __attribute__((vector_size(16)));
using Halves = std::uint64_t __attribute__((vector_size(16)));
inline constexpr std::size_t block_size = sizeof(Block);

inline Block load(const char* from) noexcept {
    Block block;
    std::memcpy(&block, from, block_size);
    return block;
}

inline void store(Block block, char* to) noexcept { std::memcpy(to, &block, block_size); }

inline Block filled_with(char c) noexcept { return Block{} + static_cast<signed char>(c); }

/// Whether one of the bytes of a comparison is marked; these are 0 or -1.
inline bool any(Block found) noexcept {
#if defined(__SSE2__)
    return __builtin_ia32_pmovmskb128(reinterpret_cast<Chars>(found)) != 0;
#else
    const auto halves = reinterpret_cast<Halves>(found);
    return (halves[0] | halves[1]) != 0;
#endif
}

/// Which byte is the first that a comparison marks. @pre `any(found)`
inline std::size_t first(Block found) noexcept {
    const auto halves = reinterpret_cast<Halves>(found);
    const std::size_t half = halves[0] != 0 ? 0 : 1;
    constexpr bool little = std::endian::native == std::endian::little;
    const int bits = little ? std::countr_zero(halves[half]) : std::countl_zero(halves[half]);
    return half * sizeof(std::uint64_t) + static_cast<std::size_t>(bits) / 8;
}

/// Copies `size` bytes, at least one `Word` and at most two, and gives them as a block in which bytes may repeat.
template <class Word>
Block copy_words(const char* from, std::size_t size, char* to) noexcept {
    constexpr std::uint64_t everywhere = ~std::uint64_t{0} / std::numeric_limits<Word>::max();
    Word front;
    Word back;
    std::memcpy(&front, from, sizeof(Word));
    std::memcpy(&back, from + size - sizeof(Word), sizeof(Word));
    std::memcpy(to, &front, sizeof(Word));
    std::memcpy(to + size - sizeof(Word), &back, sizeof(Word));
    return reinterpret_cast<Block>(Halves{front * everywhere, back * everywhere});
}

inline Block copy_short(const char* from, std::size_t size, char* to) noexcept {
    if (size >= 8) return copy_words<std::uint64_t>(from, size, to);
    if (size >= 4) return copy_words<std::uint32_t>(from, size, to);
    if (size >= 2) return copy_words<std::uint16_t>(from, size, to);
    return copy_words<std::uint8_t>(from, size, to);
}

/// Copies `text` to `to` up to the first byte that `special` marks; a text shorter than a block either whole or not at
/// all.
/// @param special takes a block, gives one that is -1 where a byte is special and 0 elsewhere.
/// @return how many bytes at the front were copied and hold nothing special; bytes after them may be overwritten, up
/// to the size of `text`.
template <class Special>
std::size_t copy_until(std::string_view text, char* to, const Special& special) noexcept {
    const std::size_t size = text.size();
    if (size < block_size) {
        return size != 0 && !any(special(copy_short(text.data(), size, to))) ? size : 0;
    }
    const auto copied_until = [&](std::size_t at) {
        const Block block = load(text.data() + at);
        store(block, to + at);
        const Block found = special(block);
        return any(found) ? at + first(found) : size;
    };
    for (std::size_t done = 0; done + block_size < size; done += block_size) {
        if (const auto until = copied_until(done); until != size) return until;
    }
    return copied_until(size - block_size);
}

/// Calls `inspect` with blocks that together hold every byte of `text`, some of them twice.
template <class Inspect>
void for_each_block(std::string_view text, const Inspect& inspect) noexcept {
    const std::size_t size = text.size();
    if (size < block_size) {
        char copy[block_size];
        if (size != 0) inspect(copy_short(text.data(), size, copy));
        return;
    }
    for (std::size_t at = 0; at + block_size < size; at += block_size) {
        inspect(load(text.data() + at));
    }
    inspect(load(text.data() + size - block_size));
}

} // namespace detail::byte_blocks

DATAEXPORT_NAMESPACE_END
