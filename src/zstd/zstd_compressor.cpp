#include <dataexport/zstd/zstd_compressor.hpp>

#include "compression/codec_pool.hpp"

#include <cassert>

#include <zstd.h>

DATAEXPORT_NAMESPACE_BEGIN

namespace {

struct FreeContext {
    void operator()(ZSTD_CCtx* state) const noexcept { ZSTD_freeCCtx(state); }
};
using State = std::unique_ptr<ZSTD_CCtx, FreeContext>;

class ZstdCompressor final : public Compressor {
public:
    explicit ZstdCompressor(int level) : level_(level) { assert(level >= 1 && level <= 19); }

    Compression kind() const override { return Compression::zstd; }

    Result<void> compress(std::string_view bytes, std::string& out) const override {
        return pool_.append(
            out, [this] { return new_state(); },
            [&](compression::Codec<State>& codec) -> std::size_t {
                const auto bound = ZSTD_compressBound(bytes.size());
                auto* room = codec.reserve(bound);
                const auto size = ZSTD_compress2(codec.state.get(), room, bound, bytes.data(), bytes.size());
                return ZSTD_isError(size) ? 0 : size; // for want of memory, since the room is enough
            });
    }

private:
    State new_state() const {
        State state(ZSTD_createCCtx());
        if (!state) return state;
        ZSTD_CCtx_setParameter(state.get(), ZSTD_c_compressionLevel, level_);
        ZSTD_CCtx_setParameter(state.get(), ZSTD_c_checksumFlag, 1);
        return state;
    }

    int level_;
    mutable compression::CodecPool<State> pool_;
};

} // namespace

std::unique_ptr<Compressor> make_zstd_compressor(ZstdCompressorOptions options) {
    return std::make_unique<ZstdCompressor>(options.level);
}

DATAEXPORT_NAMESPACE_END
