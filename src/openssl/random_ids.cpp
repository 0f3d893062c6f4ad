#include <dataexport/openssl/random_ids.hpp>

#include <openssl/rand.h>

DATAEXPORT_NAMESPACE_BEGIN

namespace {

class RandomIds final : public IdGenerator {
public:
    Result<ExportId> next() override {
        for (;;) {
            std::uint64_t bits = 0;
            if (RAND_bytes(reinterpret_cast<unsigned char*>(&bits), sizeof bits) != 1) {
                return Error{Errc::unavailable, "there is no randomness to be had for a new id"};
            }
            const auto value = static_cast<std::int64_t>(bits >> 11);
            if (value != 0) return ExportId{value};
        }
    }
};

} // namespace

std::unique_ptr<IdGenerator> make_random_ids() { return std::make_unique<RandomIds>(); }

DATAEXPORT_NAMESPACE_END
