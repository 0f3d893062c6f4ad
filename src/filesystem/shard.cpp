#include "shard.hpp"

#include <dataexport/core/parse_integer.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <dirent.h>

DATAEXPORT_NAMESPACE_BEGIN
namespace filesystem {

namespace {

constexpr std::string_view part_suffix = ".part";
constexpr std::string_view draft_suffix = ".draft";

std::string name_of(const StoredName& stored) {
    auto name = std::to_string(stored.export_id.value);
    if (stored.kind == StoredName::Kind::published) return name;
    name += '.' + std::to_string(stored.fence.value);
    name += stored.kind == StoredName::Kind::part ? part_suffix : draft_suffix;
    return name;
}

template <class Tag>
bool read_id(std::string_view text, Id<Tag>& id) {
    const auto value = parse_integer<std::int64_t>(text);
    if (value) id.value = *value;
    return value.has_value();
}

/// @return nothing for a name that `name_of` does not give.
std::optional<StoredName> read_name(std::string_view name) {
    StoredName stored;
    const auto dot = name.find('.');
    if (!read_id(name.substr(0, dot), stored.export_id)) return std::nullopt;
    if (dot != std::string_view::npos) {
        const auto suffix = name.find('.', dot + 1);
        if (!read_id(name.substr(dot + 1, suffix - dot - 1), stored.fence)) return std::nullopt;
        stored.kind = name.ends_with(part_suffix) ? StoredName::Kind::part : StoredName::Kind::draft;
    }
    if (name_of(stored) != name) return std::nullopt; // Spelled in another way, such as `007`.
    return stored;
}

std::string shard_name(ExportId file) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto low = static_cast<std::size_t>(Shard::number_of(file));
    return {digits[low >> 4], digits[low & 15]};
}

struct CloseListing {
    void operator()(DIR* listing) const noexcept { ::closedir(listing); }
};

} // namespace

std::string published_name(ExportId file) { return name_of({file, StoredName::Kind::published, {}}); }
std::string part_name(PartId part) { return name_of({part.export_id, StoredName::Kind::part, part.fence}); }
std::string draft_name(PartId part) { return name_of({part.export_id, StoredName::Kind::draft, part.fence}); }

Result<Shard> Shard::open(const posix::Descriptor& root, ExportId file, IfMissing if_missing, bool durable) {
    const auto name = shard_name(file);
    const auto open_folder = [&] {
        return posix::open_at(root.number(), name, O_RDONLY | O_DIRECTORY, "open a subfolder");
    };
    auto folder = open_folder();
    if (!folder && folder.error().code == Errc::not_found && if_missing == IfMissing::make) {
        if (::mkdirat(root.number(), name.c_str(), 0700) != 0 && errno != EEXIST) {
            return posix::last_error("make a subfolder");
        }
        if (durable) {
            if (auto synced = posix::sync(root); !synced) return synced.error();
        }
        folder = open_folder();
    }
    if (!folder) return folder.error();
    return Shard(std::move(*folder), durable);
}

Result<posix::Descriptor> Shard::open_file(const std::string& name, int flags) const {
    auto file = posix::open_at(folder_.number(), name, flags, "open a file");
    if (!file) return file.error();
    const auto status = posix::status_of(*file);
    if (!status) return status.error();
    if (!S_ISREG(status->st_mode)) return Error{Errc::corrupt, "something else is in the place of a file"};
    return file;
}

bool Shard::names(const std::string& name, const posix::Descriptor& file) const {
    return posix::names(folder_.number(), name, file);
}

Result<std::vector<StoredName>> Shard::names() const {
    auto folder = posix::open_at(folder_.number(), ".", O_RDONLY | O_DIRECTORY, "list a subfolder");
    if (!folder) return folder.error();
    const std::unique_ptr<DIR, CloseListing> listing(::fdopendir(folder->number()));
    if (!listing) return posix::last_error("list a subfolder");
    static_cast<void>(folder->release());

    std::vector<StoredName> found;
    errno = 0;
    while (const auto* entry = ::readdir(listing.get())) {
        if (const auto name = read_name(entry->d_name)) found.push_back(*name);
    }
    if (errno != 0) return posix::last_error("list a subfolder");
    return found;
}

Result<Leftovers> Shard::leftovers(ExportId file) const {
    const auto all = names();
    if (!all) return all.error();
    Leftovers found;
    for (const auto& [export_id, kind, fence] : *all) {
        if (export_id != file) continue;
        if (kind == StoredName::Kind::part) found.parts.push_back({file, fence});
        if (kind == StoredName::Kind::draft) found.drafts.push_back({file, fence});
    }
    std::sort(found.parts.rbegin(), found.parts.rend());
    return found;
}

std::optional<std::uint64_t> Shard::size_of(const std::string& name) const {
    struct stat status {};
    if (::fstatat(folder_.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
    if (!S_ISREG(status.st_mode)) return std::nullopt;
    return static_cast<std::uint64_t>(status.st_size);
}

Result<void> Shard::rename(const std::string& from, const std::string& to) const {
    if (::renameat(folder_.number(), from.c_str(), folder_.number(), to.c_str()) != 0) {
        return posix::last_error("rename a file");
    }
    return ok();
}

Result<void> Shard::unlink(const std::string& name) const {
    if (::unlinkat(folder_.number(), name.c_str(), 0) != 0 && errno != ENOENT) {
        return posix::last_error("remove a file");
    }
    return ok();
}

Result<void> Shard::sync(const posix::Descriptor& file) const { return durable_ ? posix::sync(file) : ok(); }

} // namespace filesystem
DATAEXPORT_NAMESPACE_END
