#include <dataexport/openssl/random_ids.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include <openssl/rand.h>
#include <unistd.h>

DATAEXPORT_NAMESPACE_BEGIN

namespace {

/// Draws many at once: a call of the generator takes far longer than its bytes.
class RandomIds final : public IdGenerator {
public:
    Result<ExportId> next() override {
        const std::lock_guard lock(mutex_);
        for (;;) {
            // A child of this process must not use what its parent will use.
            if (left_ == 0 || drawn_by_ != ::getpid()) {
                if (!draw()) return Error{Errc::unavailable, "there is no randomness to be had for a new id"};
            }
            const auto value = static_cast<std::int64_t>(drawn_[--left_] >> 11);
            if (value != 0) return ExportId{value};
        }
    }

private:
    bool draw() {
        if (RAND_bytes(reinterpret_cast<unsigned char*>(drawn_.data()), sizeof drawn_) != 1) return false;
        left_ = drawn_.size();
        drawn_by_ = ::getpid();
        return true;
    }

    std::mutex mutex_;
    std::array<std::uint64_t, 32> drawn_{};
    std::size_t left_ = 0;
    pid_t drawn_by_ = 0;
};

} // namespace

std::unique_ptr<IdGenerator> make_random_ids() { return std::make_unique<RandomIds>(); }

DATAEXPORT_NAMESPACE_END
