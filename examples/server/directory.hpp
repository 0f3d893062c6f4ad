/// @file
/// Who exists: the organizations, projects and users that the example server knows, read from one JSON file.
#pragma once

#include <dataexport/access/access_context.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/ids.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace example {

/// What a user may do in one organization.
struct Membership {
    dataexport::OrganizationId organization;
    std::set<std::string, std::less<>> scopes;
    std::vector<dataexport::ProjectId> projects;
};

/// A user and the secret that proves to be this user.
struct Account {
    dataexport::User user;
    std::string token;
    std::vector<Membership> memberships;
};

/// The directory file, checked: ids, slugs and tokens are unique, and memberships name what exists.
class Directory {
public:
    /// Reads a directory file. @return `Errc::invalid_input` that names the file and the member that is wrong.
    [[nodiscard]] static dataexport::Result<Directory> read(const std::string& path);
    /// Reads the text of a directory file. @param name what errors call it
    [[nodiscard]] static dataexport::Result<Directory> parse(std::string_view text, const std::string& name);

    [[nodiscard]] const std::vector<dataexport::Organization>& organizations() const noexcept { return organizations_; }

    /// The rights of whoever shows `token` (empty: nobody) in an organization named by slug or number. An organization
    /// that the caller is no member of looks as if it did not exist.
    [[nodiscard]] dataexport::AccessContext context(std::string_view token, std::string_view organization,
                                                    dataexport::Login login) const;
    /// What a user may do in an organization named by slug or number, whether or not they are logged in.
    [[nodiscard]] dataexport::AccessContext access(dataexport::UserId user, std::string_view organization) const;
    /// Whether some account has this token. The time it takes does not depend on how much of a token is right.
    [[nodiscard]] const Account* account(std::string_view token) const noexcept;

private:
    [[nodiscard]] const dataexport::Organization* organization(std::string_view id_or_slug) const noexcept;
    [[nodiscard]] dataexport::AccessContext rights(const Account* account, std::string_view organization) const;

    std::vector<dataexport::Organization> organizations_;
    std::vector<Account> accounts_;
};

} // namespace example
