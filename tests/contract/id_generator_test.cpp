#include <dataexport/testing/check_id_generator.hpp>

#include <dataexport/memory/sequential_ids.hpp>
#include <dataexport/openssl/random_ids.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

namespace {

class SameId final : public IdGenerator {
public:
    explicit SameId(Result<ExportId> id) : id_(std::move(id)) {}
    Result<ExportId> next() override { return id_; }

private:
    Result<ExportId> id_;
};

} // namespace

TEST_CASE("SequentialIds keeps the contract of IdGenerator") {
    SequentialIds ids;
    const auto report = testing::check_id_generator(ids);
    CHECK_MESSAGE(report.passed(), report.text());
}

TEST_CASE("the random ids of OpenSSL keep the contract of IdGenerator") {
    const auto ids = make_random_ids();
    const auto report = testing::check_id_generator(*ids);
    CHECK_MESSAGE(report.passed(), report.text());
}

TEST_CASE("check_id_generator finds ids that are out of range, repeated or not given") {
    SameId zero(ExportId{0});
    SameId inexact(ExportId{std::int64_t{1} << 53});
    SameId nothing(Error{Errc::unavailable, "no randomness"});
    for (SameId* ids : {&zero, &inexact, &nothing}) {
        CHECK(testing::check_id_generator(*ids).failures().size() == 2);
    }
    SameId one(ExportId{1});
    CHECK(testing::check_id_generator(one).failures().size() == 1);
}
