#include "micro.hpp"

#include "filesystem/temporary_folder.hpp"
#include "old_store.hpp"

#include <dataexport/memory/memory_export_store.hpp>
#include <dataexport/sqlite/export_store.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace bench {

namespace {

using namespace dataexport;
using namespace std::chrono_literals;

const std::string manifest(400, 'm');

/// A filled store, and what is asked of it; every member says whether it did what it is there for.
class Subject {
public:
    /// @param first_new the number of the first record that it creates; different for those that share a file
    Subject(std::shared_ptr<ExportStore> store, std::uint64_t records, std::uint64_t first_new)
        : store_(std::move(store)), records_(records), created_(first_new) {}

    bool claim() {
        auto taken = store_->claim(present(), present() + 1h);
        if (!taken || !*taken) return false;
        claim_ = std::move(**taken);
        return true;
    }
    bool release() { return store_->release(claim_.record.id, claim_.fence).has_value(); }
    bool check_claim() { return store_->check_claim(claim_.record.id, claim_.fence).has_value(); }
    bool checkpoint() {
        ++rows_;
        const Checkpoint point{.cursor = "[1590000000123456,1234567]",
                               .rows = rows_,
                               .bytes = rows_ * 230,
                               .digest_state = std::string(110, 'd'),
                               .warnings = {}};
        return store_->checkpoint(claim_.record.id, claim_.fence, point).has_value();
    }
    bool finish() {
        const ExportedFile file{"Discover_2026-May-19_27.csv", 23'000, std::string(64, 'a')};
        const TimePoint expired = present() + 24h * 28;
        return store_->finish(claim_.record.id, claim_.fence, file, {}, manifest, present(), expired).has_value();
    }
    /// Puts a new record in the place of the one that was claimed.
    bool replace_claimed() { return store_->remove(claim_.record.id).has_value() && create(); }
    bool claim_another() { return replace_claimed() && claim(); }
    bool claim_and_finish() { return claim() && finish(); }

    bool take_message() {
        const auto taken = store_->take_outbox(present(), present() + 1h);
        if (!taken || !*taken) return false;
        message_ = (*taken)->id;
        return true;
    }
    bool postpone_message() { return store_->postpone_message(message_, present()).has_value(); }

    bool create() { return create_under({}); }
    bool create_under(const Quota& quota) {
        ++created_;
        ExportedData record = old_record(created_);
        record.date_added = present();
        const auto created = store_->create_or_get(record, old_request_key(created_), {}, quota);
        return created && created->is_new;
    }
    bool create_within_quota() {
        return create_under({.live_of_user = 1'000'000,
                             .live_of_organization = 1'000'000,
                             .bytes_of_organization = std::uint64_t{1} << 60});
    }
    bool remove_created() { return store_->remove(old_record(created_).id).has_value(); }
    /// Asks for what waits already.
    bool meet() {
        const auto met = store_->create_or_get(old_record(created_), old_request_key(created_));
        return met && !met->is_new;
    }

    bool find() { return store_->find(claim_.record.id).has_value(); }
    bool list_first() { return list(std::nullopt); }
    /// Half of the records are older.
    bool list_middle() {
        return list(ListQuery::Key{present() - static_cast<std::int64_t>(records_) * 86'400ms / 2, ExportId{}});
    }
    bool count() {
        const auto count = store_->count({.organization = busy_organization, .user = busy_user, .from = {}});
        return count && *count >= page();
    }
    bool usage() { return store_->usage(busy_organization).has_value(); }
    bool scan() {
        const auto found = store_->scan({.after = ExportId{std::int64_t{1} << 52}, .count = page()});
        return found && found->size() == page();
    }
    bool due_for_expiry() {
        const auto ids = store_->due_for_expiry(present() + 24h * 365, page());
        return ids && ids->size() == page();
    }
    bool ended_before() {
        const auto ids = store_->ended_before(present() + 24h * 365, page());
        return ids && ids->size() == page();
    }

    [[nodiscard]] std::uint64_t records() const { return records_; }

private:
    [[nodiscard]] std::size_t page() const { return std::min<std::size_t>(records_ / 20, 50); }
    bool list(std::optional<ListQuery::Key> from) {
        const auto found =
            store_->list({.organization = busy_organization, .user = busy_user, .from = from, .count = page()});
        return found && found->size() == page();
    }

    std::shared_ptr<ExportStore> store_;
    std::uint64_t records_;
    Claim claim_{};
    std::uint64_t rows_ = 1'000'000; ///< Of the newest checkpoint.
    std::int64_t message_ = 0;
    std::uint64_t created_; ///< The number of the newest.
};

using Step = bool (Subject::*)();

/// A call of a store: `work` is measured, the others make it possible.
struct Call {
    const char* name;
    Step work;
    Step restore = nullptr; ///< After each call.
    Step prepare = nullptr; ///< Before the first.
    Step tidy = nullptr;    ///< After the last.
};

constexpr Call calls[] = {
    {"claim", &Subject::claim, &Subject::release},
    {"check_claim", &Subject::check_claim, nullptr, &Subject::claim, &Subject::release},
    {"checkpoint", &Subject::checkpoint, nullptr, &Subject::claim, &Subject::release},
    {"finish", &Subject::finish, &Subject::claim_another, &Subject::claim, &Subject::release},
    {"take_outbox", &Subject::take_message, &Subject::postpone_message, &Subject::claim_and_finish,
     &Subject::replace_claimed},
    {"create", &Subject::create, &Subject::remove_created},
    {"create_within_quota", &Subject::create_within_quota, &Subject::remove_created},
    {"create_equal", &Subject::meet, nullptr, &Subject::create, &Subject::remove_created},
    {"find", &Subject::find, nullptr, &Subject::claim, &Subject::release},
    {"list_first", &Subject::list_first},
    {"list_middle", &Subject::list_middle},
    {"count", &Subject::count},
    {"usage", &Subject::usage},
    {"scan", &Subject::scan},
    {"due_for_expiry", &Subject::due_for_expiry},
    {"ended_before", &Subject::ended_before},
};

void run(const Call& call, Subject& subject, benchmark::State& state) {
    const auto done = [&](Step step) { return step == nullptr || (subject.*step)(); };
    bool good = done(call.prepare);
    for ([[maybe_unused]] auto _ : state) {
        good = good && done(call.work);
        if (call.restore != nullptr) {
            state.PauseTiming();
            good = good && done(call.restore);
            state.ResumeTiming();
        }
    }
    if (!good || !done(call.tidy)) state.SkipWithError("it did something else");
}

void add_calls(Medians& medians, const std::string& store_name, const std::shared_ptr<Subject>& subject) {
    for (const auto& call : calls) {
        medians.add(store_name + '_' + call.name + '_' + std::to_string(subject->records()),
                    [subject, &call](benchmark::State& state) { run(call, *subject, state); });
    }
}

/// A store in a folder that is removed with it.
std::shared_ptr<ExportStore> open(const std::shared_ptr<TemporaryFolder>& folder, bool waits_for_the_disk) {
    const auto path = (folder->path() / "exports.db").string();
    auto store = open_sqlite_export_store({.path = path, .synchronous_full = waits_for_the_disk}).value();
    return {store.release(), [folder](ExportStore* owned) { delete owned; }};
}

} // namespace

void add_store_pieces(Medians& medians, const std::vector<std::uint64_t>& sizes) {
    for (const auto records : sizes) {
        const auto in_memory = std::make_shared<MemoryExportStore>();
        fill(*in_memory, records);
        add_calls(medians, "memory", std::make_shared<Subject>(in_memory, records, 1'000'000'000));

        const auto folder = std::make_shared<TemporaryFolder>();
        fill_sqlite_file((folder->path() / "exports.db").string(), records);
        add_calls(medians, "sqlite", std::make_shared<Subject>(open(folder, false), records, 1'000'000'000));
        add_calls(medians, "durable", std::make_shared<Subject>(open(folder, true), records, 2'000'000'000));
    }
}

const std::vector<std::string>& measured_stores() {
    static const std::vector<std::string> names{"memory", "sqlite", "durable"};
    return names;
}

std::vector<std::string> measured_calls() {
    std::vector<std::string> names;
    for (const auto& call : calls) {
        names.emplace_back(call.name);
    }
    return names;
}

} // namespace bench
