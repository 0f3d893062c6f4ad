/// @file
/// The clauses of `ExportStore` about what organizations and their users share: quotas, turns and running limits.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/testing/export_store_fixture.hpp>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// `check_export_store` is the way to use it.
class ExportSharingCheck : ExportStoreFixture {
public:
    ExportSharingCheck(const Make& make, Report& report) : ExportStoreFixture(make, report) {}

    void run() {
        check(&ExportSharingCheck::limits_the_live_exports_of_a_user);
        check(&ExportSharingCheck::limits_the_live_exports_of_an_organization);
        check(&ExportSharingCheck::limits_the_bytes_of_an_organization);
        check(&ExportSharingCheck::keeps_the_quota_at_the_same_time);
        check(&ExportSharingCheck::takes_turns);
        check(&ExportSharingCheck::remembers_turns);
        check(&ExportSharingCheck::gives_the_turn_of_a_lost_lease);
        check(&ExportSharingCheck::limits_what_runs_of_an_organization);
        check(&ExportSharingCheck::limits_what_runs_of_a_user);
        check(&ExportSharingCheck::keeps_the_running_limits_at_the_same_time);
        check(&ExportSharingCheck::counts_the_usage);
    }

private:
    friend ExportStoreFixture;

    static ExportedData record(std::int64_t id, std::int64_t organization, std::optional<std::int64_t> user = 7) {
        auto record = export_store_check::record(id);
        record.organization = OrganizationId{organization};
        record.user.reset();
        if (user) record.user = User{UserId{*user}, "jane@example.com", "jane"};
        return record;
    }

    Result<Created> create_under(const Quota& quota, const ExportedData& record) {
        return store_->create_or_get(record, "key " + std::to_string(record.id.value), {}, quota);
    }

    void expect_admitted(const Quota& quota, const ExportedData& record, const char* clause) {
        const auto created = create_under(quota, record);
        expect(created.has_value() && created->is_new, clause);
    }

    /// @return the text that says why.
    std::string expect_refused(const Quota& quota, const ExportedData& record, Errc code, const char* clause) {
        const auto created = create_under(quota, record);
        expect(export_store_check::failed_with(created, code), clause);
        expect(export_store_check::failed_with(store_->find(record.id), Errc::not_found),
               "what the quota refuses is not stored");
        return created ? std::string() : created.error().detail;
    }

    std::int64_t claimed(int now, const RunningLimits& limits = {}) {
        const auto next = store_->claim(export_store_check::at(now), export_store_check::at(now + 60), limits);
        if (!expect(next.has_value(), "claim succeeds")) return -1;
        return *next ? (*next)->record.id.value : 0;
    }

    /// The ids of the next claims until there is nothing more; a 0 is at the end.
    std::vector<std::int64_t> claimed_until_none(int now, const RunningLimits& limits = {}) {
        std::vector<std::int64_t> ids;
        do {
            ids.push_back(claimed(now, limits));
        } while (ids.back() > 0);
        return ids;
    }

