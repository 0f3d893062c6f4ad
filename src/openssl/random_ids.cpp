#include <dataexport/openssl/random_ids.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <openssl/rand.h>
#include <unistd.h>

DATAEXPORT_NAMESPACE_BEGIN

namespace {

/// Random numbers of one thread, drawn many at once: a call of the generator takes far longer than its bytes.
class Numbers {
public:
    std::optional<std::uint64_t> next() {
        // A child of this process must not use what its parent will use.
        if ((left_ == 0 || drawn_by_ != ::getpid()) && !draw()) return std::nullopt;
        return numbers_[--left_];
    }

private:
    bool draw() {
        left_ = 0;
        if (RAND_bytes(reinterpret_cast<unsigned char*>(numbers_.data()), sizeof numbers_) != 1) return false;
        left_ = numbers_.size();
        drawn_by_ = ::getpid();
        return true;
    }

    std::array<std::uint64_t, 32> numbers_{};
    std::size_t left_ = 0;
    pid_t drawn_by_ = 0;
};

class RandomIds final : public IdGenerator {
public:
    Result<ExportId> next() override {
        thread_local Numbers numbers;
        for (;;) {
            const auto bits = numbers.next();
            if (!bits) return Error{Errc::unavailable, "there is no randomness to be had for a new id"};
            const auto value = static_cast<std::int64_t>(*bits >> 11);
            if (value != 0) return ExportId{value};
        }
    }
};

} // namespace

std::unique_ptr<IdGenerator> make_random_ids() { return std::make_unique<RandomIds>(); }

DATAEXPORT_NAMESPACE_END
