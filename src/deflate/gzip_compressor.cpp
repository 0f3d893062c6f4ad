#include <dataexport/deflate/gzip_compressor.hpp>

#include "compression/codec_pool.hpp"

#include <cassert>

#include <libdeflate.h>

DATAEXPORT_NAMESPACE_BEGIN

namespace {

struct FreeCompressor {
    void operator()(libdeflate_compressor* state) const noexcept { libdeflate_free_compressor(state); }
};
using State = std::unique_ptr<libdeflate_compressor, FreeCompressor>;

class GzipCompressor final : public Compressor {
public:
    explicit GzipCompressor(int level) : level_(level) { assert(level >= 1 && level <= 12); }

    Compression kind() const override { return Compression::gzip; }

    Result<void> compress(std::string_view bytes, std::string& out) const override {
        return pool_.append(
            out, [this] { return State(libdeflate_alloc_compressor(level_)); },
            [&](compression::Codec<State>& codec) {
                const auto bound = libdeflate_gzip_compress_bound(codec.state.get(), bytes.size());
                auto* room = codec.reserve(bound);
                return libdeflate_gzip_compress(codec.state.get(), bytes.data(), bytes.size(), room, bound);
            });
    }

private:
    int level_;
    mutable compression::CodecPool<State> pool_;
};

} // namespace

std::unique_ptr<Compressor> make_gzip_compressor(GzipCompressorOptions options) {
    return std::make_unique<GzipCompressor>(options.level);
}

DATAEXPORT_NAMESPACE_END
