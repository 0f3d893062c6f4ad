/// @file
/// Which addresses belong to the public internet.
#pragma once

#include <dataexport/core/config.hpp>

#include <string>

#include <sys/socket.h>

DATAEXPORT_NAMESPACE_BEGIN
namespace webhook {

/// Whether the address is one of the public internet: not of this machine or network, not shared, special, reserved
/// or multicast (IANA special-purpose address registries, RFC 6890). An IPv6 address that stands for an IPv4 one
/// is judged by that one if it is of a translator (RFC 6052), else it is not public.
[[nodiscard]] bool is_public(const sockaddr* address) noexcept;

/// Whether a host of a URL is an address, and one that is not public. A name is not.
[[nodiscard]] bool is_private_literal(const std::string& host) noexcept;

} // namespace webhook
DATAEXPORT_NAMESPACE_END
