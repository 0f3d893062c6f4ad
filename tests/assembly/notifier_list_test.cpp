#include <dataexport/assembly/notifier_list.hpp>

#include "support/workshop.hpp"

#include <dataexport/memory/recording_notifier.hpp>
#include <dataexport/testing/check_notifier.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace dataexport;

namespace {

const Error down{Errc::unavailable, "the server is down"};
const Error refused{Errc::invalid_input, "there is no such address"};

ExportedData finished(std::int64_t id = 27) { return testing::notifier_check::finished(id); }
ExportedData failed(std::int64_t id = 27) { return testing::notifier_check::failed(id); }

struct Pair {
    RecordingNotifier mail;
    RecordingNotifier webhook;
    NotifierList list{{&mail, &webhook}};

    [[nodiscard]] std::pair<std::size_t, std::size_t> told() const {
        return {mail.messages().size(), webhook.messages().size()};
    }
};

using Told = std::pair<std::size_t, std::size_t>;

} // namespace

TEST_CASE("NotifierList keeps the contract of Notifier") {
    Pair pair;
    const auto report = testing::check_notifier(pair.list);
    CHECK_MESSAGE(report.passed(), report.text());
    CHECK(pair.told().first == pair.told().second);
}

TEST_CASE("NotifierList tells each of its notifiers how an export ended") {
    Pair pair;
    CHECK(pair.list.success(finished()).has_value());
    CHECK(pair.list.failure(failed()).has_value());
    for (const auto* notifier : {&pair.mail, &pair.webhook}) {
        const auto messages = notifier->messages();
        REQUIRE(messages.size() == 2);
        CHECK(messages[0].outcome == Outcome::success);
        CHECK(messages[1].outcome == Outcome::failure);
    }
    CHECK(NotifierList({}).success(finished()).has_value());
}

TEST_CASE("NotifierList tries a message again with those alone that asked for it") {
    Pair pair;
    pair.mail.fail_with(down);
    CHECK(pair.list.success(finished()).error() == down);
    CHECK(pair.list.success(finished()).error() == down);
    CHECK(pair.told() == Told{0, 1});
    CHECK(pair.list.success(finished(28)).error() == down);
    CHECK(pair.list.failure(failed()).error() == down);
    CHECK(pair.told() == Told{0, 3});
    pair.mail.fail_with(std::nullopt);
    CHECK(pair.list.success(finished()).has_value());
    CHECK(pair.told() == Told{1, 3});
    CHECK(pair.list.success(finished()).has_value()); // Settled: handed over again, it is a new message.
    CHECK(pair.told() == Told{2, 4});
}

TEST_CASE("NotifierList tells of an export that was tried again and failed again") {
    Pair pair;
    pair.mail.fail_with(down);
    CHECK(pair.list.failure(failed()).error() == down);
    auto again = failed();
    *again.date_finished += std::chrono::hours(1);
    CHECK(pair.list.failure(again).error() == down);
    CHECK(pair.told() == Told{0, 2});
}

TEST_CASE("NotifierList says that one gave the message up once no other asks for another try") {
    Pair pair;
    pair.mail.fail_with(refused);
    CHECK(pair.list.success(finished()).error() == refused);
    CHECK(pair.told() == Told{0, 1});
    pair.webhook.fail_with(down);
    CHECK(pair.list.success(finished()).error() == down);
    pair.mail.fail_with(std::nullopt); // It is not asked any more.
    CHECK(pair.list.success(finished()).error() == down);
    pair.webhook.fail_with(std::nullopt);
    CHECK(pair.list.success(finished()).error() == refused);
    CHECK(pair.told() == Told{0, 2});
}

TEST_CASE("NotifierList goes on after a notifier that throws") {
    struct Thrower final : Notifier {
        Result<void> success(const ExportedData&) override { throw std::runtime_error("secret"); }
        Result<void> failure(const ExportedData&) override { throw std::runtime_error("secret"); }
    } thrower;
    RecordingNotifier last;
    NotifierList list({&thrower, &last});
    const auto told = list.success(finished());
    CHECK(told.error().code == Errc::internal);
    CHECK(told.error().detail.find("secret") == std::string::npos);
    CHECK(last.messages().size() == 1);
}

TEST_CASE("NotifierList keeps a bounded number of unsettled messages") {
    Pair pair;
    pair.mail.fail_with(down);
    for (std::int64_t id = 1; id <= 10'001; ++id) {
        auto record = finished(id);
        *record.date_finished += std::chrono::seconds(id);
        REQUIRE(pair.list.success(record).error() == down);
    }
    const auto retell = [&](std::int64_t id) {
        auto record = finished(id);
        *record.date_finished += std::chrono::seconds(id);
        const auto before = pair.told().second;
        REQUIRE(pair.list.success(record).error() == down);
        return pair.told().second - before;
    };
    CHECK(retell(10'001) == 0);
    CHECK(retell(2) == 0);
    CHECK(retell(1) == 1);
}

TEST_CASE("R19: while a webhook is down, a worker does not send the mail about an export again") {
    support::Workshop shop;
    RecordingNotifier webhook;
    webhook.fail_with(down);
    NotifierList list({&shop.notifier, &webhook});
    Worker worker(shop.ports(), list, shop.clock, shop.options);
    shop.request();
    for (int minute = 0; minute < 60; ++minute) {
        REQUIRE(worker.run_until_idle().has_value());
        shop.clock.advance(std::chrono::minutes(1));
    }
    CHECK(webhook.messages().empty());
    webhook.fail_with(std::nullopt);
    shop.clock.advance(std::chrono::minutes(5));
    REQUIRE(worker.run_until_idle().has_value());
    CHECK(webhook.messages().size() == 1);
    CHECK(shop.notifier.messages().size() == 1);
}
