#pragma once

#include <dataexport/api/idempotency.hpp>
#include <dataexport/core/time.hpp>
#include <dataexport/request/request_key.hpp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::idempotency {

/// Whether the range of a query info as it was sent counts from the instant of its request (reference, 4).
inline bool has_relative_range(const json::object& info) {
    for (const char* key :
         {"timeframe", "timeframeStart", "timeframeEnd", "statsPeriod", "statsPeriodStart", "statsPeriodEnd"}) {
        if (const auto* value = info.if_contains(key); value != nullptr && !value->is_null()) return true;
    }
    return !info.contains("start") && !info.contains("end");
}

/// Puts how far they are from the request in the place of the instants that a relative range became.
inline void make_range_relative(ExportedData& record) {
    for (const char* key : {"start", "end"}) {
        auto* value = record.query_info.if_contains(key);
        if (value == nullptr || !value->is_string()) continue;
        const auto instant = parse_iso(value->get_string());
        if (instant) *value = (*instant - std::chrono::floor<std::chrono::seconds>(record.date_added)).count();
    }
}

} // namespace detail::idempotency

DATAEXPORT_DECL Result<std::string> idempotency_key(const ApiCall& call, const Digest& digest) {
    const auto header = call.request.headers.find("Idempotency-Key");
    if (!header || header->empty()) return std::string();
    if (header->size() > 255) return Error{Errc::invalid_request, "An Idempotency-Key has at most 255 bytes."};
    auto scoped =
        std::to_string(call.access.organization->id.value) + ':' + std::to_string(call.access.user->id.value) + ':';
    scoped += *header;
    return to_hex(sha256(digest, scoped));
}

DATAEXPORT_DECL bool same_request(const json::value& body, ExportedData wanted, ExportedData found,
                                  const Digest& digest) {
    using namespace detail::idempotency;
    if (has_relative_range(body.at("query_info").as_object())) {
        make_range_relative(wanted);
        make_range_relative(found);
    }
    return request_key(wanted, digest) == request_key(found, digest);
}

DATAEXPORT_NAMESPACE_END
