/// @file
/// One subfolder of a file store, and the names in it.
#pragma once

#include "posix/file.hpp"

#include <dataexport/ports/file_store.hpp>

#include <optional>
#include <string>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace filesystem {

/// The name of the published file.
std::string published_name(ExportId file);
/// The name of the part in the hands of one writer.
std::string part_name(PartId part);
/// The name of a part that is still being copied from another and is not to be trusted.
std::string draft_name(PartId part);

/// What the name of a file stands for.
struct StoredName {
    enum class Kind { published, part, draft };

    ExportId export_id;
    Kind kind = Kind::published;
    FencingToken fence; ///< Of a part and of a draft.
};

/// The unfinished files of one export.
struct Leftovers {
    std::vector<PartId> parts; ///< Newest fence first.
    std::vector<PartId> drafts;
};

/// The subfolder that the files of an export lie in.
class Shard {
public:
    enum class IfMissing { fail, make };

    static constexpr int count = 256;
    /// Which of the `count` subfolders it is.
    static constexpr int number_of(ExportId file) noexcept { return static_cast<int>(file.value & (count - 1)); }

    /// @return `Errc::not_found` if it is missing and is not to be made.
    static Result<Shard> open(const posix::Descriptor& root, ExportId file, IfMissing if_missing, bool durable);

    /// Opens a regular file; anything else is `Errc::corrupt`.
    [[nodiscard]] Result<posix::Descriptor> open_file(const std::string& name, int flags) const;
    [[nodiscard]] bool names(const std::string& name, const posix::Descriptor& file) const;
    /// What lies in it, in no order; names that this store does not give are left out.
    [[nodiscard]] Result<std::vector<StoredName>> names() const;
    [[nodiscard]] Result<Leftovers> leftovers(ExportId file) const;
    /// The length of a regular file; none for anything else and for what is not there.
    [[nodiscard]] std::optional<std::uint64_t> size_of(const std::string& name) const;
    /// @return `Errc::not_found` if there is no `from`.
    [[nodiscard]] Result<void> rename(const std::string& from, const std::string& to) const;
    /// Nothing to remove is success.
    [[nodiscard]] Result<void> unlink(const std::string& name) const;
    /// Makes what was made, renamed and removed survive a crash of the machine.
    [[nodiscard]] Result<void> sync() const { return sync(folder_); }
    /// Makes the bytes of a file survive it.
    [[nodiscard]] Result<void> sync(const posix::Descriptor& file) const;

private:
    Shard(posix::Descriptor folder, bool durable) : folder_(std::move(folder)), durable_(durable) {}

    posix::Descriptor folder_;
    bool durable_;
};

} // namespace filesystem
DATAEXPORT_NAMESPACE_END
