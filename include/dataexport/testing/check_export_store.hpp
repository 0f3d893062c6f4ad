/// @file
/// The contract of `ExportStore` as a test.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/export_store.hpp>
#include <dataexport/testing/check_export_keeping.hpp>
#include <dataexport/testing/check_export_sharing.hpp>
#include <dataexport/testing/export_store_fixture.hpp>
#include <dataexport/testing/report.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Creating, listing, claiming, writing and ending. `check_export_store` is the way to use it.
class ExportStoreCheck : ExportStoreFixture {
public:
    ExportStoreCheck(const Make& make, Report& report) : ExportStoreFixture(make, report) {}

    void run() {
        check(&ExportStoreCheck::creates_and_finds);
        check(&ExportStoreCheck::meets_live_exports);
        check(&ExportStoreCheck::meets_exports_by_idempotency_key);
        check(&ExportStoreCheck::creates_once_for_equal_calls_at_the_same_time);
        check(&ExportStoreCheck::lists_newest_first);
        check(&ExportStoreCheck::pages_in_both_directions);
        check(&ExportStoreCheck::claims_the_longest_waiting);
        check(&ExportStoreCheck::claims_again_after_the_lease);
        check(&ExportStoreCheck::claims_each_export_once_at_the_same_time);
        check(&ExportStoreCheck::renews_leases);
        check(&ExportStoreCheck::keeps_checkpoints);
        check(&ExportStoreCheck::fences_every_write);
        check(&ExportStoreCheck::finishes);
        check(&ExportStoreCheck::fails);
        check(&ExportStoreCheck::postpones);
        check(&ExportStoreCheck::releases);
        check(&ExportStoreCheck::retries);
        check(&ExportStoreCheck::removes);
        check(&ExportStoreCheck::expires);
        check(&ExportStoreCheck::keeps_an_outbox);
    }

private:
    friend ExportStoreFixture;

    void creates_and_finds() {
        const auto wanted = export_store_check::record(5);
        const auto created = store_->create_or_get(wanted, "key");
        expect(created.has_value() && created->is_new && export_store_check::equal(created->record, wanted),
               "create_or_get returns the new record");
        expect(export_store_check::equal(found(5), wanted), "find gives every field as it was stored");

        auto sparse = export_store_check::record(6);
        sparse.user.reset();
        sparse.limit.reset();
        sparse.environment.reset();
        sparse.projects.clear();
        sparse.warnings.clear();
        sparse.dialect.clear();
        sparse.format = ExportFormat::csv;
        sparse.compression = Compression::none;
        create(sparse);
        expect(export_store_check::equal(found(6), sparse), "find gives absent fields as absent");

        expect(export_store_check::failed_with(store_->create_or_get(wanted, "another key"), Errc::already_exists),
               "create_or_get refuses an id that is taken");
        expect(export_store_check::failed_with(store_->find(ExportId{7}), Errc::not_found),
               "find says not_found for an unknown id");
    }

    void meets_live_exports() {
        const auto meets = [&](std::int64_t id, const char* clause) {
            const auto met = store_->create_or_get(export_store_check::record(100 + id), "key " + std::to_string(id));
            expect(met.has_value() && !met->is_new && met->record.id.value == id, clause);
        };
        const auto passes = [&](std::int64_t id, const char* clause) {
            const auto passed =
                store_->create_or_get(export_store_check::record(100 + id), "key " + std::to_string(id));
            expect(passed.has_value() && passed->is_new && passed->record.id.value == 100 + id, clause);
        };
        create(1);
        meets(1, "create_or_get returns the queued export of the same key");
        const auto first = claim(1000, 1060);
        meets(1, "create_or_get returns the running export of the same key");
        expect(finish(first).has_value(), "finish succeeds");
        passes(1, "create_or_get passes by a finished export of the same key");
        expect(fail(claim(1001, 1061)).has_value(), "fail succeeds");
        create(2);
        expect(fail(claim(1002, 1062)).has_value(), "fail succeeds");
        passes(2, "create_or_get passes by a failed export of the same key");
    }