    void limits_the_live_exports_of_a_user() {
        using export_store_check::failed_with;
        const Quota quota{.live_of_user = 2};
        expect_refused({.live_of_user = 0}, record(1, 1), Errc::rate_limited, "a quota of 0 lets nothing in");
        expect_admitted(quota, record(1, 1), "the first live export of a user is let in");
        expect_admitted(quota, record(2, 1), "live exports of a user are let in up to the quota");
        const auto text = expect_refused(quota, record(3, 1), Errc::rate_limited,
                                         "one live export of a user too many is rate_limited");
        const auto other_text = expect_refused({.live_of_organization = 2}, record(3, 1), Errc::rate_limited,
                                               "one live export of an organization too many is rate_limited");
        expect(!text.empty() && !other_text.empty() && text != other_text, "the text says which number is reached");
        expect_admitted(quota, record(4, 1, 8), "another user of the organization is counted apart");
        expect_admitted(quota, record(5, 2), "the user is counted apart in another organization");
        expect_admitted({.live_of_user = 0}, record(6, 1, std::nullopt), "an export of no user has no quota of a user");
        expect_admitted({}, record(7, 1), "no quota, no limit");

        const auto met = create_under({.live_of_user = 0}, record(1, 1));
        expect(met.has_value() && !met->is_new,
               "a live export that answers the request is returned in spite of quotas");
        const auto once = store_->create_or_get(record(8, 1), "key 8", "once");
        expect(once.has_value() && once->is_new && store_->remove(ExportId{7}).has_value(), "an idempotency key");
        const auto again = store_->create_or_get(record(9, 1), "key 9", "once", {.live_of_user = 0});
        expect(again.has_value() && !again->is_new, "so is the export of an idempotency key");
        expect(store_->remove(ExportId{8}).has_value(), "remove succeeds");

        const auto first = claim(1000, 1060);
        expect_refused(quota, record(3, 1), Errc::rate_limited, "a running export is live");
        expect(finish(first).has_value(), "finish succeeds");
        expect_admitted(quota, record(3, 1), "a finished export is not counted");
        expect(store_->remove(ExportId{5}).has_value() && store_->remove(ExportId{4}).has_value() &&
                   store_->remove(ExportId{6}).has_value() && fail(claim(1000, 1060)).has_value(),
               "another one fails");
        expect_admitted(quota, record(10, 1), "a failed export is not counted");
        expect_refused(quota, record(11, 1), Errc::rate_limited, "the quota is reached again");
        expect(store_->retry(ExportId{2}, export_store_check::at(3000)).has_value(), "retry is not held up by a quota");
        expect_refused({.live_of_user = 3}, record(11, 1), Errc::rate_limited, "a retried export is live");
        expect(store_->remove(ExportId{2}).has_value() && store_->remove(ExportId{3}).has_value(), "remove succeeds");
        expect_admitted(quota, record(11, 1), "a removed export is not counted");
    }

    void limits_the_live_exports_of_an_organization() {
        const Quota quota{.live_of_organization = 3};
        expect_admitted(quota, record(1, 1), "the first live export of an organization is let in");
        expect_admitted(quota, record(2, 1, 8), "live exports of all users are let in up to the quota");
        expect_admitted(quota, record(3, 1, std::nullopt), "and those of no user");
        expect_refused(quota, record(4, 1, 9), Errc::rate_limited,
                       "the live exports of all users count for the organization");
        expect_refused({.live_of_user = 10, .live_of_organization = 3}, record(4, 1), Errc::rate_limited,
                       "every number of a quota is kept");
        expect_admitted(quota, record(5, 2, 9), "another organization is counted apart");
        expect(finish(claim(1000, 1060)).has_value(), "finish succeeds");
        expect_admitted(quota, record(4, 1, 9), "a finished export of an organization is not counted");
    }

    /// Bytes are what a quota of one more lets in and this quota does not.
    void expect_bytes(std::uint64_t bytes, const char* clause) {
        const auto usage = store_->usage(OrganizationId{1});
        expect(usage.has_value() && usage->bytes == bytes, clause);
        const auto text = expect_refused({.bytes_of_organization = bytes}, record(100, 1), Errc::quota_exceeded,
                                         "an organization whose bytes reach the quota is quota_exceeded");
        expect(!text.empty(), "quota_exceeded says so");
        expect_admitted({.bytes_of_organization = bytes + 1}, record(100, 1),
                        "an organization with fewer bytes than the quota is let in");
        expect(store_->remove(ExportId{100}).has_value(), "remove succeeds");
    }

    void limits_the_bytes_of_an_organization() {
        using export_store_check::at;
        using export_store_check::checkpoint;
        expect_bytes(0, "an organization without exports has no bytes");
        create(record(1, 1));
        create(record(2, 2));
        const auto first = claim(1000, 1060);
        const auto foreign = claim(1000, 1060);
        expect(store_->checkpoint(foreign.record.id, foreign.fence, checkpoint(9, 1000)).has_value() &&
                   store_->checkpoint(first.record.id, first.fence, checkpoint(3, 40)).has_value(),
               "checkpoint succeeds");
        expect_bytes(40, "the bytes of a part that is written count");
        expect(store_->postpone(first.record.id, first.fence, at(1001), 0).has_value(), "postpone succeeds");
        expect_bytes(40, "so do those of an export that waits to be continued");
        auto current = claim(1001, 1061);
        expect(fail(current).has_value(), "fail succeeds");
        expect_bytes(40, "so do those of a failed export, which can be continued");
        expect(store_->retry(first.record.id, at(1002)).has_value(), "retry succeeds");
        current = claim(1002, 1062);
        expect(store_->checkpoint(first.record.id, current.fence, checkpoint(4, 50)).has_value() &&
                   finish(current).has_value(),
               "finish succeeds");
        expect_bytes(42, "the bytes of a kept file count");
        expect(store_->mark_file_removed(ExportId{1}).has_value(), "mark_file_removed succeeds");
        expect_bytes(0, "the bytes of a file that was removed do not count");
        expect(finish(create_and_claim(3)).has_value() && finish(create_and_claim(4)).has_value(), "finish succeeds");
        expect_bytes(84, "the bytes of all files are summed up");
        expect(store_->invalidate(ExportId{3}, {Errc::corrupt, "lost"}).has_value(), "invalidate succeeds");
        expect_bytes(42, "the bytes of a file that was lost do not count");
        expect(store_->remove(ExportId{4}).has_value(), "remove succeeds");
        expect_bytes(0, "the bytes of a removed export do not count");
    }

