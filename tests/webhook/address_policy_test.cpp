#include "webhook/address_policy.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>

using namespace dataexport;

namespace {

bool is_public(const char* text) {
    sockaddr_in v4{};
    if (::inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        return webhook::is_public(reinterpret_cast<const sockaddr*>(&v4));
    }
    sockaddr_in6 v6{};
    REQUIRE_MESSAGE(::inet_pton(AF_INET6, text, &v6.sin6_addr) == 1, text);
    v6.sin6_family = AF_INET6;
    return webhook::is_public(reinterpret_cast<const sockaddr*>(&v6));
}

} // namespace

TEST_CASE("S32: no address of a private or special network is public") {
    for (const auto* address : {
             "0.0.0.0",
             "0.255.255.255",
             "10.0.0.0",
             "10.255.255.255",
             "100.64.0.0",
             "100.127.255.255",
             "127.0.0.1",
             "127.255.255.255",
             "169.254.0.0",
             "169.254.169.254",
             "169.254.255.255",
             "172.16.0.0",
             "172.31.255.255",
             "192.0.0.1",
             "192.0.0.255",
             "192.0.2.1",
             "192.88.99.1",
             "192.168.0.0",
             "192.168.255.255",
             "198.18.0.0",
             "198.19.255.255",
             "198.51.100.7",
             "203.0.113.255",
             "224.0.0.1",
             "239.255.255.255",
             "240.0.0.1",
             "255.255.255.255",
             "::",
             "::1",
             "::127.0.0.1",
             "::ffff:127.0.0.1", // mapped
             "::ffff:10.1.2.3",
             "::ffff:169.254.169.254",
             "::ffff:8.8.8.8",     // of no use, as IPv4 is spoken as such
             "64:ff9b::7f00:1",    // translated
             "64:ff9b::a9fe:a9fe", // 169.254.169.254
             "64:ff9b:1::808:808", // of a local translator
             "100::1",             // discarded
             "2001::1",            // Teredo
             "2001:1ff:ffff::1",
             "2001:db8::1",
             "2002:7f00:1::", // 6to4
             "2002:808:808::",
             "3fff::1",
             "3fff:fff:ffff::1",
             "5f00::1",
             "fc00::1", // unique local
             "fd12:3456:789a::1",
             "fe80::1", // link-local
             "febf::1",
             "fec0::1",
             "ff02::1", // multicast
         }) {
        CHECK_MESSAGE(!is_public(address), address);
        CHECK_MESSAGE(webhook::is_private_literal(address), address);
    }
}

TEST_CASE("S32: the addresses beside them are public") {
    for (const auto* address : {"1.0.0.0",
                                "9.255.255.255",
                                "11.0.0.0",
                                "100.63.255.255",
                                "100.128.0.0",
                                "126.255.255.255",
                                "128.0.0.1",
                                "169.253.255.255",
                                "169.255.0.0",
                                "172.15.255.255",
                                "172.32.0.0",
                                "192.0.1.0",
                                "192.0.3.0",
                                "192.88.98.255",
                                "192.167.255.255",
                                "192.169.0.0",
                                "198.17.255.255",
                                "198.20.0.0",
                                "198.51.99.255",
                                "198.51.101.0",
                                "203.0.112.255",
                                "203.0.114.0",
                                "223.255.255.255",
                                "8.8.8.8",
                                "2000::1",
                                "2001:200::1",
                                "2001:db7::1",
                                "2001:db9::1",
                                "2001:4860:4860::8888",
                                "2003::1",
                                "2606:4700::1111",
                                "3ffe::1",
                                "3fff:1000::1",
                                "64:ff9b::808:808"}) {
        CHECK_MESSAGE(is_public(address), address);
        CHECK_MESSAGE(!webhook::is_private_literal(address), address);
    }
}

TEST_CASE("S32: an address of another family is not public") {
    sockaddr local{};
    local.sa_family = AF_UNIX;
    CHECK_FALSE(webhook::is_public(&local));
}

TEST_CASE("is_private_literal says nothing about names") {
    for (const auto* host : {"localhost", "example.com", "127.0.0.1.example.com", "10", ""}) {
        CHECK_MESSAGE(!webhook::is_private_literal(host), host);
    }
}
