#include <dataexport/assembly/worker.hpp>

#include "reliability/consistent.hpp"

#include <dataexport/mail/mail_notifier.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace reliability;
using std::chrono::seconds;

namespace {

/// Mail that goes nowhere.
class KeptMail final : public MailNotifier {
public:
    KeptMail() : MailNotifier("https://example.com", {}) {}
    [[nodiscard]] const std::vector<MailMessage>& messages() const { return messages_; }

protected:
    Result<void> deliver(const MailMessage& message, const Mailbox&) override {
        messages_.push_back(message);
        return ok();
    }

private:
    std::vector<MailMessage> messages_;
};

/// Rows whose text is the version of the data at the time they are read.
class VersionedSource final : public RowSource {
public:
    explicit VersionedSource(const int& version) : version_(version) {}

    std::span<const Column> columns() const override { return columns_; }
    Result<void> start(std::string_view position) override {
        last_ = position.empty() ? 0 : std::stoi(std::string(position));
        return ok();
    }
    Result<Fetched> fetch(std::size_t max_rows, CellSink& sink) override {
        Fetched fetched;
        while (fetched.rows < max_rows && last_ < 20) {
            ++fetched.rows;
            sink.integer(++last_);
            sink.text(std::string(static_cast<std::size_t>(version_) * 7, 'v'));
            if (!sink.end_row()) break;
        }
        fetched.end = last_ == 20;
        return fetched;
    }
    std::string position() const override { return std::to_string(last_); }

private:
    const int& version_;
    std::vector<Column> columns_{{"number", ColumnType::integer}, {"version", ColumnType::text}};
    int last_ = 0;
};

/// Every call fails once `made` calls were made, as when a machine is lost.
struct Outage {
    std::size_t made = 0;
    bool answered = true; ///< Whether the last call that was made gave its answer.
    std::size_t calls = 0;
    std::string last{}; ///< The first call that failed, or the one whose answer was lost.

    [[nodiscard]] Hooks hooks() {
        const auto fail = [this](std::string_view call) -> std::optional<Error> {
            if (last.empty()) last = call;
            return Error{Errc::unavailable, "gone"};
        };
        Hooks hooks;
        hooks.before = [this, fail](std::string_view call) {
            return ++calls > made ? fail(call) : std::optional<Error>();
        };
        hooks.after = [this, fail](std::string_view call) {
            return calls == made && !answered ? fail(call) : std::optional<Error>();
        };
        return hooks;
    }
};

} // namespace

TEST_CASE("Weakness 4: a cap is told in the answer, the file's manifest and the mail, whoever set it") {
    Shop shop;
    KeptMail mail;
    shop.notified = &mail;
    struct Row {
        Login login;
        const char* limit;
        std::uint64_t rows;
        const char* told;
    };
    shop.options.limits.api_max_rows = 30;
    shop.options.limits.max_rows = 40;
    shop.work_options.limits.max_rows = 40;
    for (const auto& row :
         {Row{Login::api_token, "null", 30, "30 rows"}, Row{Login::api_token, "500", 30, "30 rows"},
          Row{Login::browser_session, "null", 40, "40 rows"}, Row{Login::browser_session, "10", 10, "10 rows"}}) {
        CAPTURE(row.limit);
        CAPTURE(row.rows);
        shop.members.at("jane").login = row.login;
        const auto record = shop.finished_export(
            std::string(R"({"query_type": "Numbers", "query_info": {"project": [11]}, "limit": )") + row.limit + "}");
        CHECK(shop.file(record.id) == counting_csv(row.rows));
        const auto text_of = [&](const Response& response) {
            return text(response).find(row.told) != std::string::npos;
        };
        CHECK(text_of(shop.ask(record.id)));
        CHECK(text_of(shop.ask(record.id, "manifest/")));
        shop.work();
        CHECK(mail.messages().back().text.find(row.told) != std::string::npos);
    }
}

TEST_CASE("Weakness 7: of data that changes between two runs of a chunk one version is in the file, whole") {
    for (std::size_t lost = 1; lost < 12; ++lost) {
        CAPTURE(lost);
        on_all_stores([&](Shop& shop) {
            int version = 1;
            auto kind = plain_kind();
            kind.name = "Versions";
            kind.number = 9;
            kind.open = [&](const ExportedData&) -> Result<std::unique_ptr<RowSource>> {
                return std::make_unique<VersionedSource>(version);
            };
            shop.kinds.add(kind);
            shop.work_options.limits.chunk_bytes = 1;
            const auto id = shop.created("jane", R"({"query_type": "Versions", "query_info": {}})").id;
            // The bytes of a chunk are stored, and their checkpoint is not; another worker makes the chunk again.
            std::size_t checkpoints = 0;
            const Hooks hooks{.before = [&](std::string_view call) -> std::optional<Error> {
                if (call != "checkpoint" || ++checkpoints != lost) return std::nullopt;
                version = 2;
                return Error{Errc::unavailable, "gone"};
            }};
            shop.through(hooks, [&] { return shop.worker().run_until_idle(); });
            shop.settle();

            const auto kept = lost < 2 ? 0 : lost - 2; // the first checkpoint holds no row, each other one more
            std::string expected = "number,version\r\n";
            for (std::size_t i = 1; i <= 20; ++i) {
                expected += std::to_string(i) + ',' + std::string(i <= kept ? 7 : 14, 'v') + "\r\n";
            }
            CHECK(shop.file(id) == expected);
            CHECK(shop.find(id).file->checksum == to_hex(sha256(shop.digest, expected)));
            CHECK(inconsistencies(shop) == "");
        });
    }
}

