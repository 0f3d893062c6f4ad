#include "fuzz/require.hpp"

#include <dataexport/memory/memory_digest.hpp>
#include <dataexport/webhook/signature.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

using namespace dataexport;

namespace {

constexpr TimePoint now{std::chrono::sys_days{std::chrono::year{2020} / 7 / 21}};
const MemoryDigest digest;
const std::array<std::string, 1> secrets{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};

/// The first three lines of the input are the headers, what follows is the body.
struct Message {
    WebhookHeaders headers;
    std::string body;

    explicit Message(std::string_view text) {
        for (auto* header : {&headers.id, &headers.timestamp, &headers.signature}) {
            const auto end = std::min(text.find('\n'), text.size());
            *header = text.substr(0, end);
            text.remove_prefix(std::min(text.size(), end + 1));
        }
        headers.id.insert(0, "export-"); // messages without an id are not genuine
        body = text;
    }
};

bool is_genuine(const WebhookHeaders& headers, std::string_view body) {
    const auto verified = verify_webhook(digest, secrets, headers, body, now);
    require(verified.has_value() || verified.error().code == Errc::not_authenticated);
    return verified.has_value();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Message message({reinterpret_cast<const char*>(data), size});
    const auto good = sign_webhook(digest, secrets, message.headers.id, now, message.body);
    require(good.has_value() && is_genuine(*good, message.body));

    // Nobody else can make a signature: with it among others the message is genuine, with any others it is not.
    if (message.headers.signature.find(good->signature) == std::string::npos) {
        require(!is_genuine({good->id, good->timestamp, message.headers.signature}, message.body));
    }
    require(is_genuine({good->id, good->timestamp, good->signature + ' ' + message.headers.signature}, message.body));
    require(message.headers.timestamp == good->timestamp ||
            !is_genuine({good->id, message.headers.timestamp, good->signature}, message.body));
    require(!is_genuine(*good, message.body + 'x') &&
            !is_genuine({good->id + 'x', good->timestamp, good->signature}, message.body));
    return 0;
}
