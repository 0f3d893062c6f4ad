#include <dataexport/isal/gzip_compressor.hpp>

#include "compression/codec_pool.hpp"

#include <algorithm>
#include <array>

#include <isa-l/igzip_lib.h>

DATAEXPORT_NAMESPACE_BEGIN

namespace {

struct Stream {
    isal_zstream stream{};
    std::array<std::uint8_t, ISAL_DEF_LVL1_DEFAULT> tables{};

    Stream() {
        isal_deflate_init(&stream);
        stream.level = 1;
        stream.level_buf = tables.data();
        stream.level_buf_size = static_cast<std::uint32_t>(tables.size());
    }

    /// @return the length of the member that was written to `room`, 0 for a failure.
    std::size_t write_member(std::string_view bytes, char* room, std::size_t size) {
        isal_deflate_reset(&stream);
        stream.gzip_flag = IGZIP_GZIP;
        stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.data())); // it only reads them
        stream.avail_in = static_cast<std::uint32_t>(bytes.size());
        stream.end_of_stream = 1;
        stream.next_out = reinterpret_cast<std::uint8_t*>(room);
        stream.avail_out = static_cast<std::uint32_t>(size);
        const bool whole = isal_deflate(&stream) == COMP_OK && stream.internal_state.state == ZSTATE_END;
        return whole ? stream.total_out : 0;
    }
};

class IsalGzipCompressor final : public Compressor {
public:
    Compression kind() const override { return Compression::gzip; }

    Result<void> compress(std::string_view bytes, std::string& out) const override {
        constexpr std::size_t longest = std::size_t{1} << 30; // lengths have 32 bits there
        const auto before = out.size();
        do {
            const auto piece = bytes.substr(0, longest);
            bytes.remove_prefix(piece.size());
            if (auto appended = append(piece, out); !appended) {
                out.resize(before);
                return appended;
            }
        } while (!bytes.empty());
        return ok();
    }

private:
    Result<void> append(std::string_view bytes, std::string& out) const {
        return pool_.append(
            out, [] { return std::make_unique<Stream>(); },
            [&](compression::Codec<std::unique_ptr<Stream>>& codec) {
                const auto bound = bytes.size() + bytes.size() / 1000 + 1024; // what cannot be packed is stored
                return codec.state->write_member(bytes, codec.reserve(bound), bound);
            });
    }

    mutable compression::CodecPool<std::unique_ptr<Stream>> pool_;
};

} // namespace

std::unique_ptr<Compressor> make_isal_gzip_compressor() { return std::make_unique<IsalGzipCompressor>(); }

DATAEXPORT_NAMESPACE_END
