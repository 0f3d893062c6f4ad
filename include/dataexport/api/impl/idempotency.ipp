#pragma once

#include <dataexport/api/idempotency.hpp>
#include <dataexport/request/request_key.hpp>

DATAEXPORT_NAMESPACE_BEGIN

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
    const auto& info = body.at("query_info").as_object();
    const bool fixed = info.contains("start") && info.contains("end");
    for (auto* record : {&wanted, &found}) {
        if (fixed) continue;
        record->query_info.erase("start");
        record->query_info.erase("end");
    }
    return request_key(wanted, digest) == request_key(found, digest);
}

DATAEXPORT_NAMESPACE_END
