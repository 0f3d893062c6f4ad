#pragma once

#include <dataexport/testing/check_digest.hpp>

#include <dataexport/memory/memory_digest.hpp>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

namespace detail::check_digest {

inline void check_vectors(Report& report, const Digest& digest) {
    struct Row {
        std::string bytes;
        std::string_view hex;
    };
    const Row rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (const auto& [bytes, hex] : rows) {
        report.expect(to_hex(sha256(digest, bytes)) == hex,
                      "SHA-256 of " + std::to_string(bytes.size()) + " bytes (FIPS 180-4)");
    }
}

inline void check_hmac(Report& report, const Digest& digest) {
    struct Row {
        std::string key;
        std::string message;
        std::string_view hex;
    };
    std::string counting;
    for (char byte = 1; byte <= 25; ++byte) {
        counting += byte;
    }
    const Row rows[] = {
        {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {std::string(20, '\xaa'), std::string(50, '\xdd'),
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {counting, std::string(50, '\xcd'), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {std::string(131, '\xaa'),
         "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be "
         "hashed before being used by the HMAC algorithm.",
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
        {"", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
    };
    for (const auto& [key, message, hex] : rows) {
        report.expect(to_hex(digest.hmac_sha256(key, message)) == hex,
                      "HMAC-SHA-256 with a key of " + std::to_string(key.size()) + " bytes (RFC 4231)");
    }
}

/// Stops a hash of `writer` after each length, goes on with `reader`, and compares with a hash that was not stopped.
inline bool exchanges(const Digest& writer, const Digest& reader, std::size_t length) {
    constexpr std::string_view rest = "the rest, which goes on beyond the end of a block of sixty-four bytes, and more";
    std::string bytes;
    for (std::size_t i = 0; i < length; ++i) {
        bytes += static_cast<char>(i * 7 + 3);
    }
    const auto written = writer.sha256();
    written->update(bytes);
    const auto read = reader.sha256();
    read->update("something else");
    if (!read->restore(written->state()) || read->state() != written->state()) return false;
    if (read->finish() != sha256(reader, bytes)) return false;
    read->update(rest);
    written->update(rest);
    return read->finish() == sha256(reader, bytes + std::string(rest)) && read->finish() == written->finish() &&
           read->state() == written->state();
}

inline void check_states(Report& report, const Digest& digest) {
    const MemoryDigest other;
    for (std::size_t length = 0; length <= 200; ++length) {
        const auto clause = " after " + std::to_string(length) + " bytes";
        report.expect(exchanges(digest, digest, length), "a state can be restored" + clause);
        report.expect(exchanges(digest, other, length), "MemoryDigest restores the state" + clause);
        report.expect(exchanges(other, digest, length), "the state of MemoryDigest is restored" + clause);
    }
    const std::string chain = "6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19";
    const auto state = digest.sha256();
    report.expect(state->state() == chain + ":0:", "the state of no bytes");
    state->update("abc");
    report.expect(state->state() == chain + ":3:616263", "the state of three bytes");
    const auto before = state->state();
    for (const auto& text :
         {std::string(), std::string("x"), chain, chain + ":", chain + ":3", chain + ":3:", chain + ":3:6162",
          chain + ":3:6162633", chain + ":3:61626364", chain + ":3:61626G", chain + ":-3:616263",
          chain + ":99999999999999999999:616263", chain + ":2305843009213693952:", chain + ":3:616263 ",
          chain.substr(1) + ":3:616263", "6A" + chain.substr(2) + ":3:616263"}) {
        report.expect(!state->restore(text) && state->state() == before, "no state is restored from " + text);
    }
    const std::string beyond_32_bits = chain + ":5000000000:";
    report.expect(state->restore(beyond_32_bits) && state->state() == beyond_32_bits, "the length has 64 bits");
}

inline void check_pieces(Report& report, const Digest& digest) {
    const std::string bytes(1000, 'q');
    const auto whole = sha256(digest, bytes);
    for (std::size_t step = 1; step <= 130; ++step) {
        const auto state = digest.sha256();
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            state->update(std::string_view(bytes).substr(at, step));
        }
        report.expect(state->finish() == whole && state->finish() == whole,
                      "pieces of " + std::to_string(step) + " bytes give the hash of the whole, also twice");
    }
}

} // namespace detail::check_digest

DATAEXPORT_DECL Report check_digest(const Digest& digest) {
    Report report;
    detail::check_digest::check_vectors(report, digest);
    detail::check_digest::check_hmac(report, digest);
    detail::check_digest::check_states(report, digest);
    detail::check_digest::check_pieces(report, digest);
    return report;
}

} // namespace testing
DATAEXPORT_NAMESPACE_END
