/// @file
/// Ports that call back before and after each of their calls.
#pragma once

#include <dataexport/ports/export_store.hpp>
#include <dataexport/ports/file_store.hpp>
#include <dataexport/ports/id_generator.hpp>
#include <dataexport/ports/notifier.hpp>

#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace reliability {

using namespace dataexport;

/// What happens around each call of a port.
struct Hooks {
    using Hook = std::function<std::optional<Error>(std::string_view call)>;

    Hook before{}; ///< An error keeps the call from the port.
    Hook after{};  ///< An error takes the place of the answer: the call was made, and its answer was lost.

    template <class Call>
    auto around(std::string_view name, Call call) const -> decltype(call()) {
        if (auto error = before ? before(name) : std::nullopt) return *error;
        auto answer = call();
        if (auto error = after ? after(name) : std::nullopt) return *error;
        return answer;
    }
};

class InterposedExportStore final : public ExportStore {
public:
    /// `store` is borrowed.
    InterposedExportStore(ExportStore& store, Hooks hooks) : store_(store), hooks_(std::move(hooks)) {}

    Result<Created> create_or_get(const ExportedData& record, std::string_view request_key,
                                  std::string_view idempotency_key, const Quota& quota) override {
        return hooks_.around("create_or_get",
                             [&] { return store_.create_or_get(record, request_key, idempotency_key, quota); });
    }
    Result<ExportedData> find(ExportId id) override {
        return hooks_.around("find", [&] { return store_.find(id); });
    }
    Result<std::vector<ExportedData>> list(const ListQuery& query) override {
        return hooks_.around("list", [&] { return store_.list(query); });
    }
    Result<std::uint64_t> count(const ListQuery& query) override {
        return hooks_.around("count", [&] { return store_.count(query); });
    }
    Result<std::optional<Claim>> claim(TimePoint now, TimePoint lease_until, const RunningLimits& limits) override {
        return hooks_.around("claim", [&] { return store_.claim(now, lease_until, limits); });
    }
    Result<void> check_claim(ExportId id, FencingToken fence) override {
        return hooks_.around("check_claim", [&] { return store_.check_claim(id, fence); });
    }
    Result<void> renew(ExportId id, FencingToken fence, TimePoint lease_until) override {
        return hooks_.around("renew", [&] { return store_.renew(id, fence, lease_until); });
    }
    Result<void> checkpoint(ExportId id, FencingToken fence, const Checkpoint& checkpoint) override {
        return hooks_.around("checkpoint", [&] { return store_.checkpoint(id, fence, checkpoint); });
    }
    Result<void> finish(ExportId id, FencingToken fence, const ExportedFile& file, const std::vector<Warning>& warnings,
                        std::string_view manifest, TimePoint date_finished, TimePoint date_expired) override {
        return hooks_.around(
            "finish", [&] { return store_.finish(id, fence, file, warnings, manifest, date_finished, date_expired); });
    }
    Result<void> fail(ExportId id, FencingToken fence, const Error& error, TimePoint now) override {
        return hooks_.around("fail", [&] { return store_.fail(id, fence, error, now); });
    }
    Result<void> postpone(ExportId id, FencingToken fence, TimePoint due, std::size_t batch_rows) override {
        return hooks_.around("postpone", [&] { return store_.postpone(id, fence, due, batch_rows); });
    }
    Result<void> release(ExportId id, FencingToken fence) override {
        return hooks_.around("release", [&] { return store_.release(id, fence); });
    }
    Result<ExportedData> retry(ExportId id, TimePoint now) override {
        return hooks_.around("retry", [&] { return store_.retry(id, now); });
    }
    Result<void> invalidate(ExportId id, const Error& error) override {
        return hooks_.around("invalidate", [&] { return store_.invalidate(id, error); });
    }
    Result<void> remove(ExportId id) override {
        return hooks_.around("ExportStore::remove", [&] { return store_.remove(id); });
    }
    Result<std::string> manifest(ExportId id) override {
        return hooks_.around("manifest", [&] { return store_.manifest(id); });
    }
    Result<std::vector<ExportId>> due_for_expiry(TimePoint now, std::size_t count) override {
        return hooks_.around("due_for_expiry", [&] { return store_.due_for_expiry(now, count); });
    }
    Result<void> mark_file_removed(ExportId id) override {
        return hooks_.around("mark_file_removed", [&] { return store_.mark_file_removed(id); });
    }
    Result<std::vector<ExportId>> ended_before(TimePoint before, std::size_t count) override {
        return hooks_.around("ended_before", [&] { return store_.ended_before(before, count); });
    }
    Result<std::vector<ExportedData>> scan(const ScanQuery& query) override {
        return hooks_.around("ExportStore::scan", [&] { return store_.scan(query); });
    }
    Result<Usage> usage(std::optional<OrganizationId> organization) override {
        return hooks_.around("usage", [&] { return store_.usage(organization); });
    }
    Result<std::optional<OutboxEntry>> take_outbox(TimePoint now, TimePoint taken_until) override {
        return hooks_.around("take_outbox", [&] { return store_.take_outbox(now, taken_until); });
    }
    Result<void> postpone_message(std::int64_t entry, TimePoint due) override {
        return hooks_.around("postpone_message", [&] { return store_.postpone_message(entry, due); });
    }
    Result<void> mark_sent(std::int64_t entry) override {
        return hooks_.around("mark_sent", [&] { return store_.mark_sent(entry); });
    }

private:
    ExportStore& store_;
    Hooks hooks_;
};

