/// Unpacks compressed files with libraries other than those that made them, or at least with other functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <zlib.h>
#include <zstd.h>

/// What a row of gzip members holds; none if it is anything but whole members, or no member at all.
inline std::optional<std::string> unpack_gzip(std::string_view packed) {
    z_stream stream{};
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    if (inflateInit2(&stream, 15 + 16) != Z_OK) return std::nullopt;
    std::string out;
    std::string buffer(65536, '\0');
    int result = Z_OK;
    do {
        if (result == Z_STREAM_END) inflateReset(&stream);
        stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream.avail_out = static_cast<uInt>(buffer.size());
        result = inflate(&stream, Z_NO_FLUSH);
        out.append(buffer.data(), buffer.size() - stream.avail_out);
    } while (result == Z_OK || (result == Z_STREAM_END && stream.avail_in > 0));
    inflateEnd(&stream);
    if (result != Z_STREAM_END) return std::nullopt;
    return out;
}

/// What a row of zstd frames holds; none if it is anything but whole frames, or no frame at all.
inline std::optional<std::string> unpack_zstd(std::string_view packed) {
    ZSTD_DStream* stream = ZSTD_createDStream();
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    std::string out;
    std::string buffer(65536, '\0');
    std::size_t wanted = 1; // bytes that the current frame lacks
    for (bool full = false; (in.pos < in.size || full) && !ZSTD_isError(wanted);) {
        ZSTD_outBuffer room{buffer.data(), buffer.size(), 0};
        wanted = ZSTD_decompressStream(stream, &room, &in);
        out.append(buffer.data(), room.pos);
        full = room.pos == room.size && wanted != 0;
    }
    ZSTD_freeDStream(stream);
    if (wanted != 0) return std::nullopt;
    return out;
}