    void meets_exports_by_idempotency_key() {
        const auto first = store_->create_or_get(export_store_check::record(1), "key", "once");
        expect(first.has_value() && first->is_new, "create_or_get stores a record whose idempotency key is new");
        expect(finish(claim(1000, 1060)).has_value(), "finish succeeds");
        const auto again = store_->create_or_get(export_store_check::record(2), "key", "once");
        expect(again.has_value() && !again->is_new && again->record.id.value == 1 && again->record.file.has_value(),
               "create_or_get returns the ended export of the same idempotency key");
        const auto other = store_->create_or_get(export_store_check::record(2), "key", "twice");
        expect(other.has_value() && other->is_new, "create_or_get tells idempotency keys apart");
        const auto without = store_->create_or_get(export_store_check::record(3), "other key");
        expect(without.has_value() && without->is_new, "no idempotency key equals no other");
        const auto live = store_->create_or_get(export_store_check::record(4), "other key", "thrice");
        expect(live.has_value() && !live->is_new && live->record.id.value == 3,
               "create_or_get returns the live export of the same request key under a new idempotency key");
        expect(store_->remove(ExportId{1}).has_value(), "remove succeeds");
        const auto free = store_->create_or_get(export_store_check::record(5), "a third key", "once");
        expect(free.has_value() && free->is_new, "an idempotency key is free after its export was removed");
    }

    void creates_once_for_equal_calls_at_the_same_time() {
        constexpr std::size_t calls = 50;
        std::vector<std::int64_t> ids(calls, 0);
        std::atomic<int> made = 0;
        at_the_same_time(calls, [&](std::size_t i) {
            const auto id = static_cast<std::int64_t>(1 + i);
            const auto created = store_->create_or_get(export_store_check::record(id), "key");
            if (!created) return;
            if (created->is_new) ++made;
            ids[i] = created->record.id.value;
        });
        expect(made == 1, "equal calls of create_or_get at the same time make one record");
        expect(ids.front() != 0 && std::count(ids.begin(), ids.end(), ids.front()) == calls,
               "equal calls of create_or_get at the same time all get the same record");
        const auto count = store_->count({.organization = OrganizationId{1}, .user = {}, .from = {}});
        expect(count.has_value() && *count == 1, "equal calls of create_or_get at the same time leave one record");
    }

    void lists_newest_first() {
        for (const std::int64_t id : {3, 1, 4, 2}) {
            auto record = export_store_check::record(id);
            if (id <= 2) record.date_added = export_store_check::at(10);
            if (id == 3) record.user->id = UserId{8};
            create(record);
        }
        auto foreign = export_store_check::record(9);
        foreign.organization = OrganizationId{2};
        create(foreign);
        auto nobodys = export_store_check::record(5);
        nobodys.user.reset();
        create(nobodys);

        const ListQuery all{.organization = OrganizationId{1}, .user = {}, .from = {}};
        const std::vector<std::int64_t> newest_first{2, 1, 5, 4, 3};
        expect(export_store_check::ids_of(store_->list(all)) == newest_first,
               "list gives the records of an organization by date falling, then by id falling");
        const auto listed = store_->list(all);
        expect(listed.has_value() && !listed->empty() &&
                   export_store_check::equal(listed->back(), found(listed->back().id.value)),
               "list gives every field");
        const ListQuery own{.organization = OrganizationId{1}, .user = UserId{7}, .from = {}};
        expect(export_store_check::ids_of(store_->list(own)) == std::vector<std::int64_t>{2, 1, 4},
               "list gives a user's own records alone");
        const auto count = store_->count(all);
        const auto own_count = store_->count(own);
        expect(count.has_value() && *count == 5, "count counts the records of an organization");
        expect(own_count.has_value() && *own_count == 3, "count counts a user's own records alone");
        const auto none = store_->list({.organization = OrganizationId{3}, .user = {}, .from = {}});
        expect(none.has_value() && none->empty(), "list gives nothing for an organization without exports");
    }

