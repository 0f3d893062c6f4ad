#include <dataexport/filesystem/file_store.hpp>

#include "bulk_writer.hpp"
#include "inventory.hpp"
#include "shard.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace filesystem {

namespace {

using posix::Descriptor;

Error lease_lost() { return {Errc::lease_lost, "another worker holds the part of this export"}; }

/// Whether nobody else writes to this file; true stays true until it is closed.
Result<bool> lock(const Descriptor& file) {
    if (posix::uninterrupted([&] { return ::flock(file.number(), LOCK_EX | LOCK_NB); }) == 0) return true;
    if (errno == EWOULDBLOCK) return false;
    return posix::last_error("lock a part");
}

Result<std::uint64_t> size_of(const Descriptor& file) {
    const auto status = posix::status_of(file);
    if (!status) return status.error();
    return static_cast<std::uint64_t>(status->st_size);
}

/// A worker that took a part over removed the name of the old one.
Result<bool> is_orphan(const Descriptor& file) {
    const auto status = posix::status_of(file);
    if (!status) return status.error();
    return status->st_nlink == 0;
}

/// Copies the first `length` bytes. @return false if there are fewer.
Result<bool> copy(const Descriptor& from, const Descriptor& to, std::uint64_t length) {
    std::string buffer(static_cast<std::size_t>(std::min<std::uint64_t>(length, 1U << 20)), '\0');
    for (std::uint64_t done = 0; done < length;) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(length - done, buffer.size()));
        const auto count = posix::read_at(from, done, {buffer.data(), wanted});
        if (!count) return count.error();
        if (*count == 0) return false;
        if (auto written = posix::write_at(to, done, {buffer.data(), *count}); !written) return written.error();
        done += *count;
    }
    return true;
}

/// One attempt to get hold of a part. The files of an export may change between any two steps.
struct Attempt {
    enum class Outcome { taken, rival_interfered, too_short };

    Outcome outcome;
    Descriptor file; ///< If `taken`.
};

/// An open part. Holding it means holding the lock on its file, so whoever takes the part over works on a copy.
struct Writer {
    Writer(Descriptor part, std::uint64_t length, bool durable) : file(std::move(part)), bytes(file, length, durable) {}

    Descriptor file;
    BulkWriter bytes;
    bool broken = false; ///< A write or a sync failed: what the file holds behind the checkpoint is not known.
};

class FilesystemFileStore final : public FileStore {
public:
    FilesystemFileStore(Descriptor root, bool durable) : root_(std::move(root)), durable_(durable) {}

    Result<void> open_part(PartId part, std::uint64_t length) override {
        close_part(part);
        const auto shard = Shard::open(root_, part.export_id, Shard::IfMissing::make, durable_);
        if (!shard) return shard.error();
        // Every round that a rival disturbs is one in which the rival got on.
        auto outcome = Attempt::Outcome::rival_interfered;
        for (int round = 0; round < 16; ++round) {
            auto attempt = take(*shard, part, length);
            if (!attempt) return attempt.error();
            outcome = attempt->outcome;
            if (outcome != Attempt::Outcome::taken) continue;
            if (auto alone = retire_others(*shard, part); !alone) return alone.error();
            const std::scoped_lock guard(mutex_);
            writers_[part] = std::make_shared<Writer>(std::move(attempt->file), length, durable_);
            return ok();
        }
        if (outcome == Attempt::Outcome::rival_interfered) return Error{Errc::busy, "other workers hold the part"};
        return Error{Errc::corrupt, "the part of this export is shorter than its checkpoint says"};
    }

    Result<void> append(PartId part, std::string_view bytes) override {
        const auto writer = usable_writer(part);
        if (!writer) return writer.error();
        auto appended = (*writer)->bytes.append(bytes);
        if (!appended) (*writer)->broken = true;
        return appended;
    }

    Result<std::uint64_t> sync(PartId part) override {
        const auto writer = usable_writer(part);
        if (!writer) return writer.error();
        auto& [file, bytes, broken] = **writer;
        auto length = bytes.flush();
        if (!length) {
            broken = true;
            return length;
        }
        if (durable_ && posix::uninterrupted([&, number = file.number()] { return ::fdatasync(number); }) != 0) {
            broken = true; // After a failed sync the kernel may call pages clean that never reached the disk.
            return posix::last_error("make a part durable");
        }
        return length;
    }

