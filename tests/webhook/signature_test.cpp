#include <dataexport/webhook/signature.hpp>

#include <dataexport/memory/memory_digest.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace dataexport;

namespace {

using Secrets = std::vector<std::string>;

const MemoryDigest digest;
const std::string body = R"({"test": 2432232314})";
const std::string id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const std::string first = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string second = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="; // The bytes 0 to 31.
// Made with the hmac module of Python; the first is also the example of the specification's reference libraries.
const std::string signed_by_first = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const std::string signed_by_second = "v1,O4Gjv1HqPqsMrjmczoggs/sWA8gZD0VyHG+fLh4+ktI=";

constexpr TimePoint at(std::int64_t seconds) { return TimePoint(std::chrono::seconds(seconds)); }
constexpr TimePoint now = at(1'614'265'330);

WebhookHeaders headers() { return {id, "1614265330", signed_by_first}; }

/// Why the message is refused; empty if it is not.
std::string refusal(const Secrets& secrets, const WebhookHeaders& message, const std::string& text = body,
                    TimePoint time = now) {
    const auto verified = verify_webhook(digest, secrets, message, text, time);
    if (verified) return {};
    CHECK(verified.error().code == Errc::not_authenticated);
    return verified.error().detail;
}

const std::string altered = "the signature does not belong to the message";

} // namespace

TEST_CASE("S33: sign_webhook signs id, timestamp and body as Standard Webhooks says") {
    const auto one = sign_webhook(digest, Secrets{first}, id, now + std::chrono::microseconds(999'999), body).value();
    CHECK(one.id == id);
    CHECK(one.timestamp == "1614265330");
    CHECK(one.signature == signed_by_first);
    CHECK(sign_webhook(digest, Secrets{second, first}, id, now, body).value().signature ==
          signed_by_second + ' ' + signed_by_first);
}

TEST_CASE("S33: verify_webhook takes what was signed, and nothing that was altered") {
    CHECK(refusal({first}, headers()).empty());
    CHECK(refusal({first}, headers(), R"({"test": 2432232315})") == altered);
    CHECK(refusal({first}, headers(), "") == altered);
    auto message = headers();
    message.id.back() = 'l';
    CHECK(refusal({first}, message) == altered);
    message = headers();
    message.timestamp = "1614265331";
    CHECK(refusal({first}, message) == altered);
    CHECK(refusal({second}, headers()) == altered);
    for (std::size_t i = 0; i < signed_by_first.size(); ++i) {
        message = headers();
        message.signature[i] = static_cast<char>(message.signature[i] ^ 1);
        CHECK(refusal({first}, message) == altered);
    }
    for (const auto* signature :
         {"", " ", "v1,", "v1", ",", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
          "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=x"}) {
        message.signature = signature;
        CHECK_MESSAGE(refusal({first}, message) == altered, signature);
    }
    message = headers();
    message.id.clear();
    CHECK(refusal({first}, message) == "the message has no id");
}

TEST_CASE("S33: a message that is replayed later is too old") {
    const std::int64_t sent = 1'614'265'330;
    CHECK(refusal({first}, headers(), body, at(sent + 300)).empty());
    CHECK(refusal({first}, headers(), body, at(sent + 301)) == "the message is too old");
    CHECK(refusal({first}, headers(), body, at(sent - 300)).empty());
    CHECK(refusal({first}, headers(), body, at(sent - 301)) == "the message is from the future");
    CHECK(verify_webhook(digest, Secrets{first}, headers(), body, at(sent + 10), std::chrono::seconds(9))
              .error()
              .detail == "the message is too old");
}

TEST_CASE("S33: a timestamp that is none is refused") {
    for (const auto* timestamp : {"", " 1614265330", "1614265330 ", "+1614265330", "-1614265330", "1614265330.0", "0x1",
                                  "16142653301614265330", "99999999999999999999", "now"}) {
        auto message = headers();
        message.timestamp = timestamp;
        CHECK_MESSAGE(refusal({first}, message) == "the message has no timestamp", timestamp);
    }
}

TEST_CASE("S33: secrets change on either side without a message lost") {
    auto message = headers();
    CHECK(refusal({second, first}, message).empty());
    message.signature = signed_by_second + ' ' + signed_by_first;
    CHECK(refusal({first}, message).empty());
    CHECK(refusal({second}, message).empty());
    message.signature = "v1a,xyz  " + signed_by_first;
    CHECK(refusal({first}, message).empty());
}

TEST_CASE("A secret is whsec_ and base64 of 24 to 64 bytes") {
    const auto good = [](const Secrets& secrets) {
        const auto made = sign_webhook(digest, secrets, id, now, body);
        if (made) return true;
        CHECK(made.error().code == Errc::invalid_configuration);
        CHECK(verify_webhook(digest, secrets, headers(), body, now).error() == made.error());
        return false;
    };
    const auto encoded = [](std::size_t size) { return "whsec_" + to_base64(std::string(size, 'k')); };
    for (const auto& secret : {encoded(24), encoded(25), encoded(26), encoded(64), "whsec_" + std::string(34, 'k')}) {
        CHECK_MESSAGE(good({secret}), secret);
    }
    for (const auto& secret :
         {std::string(), std::string("whsec_"), encoded(23), encoded(65), first.substr(6), "WHSEC_" + first.substr(6),
          first + "=", first + "A", first + "AA=", "whsec_" + std::string(33, 'k'), "whsec_=" + first.substr(6),
          "whsec_" + std::string(31, 'A') + "-"}) {
        CHECK_MESSAGE(!good({secret}), secret);
    }
    CHECK_FALSE(good({}));
    CHECK_FALSE(good({first, "no secret"}));
}
