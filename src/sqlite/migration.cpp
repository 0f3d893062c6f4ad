#include "sqlite/migration.hpp"

#include <cstddef>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

namespace {

/// @return how many of the steps the file has behind it.
Result<std::size_t> version_of(Database& database, std::size_t newest) {
    const auto version = database.integer("PRAGMA user_version");
    if (!version) return version.error();
    if (*version < 0 || static_cast<std::size_t>(*version) > newest) {
        return Error{Errc::unsupported_version, "the database was written by a newer version of this library"};
    }
    return static_cast<std::size_t>(*version);
}

} // namespace

Result<void> migrate(Database& database, std::span<const char* const> steps) {
    auto version = version_of(database, steps.size());
    while (version && *version < steps.size()) {
        auto transaction = Transaction::begin(database);
        if (!transaction) return transaction.error();
        version = version_of(database, steps.size());
        if (!version || *version == steps.size()) break;
        if (auto made = database.exec(steps[*version]); !made) return made;
        const std::string step = "PRAGMA user_version=" + std::to_string(++*version);
        if (auto marked = database.exec(step.c_str()); !marked) return marked;
        if (auto committed = transaction->commit(); !committed) return committed;
    }
    if (!version) return version.error();
    return ok();
}

} // namespace sqlite
DATAEXPORT_NAMESPACE_END