    void pages_in_both_directions() {
        constexpr std::int64_t records = 7;
        for (std::int64_t id = 1; id <= records; ++id) {
            auto record = export_store_check::record(id);
            record.date_added = export_store_check::at(static_cast<int>(id) / 4);
            create(record);
        }
        for (const std::optional<UserId> user : {std::optional<UserId>(), std::optional(UserId{7})}) {
            ListQuery query{.organization = OrganizationId{1}, .user = user, .from = {}, .count = 2};
            std::vector<std::vector<std::int64_t>> pages;
            std::vector<ListQuery::Key> firsts;
            for (std::int64_t turn = 0; turn <= records; ++turn) {
                const auto page = store_->list(query);
                if (!page || page->empty()) break;
                pages.push_back(export_store_check::ids_of(page));
                firsts.push_back({page->front().date_added, page->front().id});
                query.from = {page->back().date_added, page->back().id};
            }
            expect(pages == std::vector<std::vector<std::int64_t>>{{7, 6}, {5, 4}, {3, 2}, {1}},
                   "pages after a key follow without gap or repetition, equal dates included");
            if (firsts.size() != 4) return;
            query.backwards = true;
            query.from = firsts[3];
            expect(export_store_check::ids_of(store_->list(query)) == pages[2],
                   "a page before a key holds the nearest records, newest first");
            query.from = firsts[1];
            expect(export_store_check::ids_of(store_->list(query)) == pages[0],
                   "the page before the second is the first");
            query.from = firsts[0];
            expect(export_store_check::ids_of(store_->list(query)).empty(), "no page is before the first");
            query.from.reset();
            expect(export_store_check::ids_of(store_->list(query)) == pages[0], "no key means the first page");
            const auto count = store_->count(query);
            expect(count.has_value() && *count == records, "count takes no notice of pages");
        }
    }

    void claims_the_longest_waiting() {
        expect(nothing_to_claim(1000), "claim gives none when there are no exports");
        create(30);
        create(10);
        create(20);
        expect(nothing_to_claim(9), "claim gives none when nothing is due");
        const auto first = claim(1000, 1060);
        expect(first.record.id.value == 10, "claim hands out the longest waiting export");
        expect(first.record.state == ExportState::running, "a claimed record is running");
        expect(first.attempt == 1 && first.batch_rows == 0 && !first.checkpoint,
               "the first claim is attempt 1, without a checkpoint");
        expect(found(10).state == ExportState::running, "find gives a claimed export as running");
        const auto second = claim(1000, 1060);
        expect(second.record.id.value == 20, "claim goes on with the next export");
        expect(second.fence > first.fence, "a later claim has a larger fencing token");
        expect(claim(1000, 1060).record.id.value == 30, "claim goes on with the last export");
        expect(nothing_to_claim(1000), "claim hands out no export twice within its lease");
    }

    void claims_again_after_the_lease() {
        const auto first = create_and_claim(1);
        expect(nothing_to_claim(1060), "a lease has not ended at its end");
        const auto second = claim(1061, 1121);
        expect(second.record.id.value == 1, "claim hands out an export whose lease ended");
        expect(second.fence > first.fence, "the claim after a lost lease has a larger fencing token");
        expect(second.attempt == 2, "an attempt that lost its lease counts");
        create(2);
        expect(claim(1200, 1260).record.id.value == 2,
               "an export that was due before another's lease ended goes first");
        expect(claim(1200, 1260).record.id.value == 1, "an export whose lease ended follows");
    }

    void claims_each_export_once_at_the_same_time() {
        constexpr std::int64_t records = 40;
        constexpr std::size_t workers = 8;
        for (std::int64_t id = 1; id <= records; ++id) {
            create(id);
        }
        std::vector<std::vector<std::int64_t>> claimed(workers);
        std::atomic<int> errors = 0;
        at_the_same_time(workers, [&](std::size_t i) {
            for (;;) {
                const auto next = store_->claim(export_store_check::at(1000), export_store_check::at(1060));
                if (!next) ++errors;
                if (!next || !*next) return;
                claimed[i].push_back((*next)->record.id.value);
            }
        });
        std::multiset<std::int64_t> all;
        for (const auto& ids : claimed) {
            all.insert(ids.begin(), ids.end());
        }
        expect(errors == 0, "claims at the same time wait for one another");
        expect(all.size() == records && std::set(all.begin(), all.end()).size() == records,
               "claims at the same time hand out each export once");
    }