    void keeps_the_quota_at_the_same_time() {
        std::atomic<int> admitted = 0;
        std::atomic<int> refused = 0;
        at_the_same_time(50, [&](std::size_t i) {
            const auto id = static_cast<std::int64_t>(1 + i);
            const auto created = create_under({.live_of_user = 10, .live_of_organization = 15}, record(id, 1, id % 2));
            if (created) ++admitted;
            if (export_store_check::failed_with(created, Errc::rate_limited)) ++refused;
        });
        expect(admitted == 15 && refused == 35, "calls at the same time do not exceed the quota, nor fall short of it");
        for (const std::int64_t user : {0, 1}) {
            const auto count = store_->count({.organization = OrganizationId{1}, .user = UserId{user}, .from = {}});
            expect(count.has_value() && *count <= 10, "nor that of each user");
        }
    }

    void takes_turns() {
        for (const std::int64_t id : {11, 12, 13, 14, 15}) {
            create(record(id, 1));
        }
        create(record(31, 3));
        create(record(32, 3));
        create(record(21, 2));
        expect(claimed_until_none(1000) == std::vector<std::int64_t>{11, 21, 31, 12, 32, 13, 14, 15, 0},
               "organizations take turns, those that never had one by id, and within one the longest waiting is first");
    }

    void remembers_turns() {
        create(record(1, 1));
        create(record(2, 2));
        expect(claimed(1000) == 1 && claimed(1000) == 2, "each organization has its turn");
        create(record(3, 2));
        create(record(4, 1));
        create(record(5, 3));
        create(record(6, 3));
        expect(claimed(1000) == 5, "an organization that never had a turn comes first");
        expect(claimed(1000) == 4, "then that whose last turn is longest ago, though it had nothing to do since");
        expect(claimed(1000) == 3, "then the next, though its export waits longer");
        expect(claimed(1000) == 6, "then that which came first");
        for (const std::int64_t id : {1, 2, 3, 4, 5, 6}) {
            expect(store_->remove(ExportId{id}).has_value(), "remove succeeds");
        }
        create(record(7, 3));
        create(record(8, 2));
        create(record(9, 1));
        expect(claimed_until_none(1000) == std::vector<std::int64_t>{9, 8, 7, 0}, "turns outlive the exports");
    }

    void gives_the_turn_of_a_lost_lease() {
        for (const std::int64_t id : {1, 2, 3}) {
            create(record(id, 1));
        }
        create(record(4, 2));
        expect(claimed(1000) == 1 && claimed(1001) == 4 && claimed(1030) == 2, "three claims");
        expect(claimed(1070) == 4, "an export whose lease ended is handed out in the turn of its organization");
        expect(claimed(1070) == 3, "in a turn an export that was due comes before one whose lease ended later");
        expect(claimed(1070) == 1, "which follows");
    }

