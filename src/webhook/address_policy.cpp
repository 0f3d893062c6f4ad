#include "webhook/address_policy.hpp"

#include <array>
#include <cstddef>
#include <span>

#include <arpa/inet.h>
#include <netinet/in.h>

DATAEXPORT_NAMESPACE_BEGIN
namespace webhook {

namespace {

/// The addresses that begin with these bits.
template <std::size_t size>
struct Network {
    std::array<unsigned char, size> prefix;
    unsigned bits;

    [[nodiscard]] bool holds(std::span<const unsigned char, size> address) const noexcept {
        for (std::size_t i = 0; i < size && i * 8 < bits; ++i) {
            const unsigned used = bits - static_cast<unsigned>(i) * 8;
            const unsigned mask = used >= 8 ? 0xffU : 0xffU << (8 - used) & 0xffU;
            if (((address[i] ^ prefix[i]) & mask) != 0) return false;
        }
        return true;
    }
};
using Network4 = Network<4>;
using Network6 = Network<16>;

constexpr Network4 special4[] = {
    {{0}, 8},             // this network
    {{10}, 8},            // private
    {{100, 64}, 10},      // shared by the customers of a provider
    {{127}, 8},           // loopback
    {{169, 254}, 16},     // link-local; metadata of clouds
    {{172, 16}, 12},      // private
    {{192, 0, 0}, 24},    // protocol assignments
    {{192, 0, 2}, 24},    // documentation
    {{192, 88, 99}, 24},  // 6to4 relays
    {{192, 168}, 16},     // private
    {{198, 18}, 15},      // benchmarks
    {{198, 51, 100}, 24}, // documentation
    {{203, 0, 113}, 24},  // documentation
    {{224}, 4},           // multicast
    {{240}, 4},           // reserved; broadcast
};

constexpr Network6 global_unicast{{0x20}, 3}; // everything else is special or not in use
constexpr Network6 special6[] = {
    {{0x20, 0x01}, 23},             // protocol assignments; Teredo, which holds IPv4 addresses
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, // documentation
    {{0x20, 0x02}, 16},             // 6to4, which holds IPv4 addresses
    {{0x3f, 0xff}, 20},             // documentation
};
constexpr Network6 translated{{0x00, 0x64, 0xff, 0x9b}, 96}; // IPv4 behind a translator

template <class Networks, class Address>
bool any_holds(const Networks& networks, const Address& address) noexcept {
    for (const auto& network : networks) {
        if (network.holds(address)) return true;
    }
    return false;
}

bool is_public4(std::span<const unsigned char, 4> address) noexcept { return !any_holds(special4, address); }

bool is_public6(std::span<const unsigned char, 16> address) noexcept {
    if (translated.holds(address)) return is_public4(address.last<4>());
    return global_unicast.holds(address) && !any_holds(special6, address);
}

template <std::size_t size, class Address>
std::span<const unsigned char, size> bytes_of(const Address& address) noexcept {
    static_assert(sizeof(Address) == size);
    return std::span<const unsigned char, size>(reinterpret_cast<const unsigned char*>(&address), size);
}

} // namespace

bool is_public(const sockaddr* address) noexcept {
    if (address->sa_family == AF_INET) {
        return is_public4(bytes_of<4>(reinterpret_cast<const sockaddr_in*>(address)->sin_addr));
    }
    if (address->sa_family == AF_INET6) {
        return is_public6(bytes_of<16>(reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr));
    }
    return false;
}

bool is_private_literal(const std::string& host) noexcept {
    in_addr v4;
    in6_addr v6;
    if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return !is_public4(bytes_of<4>(v4));
    if (::inet_pton(AF_INET6, host.c_str(), &v6) == 1) return !is_public6(bytes_of<16>(v6));
    return false;
}

} // namespace webhook
DATAEXPORT_NAMESPACE_END