    void renews_leases() {
        const auto first = create_and_claim(1);
        expect(store_->renew(first.record.id, first.fence, export_store_check::at(1100)).has_value(), "renew succeeds");
        expect(nothing_to_claim(1100), "renew moves the end of the lease");
        expect(store_->renew(first.record.id, first.fence, export_store_check::at(1010)).has_value(),
               "renew with an earlier end succeeds");
        expect(nothing_to_claim(1100), "renew never moves the end of the lease backwards");
        expect(store_->renew(first.record.id, first.fence, export_store_check::at(1300)).has_value() &&
                   nothing_to_claim(1300),
               "renew succeeds after the end of the lease while no later claim was made");
        expect(store_->check_claim(first.record.id, first.fence).has_value(),
               "check_claim succeeds while no later claim was made");
        expect(nothing_to_claim(1300), "check_claim does not move the end of the lease");
        expect(claim(1301, 1361).record.id.value == 1, "a renewed lease ends");
    }

    void keeps_checkpoints() {
        const auto first = create_and_claim(1);
        const auto id = first.record.id;
        expect(store_->checkpoint(id, first.fence, export_store_check::checkpoint(10, 100)).has_value(),
               "checkpoint succeeds");
        expect(store_->checkpoint(id, first.fence, export_store_check::checkpoint(20, 200)).has_value(),
               "checkpoint replaces the one before");
        expect(found(1).rows == 20 && found(1).bytes == 200, "checkpoint shows rows and bytes in the record");
        expect(found(1).warnings == first.record.warnings, "checkpoint leaves the warnings of the record");
        const auto second = claim(1061, 1121);
        expect(second.checkpoint == export_store_check::checkpoint(20, 200), "a claim brings the last checkpoint");
        expect(second.record.rows == 20, "a claim brings the record with its progress");
    }

    using Write = std::function<Result<void>(const Claim&)>;

    std::vector<std::pair<const char*, Write>> fenced_writes() {
        return {
            {"check_claim", [this](const Claim& c) { return store_->check_claim(c.record.id, c.fence); }},
            {"renew",
             [this](const Claim& c) { return store_->renew(c.record.id, c.fence, export_store_check::at(9000)); }},
            {"checkpoint",
             [this](const Claim& c) {
                 return store_->checkpoint(c.record.id, c.fence, export_store_check::checkpoint(99, 999));
             }},
            {"finish", [this](const Claim& c) { return finish(c); }},
            {"fail", [this](const Claim& c) { return fail(c); }},
            {"postpone",
             [this](const Claim& c) { return store_->postpone(c.record.id, c.fence, export_store_check::at(0), 5); }},
            {"release", [this](const Claim& c) { return store_->release(c.record.id, c.fence); }},
        };
    }

    void expect_powerless(const Claim& stale, const char* after) {
        const auto before = store_->find(stale.record.id);
        for (const auto& [name, write] : fenced_writes()) {
            report_.expect(export_store_check::failed_with(write(stale), Errc::lease_lost),
                           std::string(name) + " says lease_lost " + after);
            const auto now = store_->find(stale.record.id);
            const bool unchanged =
                now.has_value() == before.has_value() && (!now || export_store_check::equal(*now, *before));
            report_.expect(unchanged, std::string(name) + " changes nothing " + after);
        }
    }

    void fences_every_write() {
        const auto stale = create_and_claim(1);
        auto current = claim(1061, 1121);
        expect(store_->checkpoint(current.record.id, current.fence, export_store_check::checkpoint(1, 10)).has_value(),
               "the later claim can write");
        expect_powerless(stale, "after a later claim");
        expect(nothing_to_claim(1121) && !take(9000, 9001),
               "writes of an earlier claim leave the lease and the outbox alone");
        const auto third = claim(1122, 1182);
        expect(third.checkpoint == export_store_check::checkpoint(1, 10),
               "writes of an earlier claim leave the checkpoint alone");

        expect(store_->release(third.record.id, third.fence).has_value(), "release succeeds");
        expect_powerless(third, "after release");
        current = claim(1200, 1260);
        expect(store_->postpone(current.record.id, current.fence, export_store_check::at(1300), 0).has_value(),
               "postpone succeeds");
        expect_powerless(current, "after postpone");
        current = claim(1300, 1360);
        expect(fail(current).has_value(), "fail succeeds");
        expect_powerless(current, "after fail");
        expect(store_->retry(current.record.id, export_store_check::at(1400)).has_value(), "retry succeeds");
        expect_powerless(current, "after retry");
        current = claim(1400, 1460);
        expect(finish(current).has_value(), "finish succeeds");
        expect_powerless(current, "after finish");
        expect(store_->remove(current.record.id).has_value(), "remove succeeds");
        expect_powerless(current, "after remove");
        expect(create_and_claim(1).fence > current.fence,
               "an export that has the id of a removed one gets a larger fencing token");
        expect_powerless(current, "after its id was given to another export");
    }