/// An `append` that is kept from the store leaves the first half of its bytes there, as a full disk does.
class InterposedFileStore final : public FileStore {
public:
    /// `store` is borrowed.
    InterposedFileStore(FileStore& store, Hooks hooks) : store_(store), hooks_(std::move(hooks)) {}

    Result<void> open_part(PartId part, std::uint64_t length) override {
        return hooks_.around("open_part", [&] { return store_.open_part(part, length); });
    }
    Result<void> append(PartId part, std::string_view bytes) override {
        bool reached = false;
        auto appended = hooks_.around("append", [&] {
            reached = true;
            return store_.append(part, bytes);
        });
        if (!reached) static_cast<void>(store_.append(part, bytes.substr(0, bytes.size() / 2)));
        return appended;
    }
    Result<std::uint64_t> sync(PartId part) override {
        return hooks_.around("sync", [&] { return store_.sync(part); });
    }
    Result<void> publish(PartId part, std::uint64_t length) override {
        return hooks_.around("publish", [&] { return store_.publish(part, length); });
    }
    void close_part(PartId part) noexcept override { store_.close_part(part); }
    Result<void> discard_part(PartId part) override {
        return hooks_.around("discard_part", [&] { return store_.discard_part(part); });
    }
    Result<std::uint64_t> size(ExportId file) override {
        return hooks_.around("size", [&] { return store_.size(file); });
    }
    Result<std::size_t> read(ExportId file, std::uint64_t offset, std::span<char> buffer) override {
        return hooks_.around("read", [&] { return store_.read(file, offset, buffer); });
    }
    Result<void> remove(ExportId file) override {
        return hooks_.around("FileStore::remove", [&] { return store_.remove(file); });
    }
    Result<std::vector<StoredFile>> scan(std::optional<ExportId> after, std::size_t exports) override {
        return hooks_.around("FileStore::scan", [&] { return store_.scan(after, exports); });
    }

private:
    FileStore& store_;
    Hooks hooks_;
};

class InterposedNotifier final : public Notifier {
public:
    /// `notifier` is borrowed.
    InterposedNotifier(Notifier& notifier, Hooks hooks) : notifier_(notifier), hooks_(std::move(hooks)) {}

    Result<void> success(const ExportedData& record) override {
        return hooks_.around("notify", [&] { return notifier_.success(record); });
    }
    Result<void> failure(const ExportedData& record) override {
        return hooks_.around("notify", [&] { return notifier_.failure(record); });
    }

private:
    Notifier& notifier_;
    Hooks hooks_;
};

class InterposedIds final : public IdGenerator {
public:
    /// `ids` is borrowed.
    InterposedIds(IdGenerator& ids, Hooks hooks) : ids_(ids), hooks_(std::move(hooks)) {}

    Result<ExportId> next() override {
        return hooks_.around("next", [&] { return ids_.next(); });
    }

private:
    IdGenerator& ids_;
    Hooks hooks_;
};

} // namespace reliability
