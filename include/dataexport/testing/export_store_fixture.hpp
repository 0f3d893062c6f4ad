/// @file
/// What the contract tests of `ExportStore` share: sample values, and the steps that lead up to a clause.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/export_store.hpp>
#include <dataexport/testing/report.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

namespace export_store_check {

inline TimePoint at(int second) {
    return TimePoint(std::chrono::sys_days(std::chrono::year(2020) / 5 / 19)) + std::chrono::seconds(second);
}

/// A record with nothing left empty, added at second `id`.
inline ExportedData record(std::int64_t id) {
    ExportedData record;
    record.id = ExportId{id};
    record.organization = OrganizationId{1};
    record.organization_slug = "acme";
    record.user = User{UserId{7}, "jane@example.com", "jane \xE2\x82\xAC"};
    record.date_added = at(static_cast<int>(id)) + std::chrono::microseconds(1);
    record.query_type = "Discover";
    record.query_info = {{"field", {"id", "title"}}, {"query", "a\"b\n"}, {"ratio", 0.1}};
    record.format = ExportFormat::jsonl;
    record.compression = Compression::zstd;
    record.dialect = {{"delimiter", ";"}};
    record.limit = 9007199254740993ULL;
    record.environment = "";
    record.projects = {ProjectId{11}, ProjectId{12}};
    record.warnings = {{"limit_capped", "The limit was capped.", 1}};
    return record;
}

inline ExportedFile file(std::uint64_t size = 42) { return {"Discover_1.csv", size, std::string(64, 'a')}; }

inline Checkpoint checkpoint(std::uint64_t rows, std::uint64_t bytes) {
    return {.cursor = std::string("[\"a\0b\",1]", 9),
            .rows = rows,
            .bytes = bytes,
            .text = bytes * 3,
            .ahead = bytes + rows,
            .digest_state = "6a09:3:616263",
            .complete = true,
            .warnings = {{"formula_guarded", "Cells were guarded.", 3}}};
}

inline bool equal(const ExportedData& a, const ExportedData& b) {
    return a.id == b.id && a.organization == b.organization && a.organization_slug == b.organization_slug &&
           a.user == b.user && a.date_added == b.date_added && a.date_finished == b.date_finished &&
           a.date_expired == b.date_expired && a.query_type == b.query_type && a.query_info == b.query_info &&
           a.format == b.format && a.compression == b.compression && a.dialect == b.dialect && a.limit == b.limit &&
           a.environment == b.environment && a.projects == b.projects && a.state == b.state && a.rows == b.rows &&
           a.bytes == b.bytes && a.warnings == b.warnings && a.file == b.file && a.error == b.error;
}

template <class T>
bool failed_with(const Result<T>& result, Errc code) {
    return !result.has_value() && result.error().code == code;
}

inline std::vector<std::int64_t> ids_of(const Result<std::vector<ExportedData>>& page) {
    std::vector<std::int64_t> ids;
    if (!page) return {-1};
    for (const auto& entry : *page) {
        ids.push_back(entry.id.value);
    }
    return ids;
}

} // namespace export_store_check

/// Groups of clauses, each looked at on a store of its own.
class ExportStoreFixture {
public:
    using Make = std::function<std::unique_ptr<ExportStore>()>;

protected:
    /// Both are borrowed and have to outlive this.
    ExportStoreFixture(const Make& make, Report& report) : make_(make), report_(report) {}

    template <class Self>
    void check(void (Self::*clauses)()) {
        store_ = make_();
        if (report_.expect(store_ != nullptr, "a store can be made")) (static_cast<Self*>(this)->*clauses)();
        store_.reset();
    }

    bool expect(bool kept, const char* clause) { return report_.expect(kept, clause); }

    // Steps that have to succeed for a clause to be looked at.

    ExportedData create(const ExportedData& record) {
        const auto created = store_->create_or_get(record, "key " + std::to_string(record.id.value));
        expect(created.has_value() && created->is_new, "create_or_get stores a record whose key is new");
        return record;
    }
    ExportedData create(std::int64_t id) { return create(export_store_check::record(id)); }
    ExportedData found(std::int64_t id) {
        const auto record = store_->find(ExportId{id});
        return expect(record.has_value(), "find gives a record that was stored") ? *record : ExportedData{};
    }
    Claim claim(int now, int lease_until) {
        const auto claimed = store_->claim(export_store_check::at(now), export_store_check::at(lease_until));
        const bool given = claimed.has_value() && claimed->has_value();
        return expect(given, "claim hands out an export that is due") ? **claimed : Claim{};
    }
    Claim create_and_claim(std::int64_t id) {
        create(id);
        return claim(1000, 1060);
    }
    bool nothing_to_claim(int now) {
        const auto claimed = store_->claim(export_store_check::at(now), export_store_check::at(now + 60));
        return claimed.has_value() && !claimed->has_value();
    }
    Result<void> finish(const Claim& claim, int now = 2000, int expired = 3000) {
        return store_->finish(claim.record.id, claim.fence, export_store_check::file(), {}, "{}",
                              export_store_check::at(now), export_store_check::at(expired));
    }
    Result<void> fail(const Claim& claim, int now = 2000) {
        return store_->fail(claim.record.id, claim.fence, {Errc::timed_out, "too slow"}, export_store_check::at(now));
    }
    std::optional<OutboxEntry> take(int now, int taken_until) {
        const auto taken = store_->take_outbox(export_store_check::at(now), export_store_check::at(taken_until));
        return expect(taken.has_value(), "take_outbox succeeds") ? *taken : std::nullopt;
    }

    /// Runs `work(i)` for each i below `count`, all at the same time.
    static void at_the_same_time(std::size_t count, const std::function<void(std::size_t)>& work) {
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < count; ++i) {
            threads.emplace_back(work, i);
        }
        for (auto& thread : threads) {
            thread.join();
        }
    }

    const Make& make_;
    std::unique_ptr<ExportStore> store_;
    Report& report_;
};

} // namespace testing
DATAEXPORT_NAMESPACE_END