    void finishes() {
        const auto claimed = create_and_claim(1);
        const auto id = claimed.record.id;
        expect(export_store_check::failed_with(store_->manifest(id), Errc::not_found),
               "manifest says not_found for an export that has not finished");
        expect(store_->checkpoint(id, claimed.fence, export_store_check::checkpoint(3, 40)).has_value(),
               "checkpoint succeeds");
        const std::vector<Warning> warnings{{"row_limit", "Cut.", 1}, {"formula_guarded", "Guarded.", 12}};
        const auto finished = store_->finish(id, claimed.fence, export_store_check::file(42), warnings, "{\"rows\":3}",
                                             export_store_check::at(2000), export_store_check::at(3000));
        expect(finished.has_value(), "finish succeeds");

        auto wanted = claimed.record;
        wanted.state = ExportState::finished;
        wanted.rows = 3;
        wanted.bytes = 42;
        wanted.warnings = warnings;
        wanted.file = export_store_check::file(42);
        wanted.date_finished = export_store_check::at(2000);
        wanted.date_expired = export_store_check::at(3000);
        expect(export_store_check::equal(found(1), wanted), "finish stores file, size, warnings and dates");
        const auto manifest = store_->manifest(id);
        expect(manifest.has_value() && *manifest == "{\"rows\":3}", "manifest gives what finish stored");
        expect(nothing_to_claim(100000), "a finished export is not handed out");
        const auto entry = take(2000, 2060);
        expect(entry && entry->outcome == Outcome::success && entry->attempts == 1 &&
                   export_store_check::equal(entry->record, wanted),
               "finish puts a success message with the record into the outbox");
        expect(!take(2000, 2060), "finish puts one message into the outbox");
    }

    void fails() {
        const auto claimed = create_and_claim(1);
        const auto checkpoint = export_store_check::checkpoint(3, 40);
        expect(store_->checkpoint(claimed.record.id, claimed.fence, checkpoint).has_value(), "checkpoint succeeds");
        expect(fail(claimed, 2000).has_value(), "fail succeeds");
        auto wanted = claimed.record;
        wanted.state = ExportState::failed;
        wanted.rows = 3;
        wanted.bytes = 40;
        wanted.error = Error{Errc::timed_out, "too slow"};
        wanted.date_finished = export_store_check::at(2000);
        expect(export_store_check::equal(found(1), wanted), "fail stores the error and the date");
        expect(nothing_to_claim(100000), "a failed export is not handed out");
        expect(export_store_check::failed_with(store_->manifest(claimed.record.id), Errc::not_found),
               "a failed export has no manifest");
        const auto entry = take(2000, 2060);
        expect(entry && entry->outcome == Outcome::failure && export_store_check::equal(entry->record, wanted),
               "fail puts a failure message with the record into the outbox");
        expect(!take(2000, 2060), "fail puts one message into the outbox");
    }

    void postpones() {
        const auto first = create_and_claim(1);
        const auto checkpoint = export_store_check::checkpoint(3, 40);
        expect(store_->checkpoint(first.record.id, first.fence, checkpoint).has_value(), "checkpoint succeeds");
        expect(store_->postpone(first.record.id, first.fence, export_store_check::at(1500), 250).has_value(),
               "postpone succeeds");
        expect(found(1).state == ExportState::queued, "a postponed export is queued");
        expect(nothing_to_claim(1499), "a postponed export is not handed out before it is due");
        const auto second = claim(1500, 1560);
        expect(second.attempt == 2, "postpone counts the attempt");
        expect(second.batch_rows == 250, "postpone keeps the number of rows to fetch at once");
        expect(second.checkpoint == checkpoint, "postpone keeps the checkpoint");
        expect(second.fence > first.fence, "the claim after postpone has a larger fencing token");
        expect(store_->postpone(second.record.id, second.fence, export_store_check::at(1600), 250).has_value(),
               "postpone succeeds again");
        const auto third = claim(1600, 1660);
        expect(third.attempt == 3, "attempts without progress add up");
        expect(store_->checkpoint(third.record.id, third.fence, export_store_check::checkpoint(4, 60)).has_value() &&
                   store_->postpone(third.record.id, third.fence, export_store_check::at(1700), 250).has_value(),
               "checkpoint and postpone succeed");
        expect(claim(1700, 1760).attempt == 2, "a checkpoint with more rows makes its claim attempt 1");
    }