TEST_CASE("Weakness 8: an export that failed is there with its reason, whether or not its owner could be told") {
    for (const char* address : {"", "nowhere", "jane@example.com"}) {
        CAPTURE(address);
        on_all_stores([&](Shop& shop) {
            KeptMail mail;
            shop.notified = &mail;
            shop.members.at("jane").user.email = address;
            const auto id = shop.failed_export().id;
            shop.settle();
            CHECK(mail.messages().size() == (std::string_view(address).size() > 10 ? 1 : 0));
            const auto details = body_of(shop.ask(id));
            CHECK(details.at("status") == "FAILED");
            CHECK(details.at("error").at("code") == "query-failed");
            CHECK(details.at("error").at("detail") == "Internal error. Your query failed to run.");
            const auto again = shop.create();
            CHECK(again.status == 201);
            shop.settle();
            CHECK(body_of(shop.get("jane", field(again, "Location"))).at("status") == "VALID");
            CHECK(shop.status(id) == "FAILED");
        });
    }
}

TEST_CASE("Weakness 9: a failure at the end repeats the end alone") {
    for (const std::string end : {"publish", "finish"}) {
        CAPTURE(end);
        on_all_stores([&](Shop& shop) {
            const auto id = shop.created().id;
            int failures = 0;
            const Hooks hooks{.before = [&](std::string_view call) -> std::optional<Error> {
                if (call != end || ++failures > 2) return std::nullopt;
                return Error{Errc::unavailable, "gone"};
            }};
            std::size_t fetched = 0;
            shop.through(hooks, [&] {
                shop.work();
                fetched = shop.counting.asked.size();
                shop.settle();
                return true;
            });
            CHECK(failures == 3);
            CHECK(fetched == 5);
            CHECK(shop.counting.asked.size() == fetched);
            CHECK(shop.file(id) == counting_csv(45));
            CHECK(inconsistencies(shop) == "");
        });
    }
}

TEST_CASE("Weakness 10: no export is stuck, and R6: its file is the same, after whichever call its worker was lost") {
    for (const std::size_t chunk : {1U, 100U, 100'000U}) {
        for (const bool answered : {true, false}) {
            std::size_t made = 0;
            for (bool lost = true; lost; ++made) {
                CAPTURE(chunk);
                CAPTURE(answered);
                CAPTURE(made);
                REQUIRE(made < 500);
                const auto trial = [&](Shop& shop) {
                    shop.work_options.limits.chunk_bytes = chunk;
                    const auto id = shop.created().id;
                    Outage outage{made, answered};
                    shop.through(outage.hooks(), [&] { return shop.worker().run_until_idle(); });
                    CHECK(inconsistencies(shop) == "");
                    shop.settle();
                    CHECK(shop.file(id) == counting_csv(45));
                    // Whether a message was sent is not known if its sender was lost before it could be noted.
                    const bool unnoted = outage.last == (answered ? "mark_sent" : "notify");
                    CHECK(shop.told(id) == std::vector(unnoted ? 2U : 1U, Outcome::success));
                    CHECK(inconsistencies(shop) == "");
                    lost = !outage.last.empty();
                };
                if (chunk == 100) {
                    on_all_stores(trial);
                } else {
                    Shop shop;
                    trial(shop);
                }
            }
            CHECK(made > 15);
        }
    }
}

TEST_CASE("Weakness 11: batches shrink to one row and grow again, and errors far apart do not kill an export") {
    Shop shop;
    shop.counting.rows = 2000;
    shop.work_options.limits.batch_rows = 100;
    std::uint64_t failed_at = 0;
    int failures = 0;
    shop.counting.before_fetch = [&](std::uint64_t given) -> Result<void> {
        // Twice at every hundredth row, and the first batch three times.
        const bool fails = given % 100 == 0 && (given != failed_at || failures < 2);
        if (!fails) return ok();
        failures = given == failed_at ? failures + 1 : 1;
        failed_at = given;
        return Error{Errc::out_of_memory, ""};
    };
    const auto id = shop.created().id;
    shop.settle();
    CHECK(shop.file(id) == counting_csv(2000));
    const auto& asked = shop.counting.asked;
    CHECK(*std::min_element(asked.begin(), asked.end()) > 0);
    CHECK(*std::min_element(asked.begin(), asked.end()) < 50);
    CHECK(std::count(asked.begin() + 5, asked.end(), 100U) > 0); // as large as at first

    Shop smallest;
    smallest.work_options.limits.batch_rows = 1;
    int tries = 0;
    smallest.counting.before_fetch = [&](std::uint64_t) -> Result<void> {
        return ++tries <= 3 ? Error{Errc::timed_out, ""} : ok();
    };
    const auto whole = smallest.created().id;
    smallest.settle();
    CHECK(smallest.file(whole) == counting_csv(45));
    CHECK(smallest.find(whole).warnings.empty());
}
