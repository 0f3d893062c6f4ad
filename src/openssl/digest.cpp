// The interface that OpenSSL recommends (EVP) cannot give out the state of a running hash, which a checkpoint stores;
// the older one can.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <dataexport/openssl/digest.hpp>

#include <dataexport/ports/digest_support.hpp>

#include <algorithm>
#include <cstring>

#include <openssl/sha.h>

DATAEXPORT_NAMESPACE_BEGIN

namespace {

class OpensslSha256State final : public Sha256State {
public:
    OpensslSha256State() { SHA256_Init(&context_); }

    void update(std::string_view bytes) override { SHA256_Update(&context_, bytes.data(), bytes.size()); }

    std::string state() const override {
        Sha256Snapshot snapshot;
        std::copy(std::begin(context_.h), std::end(context_.h), snapshot.chain.begin());
        snapshot.length = (std::uint64_t{context_.Nh} << 32 | context_.Nl) / 8;
        std::memcpy(snapshot.block.data(), context_.data, context_.num);
        return to_string(snapshot);
    }

    bool restore(std::string_view state) override {
        const auto snapshot = sha256_snapshot_from_string(state);
        if (!snapshot) return false;
        SHA256_Init(&context_);
        std::copy(snapshot->chain.begin(), snapshot->chain.end(), std::begin(context_.h));
        const std::uint64_t bits = snapshot->length * 8;
        context_.Nl = static_cast<SHA_LONG>(bits);
        context_.Nh = static_cast<SHA_LONG>(bits >> 32);
        context_.num = static_cast<unsigned>(snapshot->length % Sha256Snapshot::block_size);
        std::memcpy(context_.data, snapshot->block.data(), context_.num);
        return true;
    }

    Sha256 finish() const override {
        auto copy = context_;
        Sha256 hash;
        SHA256_Final(hash.data(), &copy);
        return hash;
    }

private:
    SHA256_CTX context_;
};

class OpensslDigest final : public Digest {
public:
    std::unique_ptr<Sha256State> sha256() const override { return std::make_unique<OpensslSha256State>(); }
    Sha256 hmac_sha256(std::string_view key, std::string_view message) const override {
        return hmac_with(*this, key, message);
    }
};

} // namespace

std::unique_ptr<Digest> make_openssl_digest() { return std::make_unique<OpensslDigest>(); }

DATAEXPORT_NAMESPACE_END