    void releases() {
        const auto first = create_and_claim(1);
        create(2);
        expect(store_->release(first.record.id, first.fence).has_value(), "release succeeds");
        expect(found(1).state == ExportState::queued, "a released export is queued");
        const auto second = claim(1001, 1061);
        expect(second.record.id.value == 1, "a released export is due at once, at its old place");
        expect(second.attempt == 1, "release does not count the attempt");
    }

    void retries() {
        using export_store_check::at;
        using export_store_check::failed_with;
        create(1);
        const ExportId id{1};
        expect(failed_with(store_->retry(ExportId{9}, at(0)), Errc::not_found),
               "retry says not_found for an unknown id");
        expect(failed_with(store_->retry(id, at(0)), Errc::not_live), "retry says not_live for a queued export");
        auto claimed = claim(1000, 1060);
        expect(failed_with(store_->retry(id, at(0)), Errc::not_live), "retry says not_live for a running export");
        const auto checkpoint = export_store_check::checkpoint(3, 40);
        expect(store_->checkpoint(id, claimed.fence, checkpoint).has_value(), "checkpoint succeeds");
        expect(store_->postpone(id, claimed.fence, at(1001), 5).has_value(), "postpone succeeds");
        claimed = claim(1001, 1061);
        expect(fail(claimed).has_value(), "fail succeeds");

        const auto twin = store_->create_or_get(export_store_check::record(2), "key 1");
        expect(twin.has_value() && twin->is_new, "a failed export does not stand in the way of an equal one");
        expect(failed_with(store_->retry(id, at(1500)), Errc::already_exists),
               "retry says already_exists while an equal export is live");
        expect(store_->remove(ExportId{2}).has_value(), "remove succeeds");

        const auto retried = store_->retry(id, at(1500));
        expect(retried.has_value() && retried->state == ExportState::queued && !retried->error &&
                   !retried->date_finished && retried->rows == 3,
               "retry queues the export without its error, with its progress");
        expect(retried.has_value() && export_store_check::equal(*retried, found(1)), "retry returns the stored record");
        expect(!take(9000, 9001), "retry drops the message of the failure");
        const auto met = store_->create_or_get(export_store_check::record(3), "key 1");
        expect(met.has_value() && !met->is_new, "a retried export is live");
        expect(nothing_to_claim(1499), "a retried export is due at the time of the retry");
        claimed = claim(1500, 1560);
        expect(claimed.attempt == 1 && claimed.batch_rows == 0, "attempts count from 1 after retry");
        expect(claimed.checkpoint == checkpoint, "retry continues after the checkpoint");

        expect(fail(claimed, 1510).has_value(), "an export can fail again");
        const auto entry = take(9000, 9001);
        expect(entry && entry->outcome == Outcome::failure && entry->attempts == 1 &&
                   entry->record.date_finished == at(1510),
               "the second failure has a message of its own");
        expect(!take(9000, 9001), "the second failure has one message");

        expect(store_->retry(id, at(1600)).has_value(), "an export can be retried again");
        if (entry) expect(store_->mark_sent(entry->id).has_value(), "mark_sent ignores a message that was dropped");
        expect(finish(claim(1600, 1660)).has_value(), "a retried export can finish");
        expect(failed_with(store_->retry(id, at(1700)), Errc::not_live), "retry says not_live for a finished export");
        const auto success = take(9000, 9001);
        expect(success && success->outcome == Outcome::success && !success->record.error,
               "a retried export that finished has a success message");
    }