    Result<void> publish(PartId part, std::uint64_t length) override {
        if (!find_writer(part)) return confirm_published(part.export_id, length);
        const auto writer = usable_writer(part);
        if (!writer) return writer.error();
        auto& [file, bytes, broken] = **writer;
        const auto written = bytes.flush();
        if (!written) {
            broken = true;
            return written.error();
        }
        const auto size = size_of(file);
        if (!size) return size.error();
        if (*size != length || *written != length) {
            return Error{Errc::corrupt, "the part of this export has another length than what is to be published"};
        }
        const auto shard = Shard::open(root_, part.export_id, Shard::IfMissing::fail, durable_);
        if (!shard) return shard.error();
        if (auto synced = shard->sync(file); !synced) {
            broken = true;
            return synced.error();
        }
        if (auto renamed = shard->rename(part_name(part), published_name(part.export_id)); !renamed) {
            return renamed.error().code == Errc::not_found ? lease_lost() : renamed.error();
        }
        close_part(part);
        return shard->sync();
    }

    void close_part(PartId part) noexcept override {
        std::shared_ptr<Writer> closed; // It may have to wait for a write, which is not for others to wait for.
        const std::scoped_lock guard(mutex_);
        const auto found = writers_.find(part);
        if (found == writers_.end()) return;
        closed = std::move(found->second);
        writers_.erase(found);
    }

    Result<void> discard_part(PartId part) override {
        close_part(part);
        return in_existing_shard(part.export_id, [&](const Shard& shard) -> Result<void> {
            if (auto gone = shard.unlink(part_name(part)); !gone) return gone;
            if (auto gone = shard.unlink(draft_name(part)); !gone) return gone;
            return shard.sync();
        });
    }

    Result<std::uint64_t> size(ExportId file) override {
        const auto opened = open_published(file);
        if (!opened) return opened.error();
        return size_of(*opened);
    }

    Result<std::size_t> read(ExportId file, std::uint64_t offset, std::span<char> buffer) override {
        const auto opened = open_published(file);
        if (!opened) return opened.error();
        return posix::read_at(*opened, offset, buffer);
    }

    Result<void> remove(ExportId file) override {
        return in_existing_shard(file, [&](const Shard& shard) -> Result<void> {
            if (auto gone = shard.unlink(published_name(file)); !gone) return gone;
            const auto leftovers = shard.leftovers(file);
            if (!leftovers) return leftovers.error();
            for (const auto& part : leftovers->parts) {
                if (auto gone = shard.unlink(part_name(part)); !gone) return gone;
            }
            for (const auto& draft : leftovers->drafts) {
                if (auto gone = shard.unlink(draft_name(draft)); !gone) return gone;
            }
            return shard.sync();
        });
    }

    Result<std::vector<StoredFile>> scan(std::optional<ExportId> after, std::size_t exports) override {
        return inventory(root_, after, exports);
    }

    std::optional<NativeFile> native(ExportId file) override {
        auto opened = open_published(file);
        if (!opened) return std::nullopt;
        const auto size = size_of(*opened);
        if (!size) return std::nullopt;
        return NativeFile{opened->release(), *size};
    }

private:
    /// Takes over the newest part that holds enough, or what is published if there is none.
    static Result<Attempt> take(const Shard& shard, PartId part, std::uint64_t length) {
        const auto leftovers = shard.leftovers(part.export_id);
        if (!leftovers) return leftovers.error();
        if (!leftovers->parts.empty() && leftovers->parts.front() > part) return lease_lost();
        if (length == 0) return take_copy(shard, part, Descriptor{}, 0);
        for (const auto& old : leftovers->parts) {
            auto file = shard.open_file(part_name(old), O_RDWR);
            if (!file && file.error().code == Errc::not_found) return Attempt{Attempt::Outcome::rival_interfered, {}};
            if (!file) return file.error();
            const auto size = size_of(*file);
            if (!size) return size.error();
            if (*size < length) continue;
            const auto locked = lock(*file);
            if (!locked) return locked.error();
            return *locked ? take_in_place(shard, old, part, std::move(*file), length)
                           : take_copy(shard, part, *file, length);
        }
        const auto published = shard.open_file(published_name(part.export_id), O_RDONLY);
        if (!published && published.error().code != Errc::not_found) return published.error();
        if (!published) return Attempt{Attempt::Outcome::too_short, {}};
        const auto size = size_of(*published);
        if (!size) return size.error();
        if (*size < length) return Attempt{Attempt::Outcome::too_short, {}};
        return take_copy(shard, part, *published, length);
    }

    /// Its last writer is gone: the file becomes ours as it is. @pre we hold the lock of `file`.
    static Result<Attempt> take_in_place(const Shard& shard, PartId old, PartId part, Descriptor file,
                                         std::uint64_t length) {
        if (!shard.names(part_name(old), file)) return Attempt{Attempt::Outcome::rival_interfered, {}};
        if (posix::uninterrupted([&] { return ::ftruncate(file.number(), static_cast<off_t>(length)); }) != 0) {
            return posix::last_error("cut a part back");
        }
        if (old != part) {
            auto renamed = shard.rename(part_name(old), part_name(part));
            if (!renamed && renamed.error().code == Errc::not_found) {
                return Attempt{Attempt::Outcome::rival_interfered, {}};
            }
            if (!renamed) return renamed.error();
        }
        return Attempt{Attempt::Outcome::taken, std::move(file)};
    }

