/// @file
/// The clauses of `ExportStore` about housekeeping: lost files, old records, walks over all records, messages.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/testing/export_store_fixture.hpp>

#include <cstdint>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// `check_export_store` is the way to use it.
class ExportKeepingCheck : ExportStoreFixture {
public:
    ExportKeepingCheck(const Make& make, Report& report) : ExportStoreFixture(make, report) {}

    void run() {
        check(&ExportKeepingCheck::invalidates);
        check(&ExportKeepingCheck::finds_what_ended_before);
        check(&ExportKeepingCheck::scans);
        check(&ExportKeepingCheck::postpones_messages);
    }

private:
    friend ExportStoreFixture;

    void invalidates() {
        using export_store_check::at;
        using export_store_check::failed_with;
        const ExportId id{1};
        const Error lost{Errc::corrupt, "The file was lost."};
        expect(failed_with(store_->invalidate(id, lost), Errc::not_found),
               "invalidate says not_found for an unknown id");
        create(1);
        expect(failed_with(store_->invalidate(id, lost), Errc::not_live), "invalidate says not_live for a queued one");
        auto claimed = claim(1000, 1060);
        expect(failed_with(store_->invalidate(id, lost), Errc::not_live), "invalidate says not_live for a running one");
        expect(store_->checkpoint(id, claimed.fence, export_store_check::checkpoint(3, 40)).has_value() &&
                   finish(claimed, 2000).has_value(),
               "finish succeeds");
        auto wanted = found(1);
        expect(store_->invalidate(id, lost).has_value(), "invalidate succeeds");
        wanted.state = ExportState::failed;
        wanted.error = lost;
        wanted.file.reset();
        wanted.date_expired.reset();
        wanted.rows = 0;
        wanted.bytes = 0;
        expect(export_store_check::equal(found(1), wanted),
               "invalidate stores the error; file, date_expired and progress go, all else stays");
        expect(failed_with(store_->manifest(id), Errc::not_found), "the manifest goes");
        expect(!take(9000, 9001), "the message of success goes, and none of failure comes");
        expect(failed_with(store_->invalidate(id, lost), Errc::not_live), "invalidate says not_live for a failed one");
        expect(nothing_to_claim(100000), "an export whose file was lost is not handed out by itself");

        expect(store_->retry(id, at(3000)).has_value(), "an export whose file was lost can be retried");
        claimed = claim(3000, 3060);
        expect(!claimed.checkpoint && claimed.attempt == 1 && claimed.record.rows == 0, "it is made anew");
        expect(finish(claimed, 3001).has_value() && found(1).file.has_value(), "it can finish again");
        expect(take(9000, 9001).has_value(), "which is announced");
        expect(store_->mark_file_removed(id).has_value() && store_->invalidate(id, lost).has_value(),
               "a finished export without a file can be invalidated");
    }

    void finds_what_ended_before() {
        using export_store_check::at;
        const auto before = [&](int second, std::size_t count) {
            std::vector<std::int64_t> values;
            const auto ids = store_->ended_before(at(second), count);
            if (!ids) return std::vector<std::int64_t>{-1};
            for (const auto id : *ids) {
                values.push_back(id.value);
            }
            return values;
        };
        expect(before(9000, 10).empty(), "nothing ended in an empty store");
        expect(finish(create_and_claim(1), 2000, 5000).has_value(), "finish succeeds");
        expect(fail(create_and_claim(2), 4000).has_value(), "fail succeeds");
        expect(finish(create_and_claim(3), 2000, 3000).has_value(), "finish succeeds");
        create_and_claim(4);
        create(5);
        expect(before(3000, 10).empty(), "an export that ended at an instant did not end before it");
        expect(before(3000 + 1, 10) == std::vector<std::int64_t>{3}, "a finished export counts from date_expired");
        expect(before(4000 + 1, 10) == std::vector<std::int64_t>{3, 2}, "a failed export counts from date_finished");
        expect(before(9000, 10) == std::vector<std::int64_t>{3, 2, 1},
               "ended_before gives the longest ended first, and none that is live");
        expect(before(9000, 2) == std::vector<std::int64_t>{3, 2}, "ended_before keeps to its count");
        expect(store_->mark_file_removed(ExportId{3}).has_value() && before(3001, 10) == std::vector<std::int64_t>{3},
               "an export whose file is gone is among them");
        expect(store_->invalidate(ExportId{3}, {Errc::corrupt, "lost"}).has_value() &&
                   before(2001, 10) == std::vector<std::int64_t>{3},
               "an export whose file was lost counts from date_finished");
        expect(store_->retry(ExportId{2}, at(4000)).has_value() && store_->remove(ExportId{1}).has_value() &&
                   before(9000, 10) == std::vector<std::int64_t>{3},
               "what is retried or removed is not among them");
    }

    void scans() {
        const auto ids = [&](const ScanQuery& query) { return export_store_check::ids_of(store_->scan(query)); };
        expect(ids({}).empty(), "scan of an empty store gives nothing");
        for (const std::int64_t id : {50, 10, 40, 20, 30}) {
            auto record = export_store_check::record(id);
            record.organization = OrganizationId{id};
            if (id == 10) record.user.reset();
            if (id == 30) record.user->id = UserId{8};
            create(record);
        }
        expect(finish(claim(1000, 1060)).has_value(), "finish succeeds");
        using Ids = std::vector<std::int64_t>;
        expect(ids({}) == Ids{10, 20, 30, 40, 50}, "scan gives the records of all organizations by rising id");
        const auto all = store_->scan({});
        expect(all.has_value() && all->size() == 5 && export_store_check::equal(all->front(), found(10)),
               "scan gives every field");
        expect(ids({.count = 2}) == Ids{10, 20}, "scan keeps to its count");
        expect(ids({.after = ExportId{20}, .count = 2}) == Ids{30, 40}, "scan continues after an id");
        expect(ids({.after = ExportId{35}}) == Ids{40, 50}, "which need not be there");
        expect(ids({.after = ExportId{50}}).empty(), "scan ends after the largest id");
        expect(ids({.user = UserId{7}}) == Ids{20, 40, 50}, "scan gives a user's records of every organization");
        expect(ids({.after = ExportId{20}, .user = UserId{7}, .count = 1}) == Ids{40},
               "scan pages through a user's records");
        expect(ids({.user = UserId{9}}).empty(), "scan gives nothing for an unknown user");
    }

    void postpones_messages() {
        using export_store_check::at;
        expect(finish(create_and_claim(1), 2000).has_value(), "finish succeeds");
        expect(finish(create_and_claim(2), 2001).has_value(), "finish succeeds");
        const auto first = take(2001, 2100);
        if (!expect(first && first->record.id.value == 1, "the longest waiting message comes first")) return;
        expect(store_->postpone_message(first->id, at(2300)).has_value(), "postpone_message succeeds");
        const auto second = take(2299, 9000);
        expect(second && second->record.id.value == 2 && !take(2299, 9000),
               "a postponed message is not handed out before it is due");
        const auto again = take(2300, 2400);
        expect(again && again->id == first->id && again->attempts == 2, "it is when it is due, and attempts add up");
        expect(store_->postpone_message(first->id, at(2310)).has_value() && take(2310, 2400).has_value(),
               "a message may be due before the end of its taking");
        expect(store_->mark_sent(first->id).has_value() && store_->postpone_message(first->id, at(0)).has_value() &&
                   store_->postpone_message(123456, at(0)).has_value(),
               "postpone_message ignores what it does not know");
        expect(!take(8999, 9000), "a message that was sent stays sent");
    }
};

} // namespace testing
DATAEXPORT_NAMESPACE_END