    void removes() {
        using export_store_check::failed_with;
        expect(failed_with(store_->remove(ExportId{1}), Errc::not_found), "remove says not_found for an unknown id");
        expect(finish(create_and_claim(1)).has_value(), "finish succeeds");
        create(2);
        expect(store_->remove(ExportId{1}).has_value() && store_->remove(ExportId{2}).has_value(), "remove succeeds");
        expect(failed_with(store_->find(ExportId{1}), Errc::not_found), "a removed export is not found");
        expect(failed_with(store_->remove(ExportId{1}), Errc::not_found), "an export is removed once");
        expect(failed_with(store_->manifest(ExportId{1}), Errc::not_found), "the manifest goes with the export");
        expect(!take(9000, 9001), "the messages go with the export");
        expect(nothing_to_claim(100000), "a removed export is not handed out");
        const ListQuery all{.organization = OrganizationId{1}, .user = {}, .from = {}};
        const auto count = store_->count(all);
        expect(count.has_value() && *count == 0 && export_store_check::ids_of(store_->list(all)).empty(),
               "a removed export is in no list");
        create(2);
    }

    void expires() {
        using export_store_check::at;
        for (const std::int64_t id : {1, 2, 3}) {
            const auto claimed = create_and_claim(id);
            expect(finish(claimed, 2000, 3000 - static_cast<int>(id)).has_value(), "finish succeeds");
        }
        create(4);
        const auto due = [&](int now, std::size_t count) {
            std::vector<std::int64_t> values;
            const auto ids = store_->due_for_expiry(at(now), count);
            if (!ids) return std::vector<std::int64_t>{-1};
            for (const auto id : *ids) {
                values.push_back(id.value);
            }
            return values;
        };
        expect(due(2997, 10).empty(), "nothing is due for expiry at the instant of expiry");
        expect(due(2998, 10) == std::vector<std::int64_t>{3}, "an export is due for expiry after date_expired");
        expect(due(4000, 10) == std::vector<std::int64_t>{3, 2, 1}, "the longest expired comes first");
        expect(due(4000, 2) == std::vector<std::int64_t>{3, 2}, "due_for_expiry keeps to its count");
        expect(store_->mark_file_removed(ExportId{3}).has_value(), "mark_file_removed succeeds");
        expect(!found(3).file && found(3).state == ExportState::finished, "mark_file_removed leaves the record");
        expect(due(4000, 10) == std::vector<std::int64_t>{2, 1}, "an export whose file is gone is not due for expiry");
        expect(store_->mark_file_removed(ExportId{3}).has_value(), "mark_file_removed may be repeated");
        expect(export_store_check::failed_with(store_->mark_file_removed(ExportId{9}), Errc::not_found),
               "mark_file_removed says not_found for an unknown id");
        std::set<std::int64_t> announced;
        while (const auto entry = take(4000, 9000)) {
            announced.insert(entry->record.id.value);
        }
        expect(announced == std::set<std::int64_t>{1, 2}, "a file that is gone is not announced");
    }

    void keeps_an_outbox() {
        expect(!take(9000, 9001), "the outbox is empty at first");
        expect(finish(create_and_claim(1), 2001).has_value(), "finish succeeds");
        expect(fail(create_and_claim(2), 2000).has_value(), "fail succeeds");
        const auto first = take(2001, 2050);
        expect(first && first->record.id.value == 2, "the longest waiting message comes first");
        const auto second = take(2001, 2060);
        expect(second && second->record.id.value == 1, "the next message follows");
        if (!first || !second) return;
        expect(first->id != second->id, "messages have ids of their own");
        expect(!take(2049, 2100), "a message is not handed out again before taken_until");
        const auto again = take(2050, 2100);
        expect(again && again->id == first->id && again->attempts == 2,
               "a message that was not marked is handed out again, and its attempts are counted");
        expect(store_->mark_sent(first->id).has_value(), "mark_sent succeeds");
        const auto last = take(9000, 9001);
        expect(last && last->id == second->id && !take(9000, 9001), "a message that was sent is not handed out again");
        expect(store_->mark_sent(first->id).has_value() && store_->mark_sent(123456).has_value(),
               "mark_sent ignores what it does not know");
    }
};

/// Checks a store against every clause of `ports/export_store.hpp`.
/// @param make makes a store that is empty and stays apart from the others it made.
[[nodiscard]] inline Report check_export_store(const std::function<std::unique_ptr<ExportStore>()>& make) {
    Report report;
    ExportStoreCheck(make, report).run();
    ExportSharingCheck(make, report).run();
    ExportKeepingCheck(make, report).run();
    return report;
}

} // namespace testing
DATAEXPORT_NAMESPACE_END
