#include <dataexport/testing/check_digest.hpp>

#include <dataexport/memory/memory_digest.hpp>
#include <dataexport/openssl/digest.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

TEST_CASE("MemoryDigest keeps the contract of Digest") {
    const auto report = testing::check_digest(MemoryDigest{});
    INFO(report.text());
    CHECK(report.passed());
}

TEST_CASE("The digest of OpenSSL keeps the contract of Digest") {
    const auto report = testing::check_digest(*make_openssl_digest());
    INFO(report.text());
    CHECK(report.passed());
}

namespace {

class ForgetfulState final : public Sha256State {
public:
    void update(std::string_view bytes) override { inner_->update(bytes); }
    std::string state() const override { return inner_->state(); }
    bool restore(std::string_view) override { return true; }
    Sha256 finish() const override { return inner_->finish(); }

private:
    std::unique_ptr<Sha256State> inner_ = MemoryDigest{}.sha256();
};

class ForgetfulDigest final : public Digest {
public:
    std::unique_ptr<Sha256State> sha256() const override { return std::make_unique<ForgetfulState>(); }
    Sha256 hmac_sha256(std::string_view key, std::string_view message) const override {
        return MemoryDigest{}.hmac_sha256(key, message);
    }
};

} // namespace

TEST_CASE("check_digest notices a digest that does not restore") {
    const auto report = testing::check_digest(ForgetfulDigest{});
    CHECK_FALSE(report.passed());
    CHECK(report.text().find("a state can be restored after 0 bytes") != std::string::npos);
}
