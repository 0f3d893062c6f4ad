#include "inventory.hpp"

#include "shard.hpp"

#include <iterator>
#include <map>
#include <set>

DATAEXPORT_NAMESPACE_BEGIN
namespace filesystem {

namespace {

/// The exports of a page, each with the fences that it has parts under; no fence stands for the published file.
using Page = std::map<ExportId, std::set<std::optional<FencingToken>>>;

/// Opens a subfolder. @return none for one that is missing and for what is no folder.
Result<std::optional<Shard>> open_shard(const posix::Descriptor& root, ExportId file) {
    auto shard = Shard::open(root, file, Shard::IfMissing::fail, false);
    if (shard) return std::optional(std::move(*shard));
    const auto code = shard.error().code;
    if (code == Errc::not_found || code == Errc::corrupt) return std::optional<Shard>();
    return shard.error();
}

Result<void> add_names(Page& page, const posix::Descriptor& root, int number, std::optional<ExportId> after,
                       std::size_t exports) {
    const auto shard = open_shard(root, ExportId{number});
    if (!shard) return shard.error();
    if (!*shard) return ok();
    const auto names = (*shard)->names();
    if (!names) return names.error();
    for (const auto& [id, kind, fence] : *names) {
        if (Shard::number_of(id) != number || (after && id <= *after)) continue;
        page[id].insert(kind == StoredName::Kind::published ? std::nullopt : std::optional(fence));
        if (page.size() > exports) page.erase(std::prev(page.end()));
    }
    return ok();
}

std::optional<std::uint64_t> size_of(const Shard& shard, ExportId id, std::optional<FencingToken> fence) {
    if (!fence) return shard.size_of(published_name(id));
    const auto part = shard.size_of(part_name({id, *fence}));
    const auto draft = shard.size_of(draft_name({id, *fence}));
    if (!part && !draft) return std::nullopt;
    return part.value_or(0) + draft.value_or(0);
}

Result<std::vector<StoredFile>> measure(const Page& page, const posix::Descriptor& root) {
    std::vector<StoredFile> files;
    for (const auto& [id, fences] : page) {
        const auto shard = open_shard(root, id);
        if (!shard) return shard.error();
        if (!*shard) continue;
        for (const auto& fence : fences) {
            if (const auto size = size_of(**shard, id, fence)) files.push_back({id, fence, *size});
        }
    }
    return files;
}

} // namespace

Result<std::vector<StoredFile>> inventory(const posix::Descriptor& root, std::optional<ExportId> after,
                                          std::size_t exports) {
    for (;;) {
        Page page;
        for (int number = 0; number < Shard::count; ++number) {
            if (auto added = add_names(page, root, number, after, exports); !added) return added.error();
        }
        auto files = measure(page, root);
        if (!files || !files->empty() || page.empty()) return files;
        after = page.rbegin()->first; // Nothing of this page was left: that is not the end.
    }
}

} // namespace filesystem
DATAEXPORT_NAMESPACE_END
