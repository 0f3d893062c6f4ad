#pragma once

#include <dataexport/ports/digest_support.hpp>

#include <charconv>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::digest_support {

inline void append_hex(std::string& text, unsigned char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += digits[byte >> 4];
    text += digits[byte & 15];
}

inline std::optional<unsigned char> take_hex(std::string_view& text) {
    unsigned value = 0;
    for (int i = 0; i < 2; ++i) {
        if (text.empty()) return std::nullopt;
        const char digit = text.front();
        text.remove_prefix(1);
        if (digit >= '0' && digit <= '9') {
            value = value * 16 + static_cast<unsigned>(digit - '0');
        } else if (digit >= 'a' && digit <= 'f') {
            value = value * 16 + static_cast<unsigned>(digit - 'a' + 10);
        } else {
            return std::nullopt;
        }
    }
    return static_cast<unsigned char>(value);
}

inline bool take_colon(std::string_view& text) {
    if (text.empty() || text.front() != ':') return false;
    text.remove_prefix(1);
    return true;
}

inline std::optional<std::uint64_t> take_length(std::string_view& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value >> 61 != 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

} // namespace detail::digest_support

DATAEXPORT_DECL std::string to_string(const Sha256Snapshot& snapshot) {
    std::string text;
    for (const auto word : snapshot.chain) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            detail::digest_support::append_hex(text, static_cast<unsigned char>(word >> shift & 255));
        }
    }
    text += ':' + std::to_string(snapshot.length) + ':';
    for (std::size_t i = 0; i < snapshot.length % Sha256Snapshot::block_size; ++i) {
        detail::digest_support::append_hex(text, snapshot.block[i]);
    }
    return text;
}

DATAEXPORT_DECL std::optional<Sha256Snapshot> sha256_snapshot_from_string(std::string_view text) {
    Sha256Snapshot snapshot;
    for (auto& word : snapshot.chain) {
        for (int i = 0; i < 4; ++i) {
            const auto byte = detail::digest_support::take_hex(text);
            if (!byte) return std::nullopt;
            word = word << 8 | *byte;
        }
    }
    if (!detail::digest_support::take_colon(text)) return std::nullopt;
    const auto length = detail::digest_support::take_length(text);
    if (!length || !detail::digest_support::take_colon(text)) return std::nullopt;
    snapshot.length = *length;
    for (std::size_t i = 0; i < *length % Sha256Snapshot::block_size; ++i) {
        const auto byte = detail::digest_support::take_hex(text);
        if (!byte) return std::nullopt;
        snapshot.block[i] = *byte;
    }
    if (!text.empty()) return std::nullopt;
    return snapshot;
}

DATAEXPORT_DECL Sha256 hmac_with(const Digest& digest, std::string_view key, std::string_view message) {
    const auto view = [](const Sha256& hash) {
        return std::string_view(reinterpret_cast<const char*>(hash.data()), hash.size());
    };
    std::string block(key.size() > Sha256Snapshot::block_size ? view(sha256(digest, key)) : key);
    block.resize(Sha256Snapshot::block_size);
    const auto keyed = [&](unsigned char pad, std::string_view bytes) {
        std::string masked = block;
        for (auto& byte : masked) {
            byte = static_cast<char>(static_cast<unsigned char>(byte) ^ pad);
        }
        const auto state = digest.sha256();
        state->update(masked);
        state->update(bytes);
        return state->finish();
    };
    return keyed(0x5c, view(keyed(0x36, message)));
}

DATAEXPORT_NAMESPACE_END