    /// Its last writer may still write to it: the new part is a file of its own. It is complete and durable before it
    /// gets the name of a part.
    static Result<Attempt> take_copy(const Shard& shard, PartId part, const Descriptor& source, std::uint64_t length) {
        const auto draft = draft_name(part);
        if (auto gone = shard.unlink(draft); !gone) return gone.error();
        auto file = shard.open_file(draft, O_RDWR | O_CREAT | O_EXCL);
        if (!file) return file.error();
        const auto finish = [&]() -> Result<Attempt> {
            const auto locked = lock(*file);
            if (!locked) return locked.error();
            const auto whole = copy(source, *file, length);
            if (!whole) return whole.error();
            if (!*locked || !*whole) return Attempt{Attempt::Outcome::rival_interfered, {}};
            if (auto synced = shard.sync(*file); !synced) return synced.error();
            auto renamed = shard.rename(draft, part_name(part));
            if (!renamed && renamed.error().code == Errc::not_found) {
                return Attempt{Attempt::Outcome::rival_interfered, {}};
            }
            if (!renamed) return renamed.error();
            return Attempt{Attempt::Outcome::taken, std::move(*file)};
        };
        auto attempt = finish();
        if (!attempt || attempt->outcome != Attempt::Outcome::taken) static_cast<void>(shard.unlink(draft));
        return attempt;
    }

    /// Looks again, now that our part has its name: of two workers that take over at once at least one sees the other.
    static Result<void> retire_others(const Shard& shard, PartId part) {
        const auto leftovers = shard.leftovers(part.export_id);
        if (!leftovers) return leftovers.error();
        if (!leftovers->parts.empty() && leftovers->parts.front() > part) {
            static_cast<void>(shard.unlink(part_name(part)));
            return lease_lost();
        }
        for (const auto& old : leftovers->parts) {
            if (old == part) continue;
            if (auto gone = shard.unlink(part_name(old)); !gone) return gone;
        }
        for (const auto& draft : leftovers->drafts) {
            if (draft > part) continue;
            if (auto gone = shard.unlink(draft_name(draft)); !gone) return gone;
        }
        return shard.sync();
    }

    /// The part is not open: succeeds only if its export is published already.
    Result<void> confirm_published(ExportId file, std::uint64_t length) {
        const auto published = size(file);
        if (!published) return published.error().code == Errc::not_found ? lease_lost() : published.error();
        return in_existing_shard(file, [&](const Shard& shard) -> Result<void> {
            const auto leftovers = shard.leftovers(file);
            if (!leftovers) return leftovers.error();
            if (!leftovers->parts.empty()) return lease_lost();
            if (*published != length) return Error{Errc::corrupt, "a file of another length is published"};
            return shard.sync();
        });
    }

    template <class Action>
    Result<void> in_existing_shard(ExportId file, Action action) const {
        const auto shard = Shard::open(root_, file, Shard::IfMissing::fail, durable_);
        if (!shard) return shard.error().code == Errc::not_found ? ok() : Result<void>(shard.error());
        return action(*shard);
    }

    Result<Descriptor> open_published(ExportId file) const {
        const auto shard = Shard::open(root_, file, Shard::IfMissing::fail, durable_);
        if (!shard) return shard.error();
        return shard->open_file(published_name(file), O_RDONLY);
    }

    std::shared_ptr<Writer> find_writer(PartId part) {
        const std::scoped_lock guard(mutex_);
        const auto found = writers_.find(part);
        return found == writers_.end() ? nullptr : found->second;
    }

    /// The writer of a part that nobody has taken over.
    Result<std::shared_ptr<Writer>> usable_writer(PartId part) {
        auto writer = find_writer(part);
        if (!writer) return lease_lost();
        const auto orphan = is_orphan(writer->file);
        if (!orphan) return orphan.error();
        if (*orphan) return lease_lost();
        if (writer->broken) return Error{Errc::unavailable, "a write to the part failed; open it again"};
        return writer;
    }

    Descriptor root_;
    bool durable_;
    std::mutex mutex_;
    std::map<PartId, std::shared_ptr<Writer>> writers_;
};

} // namespace

} // namespace filesystem

Result<std::unique_ptr<FileStore>> open_filesystem_file_store(const FilesystemFileStoreOptions& options) {
    auto root = posix::open_private_folder(options.root);
    if (!root) return root.error();
    if (::fchmod(root->number(), 0700) != 0) {
        return Error{Errc::invalid_configuration, "the folder must belong to the user that the program runs as"};
    }
    return std::make_unique<filesystem::FilesystemFileStore>(std::move(*root), options.sync);
}

DATAEXPORT_NAMESPACE_END
