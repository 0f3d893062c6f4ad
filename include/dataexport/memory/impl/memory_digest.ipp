#pragma once

#include <dataexport/memory/memory_digest.hpp>
#include <dataexport/ports/digest_support.hpp>

#include <bit>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::memory_digest {

/// The round constants (FIPS 180-4, 4.2.2).
inline constexpr std::array<std::uint32_t, 64> constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/// The first chaining value (FIPS 180-4, 5.3.3).
inline constexpr std::array<std::uint32_t, 8> first_chain{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

inline void compress(Sha256Snapshot& hash) {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < hash.block.size(); ++i) {
        w[i / 4] = w[i / 4] << 8 | hash.block[i];
    }
    for (std::size_t i = 16; i < w.size(); ++i) {
        const auto s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ w[i - 15] >> 3;
        const auto s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = hash.chain;
    for (std::size_t i = 0; i < w.size(); ++i) {
        const auto sum1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const auto sum0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const auto t1 = h + sum1 + ((e & f) ^ (~e & g)) + constants[i] + w[i];
        const auto t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    const std::array<std::uint32_t, 8> added{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < added.size(); ++i) {
        hash.chain[i] += added[i];
    }
}

inline void add_byte(Sha256Snapshot& hash, unsigned char byte) {
    hash.block[hash.length % Sha256Snapshot::block_size] = byte;
    if (++hash.length % Sha256Snapshot::block_size == 0) compress(hash);
}

class State final : public Sha256State {
public:
    void update(std::string_view bytes) override {
        for (const char byte : bytes) {
            add_byte(hash_, static_cast<unsigned char>(byte));
        }
    }
    std::string state() const override { return to_string(hash_); }
    bool restore(std::string_view state) override {
        const auto snapshot = sha256_snapshot_from_string(state);
        if (snapshot) hash_ = *snapshot;
        return snapshot.has_value();
    }
    Sha256 finish() const override {
        auto padded = hash_;
        add_byte(padded, 0x80);
        while (padded.length % Sha256Snapshot::block_size != 56) {
            add_byte(padded, 0);
        }
        const std::uint64_t bits = hash_.length * 8;
        for (int shift = 56; shift >= 0; shift -= 8) {
            add_byte(padded, static_cast<unsigned char>(bits >> shift & 255));
        }
        Sha256 result{};
        for (std::size_t i = 0; i < result.size(); ++i) {
            result[i] = static_cast<unsigned char>(padded.chain[i / 4] >> (24 - 8 * (i % 4)) & 255);
        }
        return result;
    }

private:
    Sha256Snapshot hash_{first_chain, 0, {}};
};

} // namespace detail::memory_digest

DATAEXPORT_DECL std::unique_ptr<Sha256State> MemoryDigest::sha256() const {
    return std::make_unique<detail::memory_digest::State>();
}

DATAEXPORT_DECL Sha256 MemoryDigest::hmac_sha256(std::string_view key, std::string_view message) const {
    return hmac_with(*this, key, message);
}

DATAEXPORT_NAMESPACE_END