    void limits_what_runs_of_an_organization() {
        for (const std::int64_t id : {11, 12, 13}) {
            create(record(id, 1, id));
        }
        create(record(21, 2));
        const RunningLimits limits{.of_organization = 2};
        expect(claimed_until_none(1000, {.of_organization = 0}) == std::vector<std::int64_t>{0},
               "a limit of 0 hands out nothing");
        expect(claimed_until_none(1000, limits) == std::vector<std::int64_t>{11, 21, 12, 0},
               "an organization at its limit is passed over");
        expect(claimed(1000, {.of_organization = 3}) == 13, "a larger limit hands out more");
        create(record(14, 1));
        expect(claimed(1060, limits) == 0, "a lease that has not ended counts");
        expect(claimed(1061, limits) == 21, "exports whose leases ended do not run");
        expect(claimed(1061, limits) == 14 && claimed(1061, limits) == 11 && claimed(1061, limits) == 0,
               "they are handed out again up to the limit");
        expect(store_->remove(ExportId{14}).has_value(), "remove succeeds");
        expect(claimed(1061, limits) == 12, "an export that ended makes room");
    }

    void limits_what_runs_of_a_user() {
        for (const std::int64_t id : {1, 2, 3}) {
            create(record(id, 1, 7));
        }
        create(record(4, 1, 8));
        create(record(5, 1, 8));
        create(record(6, 1, std::nullopt));
        create(record(7, 1, std::nullopt));
        create(record(8, 2, 7));
        const RunningLimits limits{.of_user = 1};
        expect(claimed(1000, limits) == 1 && claimed(1000, limits) == 8,
               "a user is counted apart in each organization");
        expect(claimed(1000, limits) == 4, "another user of the organization goes before one who is at the limit");
        expect(claimed(1000, limits) == 6 && claimed(1000, limits) == 7, "exports of no user have no limit of a user");
        expect(claimed(1000, limits) == 0, "what would exceed the limit waits");
        expect(claimed(1000, {.of_user = 2, .of_organization = 4}) == 0, "both limits are kept");
        expect(claimed(1000, {.of_user = 2}) == 2, "a larger limit hands out more");
        expect(claimed(1061, limits) == 8 && claimed(1061, limits) == 3, "an export whose lease ended does not run");
        expect(claimed(1061, limits) == 5 && claimed(1061, limits) == 6 && claimed(1061, limits) == 7 &&
                   claimed(1061, limits) == 0,
               "an export whose lease ended waits too while its user is at the limit");
    }

    void keeps_the_running_limits_at_the_same_time() {
        for (std::int64_t id = 1; id <= 40; ++id) {
            create(record(id, id % 2, id % 10));
        }
        std::atomic<int> running = 0;
        std::atomic<int> errors = 0;
        at_the_same_time(8, [&](std::size_t) {
            for (;;) {
                const auto next = store_->claim(export_store_check::at(1000), export_store_check::at(1060),
                                                {.of_user = 2, .of_organization = 7});
                if (!next) ++errors;
                if (!next || !*next) return;
                ++running;
            }
        });
        expect(errors == 0 && running == 14, "claims at the same time do not exceed the limits");
    }

    void counts_the_usage() {
        const auto is = [&](std::optional<std::int64_t> organization, const Usage& wanted, const char* clause) {
            const auto id = organization ? std::optional(OrganizationId{*organization}) : std::nullopt;
            const auto usage = store_->usage(id);
            expect(usage.has_value() && *usage == wanted, clause);
        };
        is(std::nullopt, {}, "usage of an empty store is zero");
        for (const std::int64_t id : {1, 2, 3, 4}) {
            create(record(id, 1, id));
        }
        create(record(5, 2));
        expect(finish(claim(1000, 1060)).has_value() && fail(claim(1000, 1060)).has_value(), "two exports end");
        const auto running = claim(1000, 1060);
        expect(store_->checkpoint(running.record.id, running.fence, export_store_check::checkpoint(1, 8)).has_value(),
               "checkpoint succeeds");
        is(1, {.queued = 2, .running = 1, .finished = 1, .bytes = 50}, "usage counts the exports of an organization");
        is(2, {.failed = 1}, "usage counts organizations apart");
        is(3, {}, "usage of an unknown organization is zero");
        is(std::nullopt, {.queued = 2, .running = 1, .finished = 1, .failed = 1, .bytes = 50},
           "usage without an organization counts all of them");
        expect(store_->mark_file_removed(ExportId{1}).has_value(), "mark_file_removed succeeds");
        is(1, {.queued = 2, .running = 1, .finished = 1, .bytes = 8},
           "an export whose file is gone is still counted as finished");
    }
};

} // namespace testing
DATAEXPORT_NAMESPACE_END
