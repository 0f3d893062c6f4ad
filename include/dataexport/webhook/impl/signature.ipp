#pragma once

#include <dataexport/core/parse_integer.hpp>
#include <dataexport/webhook/signature.hpp>

#include <cstdint>
#include <optional>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::webhook_signature {

inline std::optional<unsigned> digit_of(char c) noexcept {
    const auto from = [c](char first, unsigned value) { return static_cast<unsigned>(c - first) + value; };
    if (c >= 'A' && c <= 'Z') return from('A', 0);
    if (c >= 'a' && c <= 'z') return from('a', 26);
    if (c >= '0' && c <= '9') return from('0', 52);
    if (c == '+') return 62;
    if (c == '/') return 63;
    return std::nullopt;
}

/// Reads base64 with or without its padding (RFC 4648, section 4); nothing for other text.
inline std::optional<std::string> from_base64(std::string_view text) {
    const std::string_view digits = text.substr(0, text.find('='));
    const std::string_view padding = text.substr(digits.size());
    if (digits.size() % 4 == 1) return std::nullopt;
    if (!padding.empty() && (text.size() % 4 != 0 || (padding != "=" && padding != "=="))) return std::nullopt;
    std::string bytes;
    std::uint32_t group = 0;
    unsigned bits = 0;
    for (const char c : digits) {
        const auto digit = digit_of(c);
        if (!digit) return std::nullopt;
        group = group << 6 | *digit;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(group >> bits & 255);
        }
    }
    return bytes;
}

/// The bytes of a secret.
inline Result<std::string> key_of(std::string_view secret) {
    constexpr std::string_view prefix = "whsec_";
    if (secret.starts_with(prefix)) {
        auto key = from_base64(secret.substr(prefix.size()));
        if (key && key->size() >= 24 && key->size() <= 64) return std::move(*key);
    }
    return Error{Errc::invalid_configuration, "the secret of a webhook is whsec_ and the base64 of 24 to 64 bytes"};
}

inline std::string signature(const Digest& digest, std::string_view key, std::string_view id,
                             std::string_view timestamp, std::string_view body) {
    std::string text(id);
    text += '.';
    text += timestamp;
    text += '.';
    text += body;
    const auto hash = digest.hmac_sha256(key, text);
    return "v1," + to_base64({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

/// Whether `signature` is one of those in the header.
inline bool contains(std::string_view header, std::string_view signature) noexcept {
    for (;;) {
        const auto space = header.find(' ');
        if (equal_in_constant_time(header.substr(0, space), signature)) return true;
        if (space == std::string_view::npos) return false;
        header.remove_prefix(space + 1);
    }
}

inline std::optional<std::chrono::sys_seconds> instant(std::string_view timestamp) noexcept {
    constexpr std::size_t most = 12; // digits: the year 33658
    const auto seconds = parse_integer<std::uint64_t>(timestamp);
    if (!seconds || timestamp.size() > most) return std::nullopt;
    return std::chrono::sys_seconds(std::chrono::seconds(*seconds));
}

inline Error refused(std::string_view why) { return {Errc::not_authenticated, std::string(why)}; }

inline Error no_secret() { return {Errc::invalid_configuration, "a webhook needs a secret"}; }

} // namespace detail::webhook_signature

DATAEXPORT_DECL Result<WebhookHeaders> sign_webhook(const Digest& digest, std::span<const std::string> secrets,
                                                    std::string_view id, TimePoint now, std::string_view body) {
    namespace part = detail::webhook_signature;
    if (secrets.empty()) return part::no_secret();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    WebhookHeaders headers{std::string(id), std::to_string(seconds), {}};
    for (const auto& secret : secrets) {
        const auto key = part::key_of(secret);
        if (!key) return key.error();
        if (!headers.signature.empty()) headers.signature += ' ';
        headers.signature += part::signature(digest, *key, id, headers.timestamp, body);
    }
    return headers;
}

DATAEXPORT_DECL Result<void> verify_webhook(const Digest& digest, std::span<const std::string> secrets,
                                            const WebhookHeaders& headers, std::string_view body, TimePoint now,
                                            std::chrono::seconds tolerance) {
    namespace part = detail::webhook_signature;
    if (secrets.empty()) return part::no_secret();
    if (headers.id.empty()) return part::refused("the message has no id");
    const auto sent = part::instant(headers.timestamp);
    if (!sent) return part::refused("the message has no timestamp");
    if (*sent < now - tolerance) return part::refused("the message is too old");
    if (*sent > now + tolerance) return part::refused("the message is from the future");
    bool matches = false;
    for (const auto& secret : secrets) {
        const auto key = part::key_of(secret);
        if (!key) return key.error();
        const auto expected = part::signature(digest, *key, headers.id, headers.timestamp, body);
        matches |= part::contains(headers.signature, expected);
    }
    if (!matches) return part::refused("the signature does not belong to the message");
    return ok();
}

DATAEXPORT_NAMESPACE_END
