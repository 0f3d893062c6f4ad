#pragma once

#include <dataexport/api/conditional.hpp>
#include <dataexport/api/content_disposition.hpp>
#include <dataexport/api/download.hpp>
#include <dataexport/api/range.hpp>
#include <dataexport/api/responses.hpp>
#include <dataexport/ports/digest.hpp>

#include <cassert>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::download {

/// The bytes that pairs of lower-case hex digits stand for.
inline std::string from_hex(std::string_view hex) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
    }
    return bytes;
}

/// What every answer about a file says: its version, and that nobody else may keep it or run it.
inline Response file_response(int status, std::string_view etag) {
    Response response = empty_response(status);
    response.headers.add("ETag", std::string(etag));
    response.headers.add("Accept-Ranges", "bytes");
    response.headers.add("Cache-Control", "private, no-store");
    response.headers.add("Content-Security-Policy", "sandbox");
    response.headers.add("Referrer-Policy", "no-referrer");
    return response;
}

/// A compressed file is what it is: no `Content-Encoding`, which clients would undo, and whose ranges would not be
/// those of the file.
inline std::string_view media_type(const ExportedData& record) {
    return record.compression == Compression::none ? content_type(record.format) : content_type(record.compression);
}

inline void describe(Response& response, const ExportedData& record) {
    const auto& file = *record.file;
    response.headers.add("Content-Type", std::string(media_type(record)));
    response.headers.add("Content-Disposition",
                         dataexport::content_disposition(file.name, record.format, record.compression));
    response.headers.add("Repr-Digest", "sha-256=:" + to_base64(from_hex(file.checksum)) + ':');
}

inline RequestedRange requested_range(const Request& request, std::string_view etag, std::uint64_t size) {
    const auto range = request.headers.find("Range");
    if (!range || request.method != "GET" || !range_applies(request.headers, etag)) return {};
    return parse_range(*range, size);
}

} // namespace detail::download

DATAEXPORT_DECL Response download(const Request& request, const ExportedData& record) {
    using namespace detail::download;
    assert(record.file);
    const auto size = record.file->size;
    const auto total = '/' + std::to_string(size);
    const auto etag = entity_tag(record.file->checksum);

    const auto precondition = check_preconditions(request.headers, etag);
    if (precondition != Precondition::passed) return file_response(http_status(precondition), etag);

    const auto range = requested_range(request, etag, size);
    if (range.kind == RequestedRange::Kind::unsatisfiable) {
        auto response = file_response(416, etag);
        response.headers.add("Content-Range", "bytes *" + total);
        return response;
    }
    const bool partial = range.kind == RequestedRange::Kind::partial;
    auto response = file_response(partial ? 206 : 200, etag);
    describe(response, record);
    response.body = partial ? FileBody{record.id, range.offset, range.length} : FileBody{record.id, 0, size};
    if (partial) {
        const auto last = range.offset + range.length - 1;
        response.headers.add("Content-Range",
                             "bytes " + std::to_string(range.offset) + '-' + std::to_string(last) + total);
    }
    return response;
}

DATAEXPORT_NAMESPACE_END
