#include "server/directory.hpp"

#include <dataexport/core/json.hpp>
#include <dataexport/ports/digest.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

namespace example {

namespace json = boost::json;
using dataexport::AccessContext;
using dataexport::Errc;
using dataexport::Error;
using dataexport::Organization;
using dataexport::Project;
using dataexport::ProjectId;
using dataexport::Result;

namespace {

/// Walks through the file and remembers the first thing that is wrong, with the way to it.
class Reader {
public:
    explicit Reader(std::string name) : name_(std::move(name)) {}

    [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

    void wrong(const std::string& where, const std::string& what) {
        if (!error_) error_ = Error{Errc::invalid_input, name_ + ": " + where + ": " + what};
    }

    const json::object* object(const json::value& value, const std::string& where,
                               std::initializer_list<std::string_view> keys) {
        const auto* object = value.if_object();
        if (object == nullptr) {
            wrong(where, "an object is needed");
            return nullptr;
        }
        for (const auto& member : *object) {
            if (std::find(keys.begin(), keys.end(), member.key()) == keys.end()) {
                wrong(where, "unknown key \"" + std::string(member.key()) + "\"");
            }
        }
        return object;
    }

    const json::array& array(const json::object& object, std::string_view key, const std::string& where) {
        static const json::array none;
        const auto* value = object.if_contains(key);
        if (value == nullptr) return none;
        if (const auto* array = value->if_array()) return *array;
        wrong(where + "." + std::string(key), "a list is needed");
        return none;
    }

    std::string text(const json::object& object, std::string_view key, const std::string& where) {
        const auto* value = object.if_contains(key);
        if (value != nullptr && value->is_string() && !value->get_string().empty())
            return std::string(value->get_string());
        wrong(where + "." + std::string(key), "a text is needed");
        return {};
    }

    std::int64_t id(const json::object& object, std::string_view key, const std::string& where) {
        const auto* value = object.if_contains(key);
        if (value != nullptr && value->is_int64() && value->get_int64() > 0) return value->get_int64();
        wrong(where + "." + std::string(key), "a positive whole number is needed");
        return 0;
    }

    std::vector<std::string> texts(const json::object& object, std::string_view key, const std::string& where) {
        std::vector<std::string> result;
        for (const auto& value : array(object, key, where)) {
            if (value.is_string()) {
                result.emplace_back(value.get_string());
            } else {
                wrong(where + "." + std::string(key), "a list of texts is needed");
            }
        }
        return result;
    }

private:
    std::string name_;
    std::optional<Error> error_;
};

std::string element(const std::string& list, std::size_t index) { return list + "[" + std::to_string(index) + "]"; }

Organization read_organization(Reader& reader, const json::value& value, const std::string& where) {
    Organization result;
    const auto* object = reader.object(value, where, {"id", "slug", "features", "projects", "environments"});
    if (object == nullptr) return result;
    result.id.value = reader.id(*object, "id", where);
    result.slug = reader.text(*object, "slug", where);
    if (result.slug.find_first_not_of("0123456789") == std::string::npos && !result.slug.empty()) {
        reader.wrong(where + ".slug", "a slug cannot be a number, which would be the id of another organization");
    }
    for (auto& feature : reader.texts(*object, "features", where)) {
        result.features.insert(std::move(feature));
    }
    std::size_t index = 0;
    for (const auto& project : reader.array(*object, "projects", where)) {
        const auto here = element(where + ".projects", index++);
        if (const auto* members = reader.object(project, here, {"id", "slug"})) {
            result.projects.push_back(
                Project{ProjectId{reader.id(*members, "id", here)}, reader.text(*members, "slug", here)});
        }
    }
    index = 0;
    for (const auto& environment : reader.array(*object, "environments", where)) {
        const auto here = element(where + ".environments", index++);
        if (const auto* members = reader.object(environment, here, {"id", "name"})) {
            reader.id(*members, "id", here);
            result.environments.push_back(reader.text(*members, "name", here));
        }
    }
    return result;
}

Membership read_membership(Reader& reader, const json::value& value, const std::string& where,
                           const std::vector<Organization>& organizations) {
    Membership result;
    const auto* object = reader.object(value, where, {"organization", "scopes", "projects"});
    if (object == nullptr) return result;
    const auto slug = reader.text(*object, "organization", where);
    const auto found = std::find_if(organizations.begin(), organizations.end(),
                                    [&](const Organization& organization) { return organization.slug == slug; });
    if (found == organizations.end()) {
        reader.wrong(where + ".organization", "there is no organization \"" + slug + "\"");
        return result;
    }
    result.organization = found->id;
    for (auto& scope : reader.texts(*object, "scopes", where)) {
        result.scopes.insert(std::move(scope));
    }
    for (const auto& id : reader.array(*object, "projects", where)) {
        const auto known = std::find_if(found->projects.begin(), found->projects.end(), [&](const Project& project) {
            return id.is_int64() && project.id.value == id.get_int64();
        });
        if (known == found->projects.end()) {
            reader.wrong(where + ".projects", "a list of ids of projects of \"" + slug + "\" is needed");
        } else {
            result.projects.push_back(known->id);
        }
    }
    return result;
}

/// Whether `key(item)` differs for all items.
template <class Items, class Key>
bool unique(const Items& items, Key key) {
    std::set<decltype(key(*items.begin()))> seen;
    return std::all_of(items.begin(), items.end(), [&](const auto& item) { return seen.insert(key(item)).second; });
}

Account read_account(Reader& reader, const json::value& value, const std::string& where,
                     const std::vector<Organization>& organizations) {
    Account result;
    const auto* object = reader.object(value, where, {"id", "username", "email", "token", "memberships"});
    if (object == nullptr) return result;
    result.user.id.value = reader.id(*object, "id", where);
    result.user.username = reader.text(*object, "username", where);
    if (object->contains("email")) result.user.email = reader.text(*object, "email", where);
    result.token = reader.text(*object, "token", where);
    std::size_t index = 0;
    for (const auto& membership : reader.array(*object, "memberships", where)) {
        result.memberships.push_back(
            read_membership(reader, membership, element(where + ".memberships", index++), organizations));
    }
    if (!unique(result.memberships, [](const Membership& membership) { return membership.organization; })) {
        reader.wrong(where + ".memberships", "two of them are of one organization");
    }
    return result;
}

void check_unique(Reader& reader, const std::vector<Organization>& organizations,
                  const std::vector<Account>& accounts) {
    std::vector<Project> projects;
    for (const auto& organization : organizations) {
        projects.insert(projects.end(), organization.projects.begin(), organization.projects.end());
        if (!unique(organization.projects, [](const Project& project) { return project.slug; })) {
            reader.wrong("organizations", "two projects of \"" + organization.slug + "\" have one slug");
        }
    }
    if (!unique(organizations, [](const auto& item) { return item.id; }) ||
        !unique(organizations, [](const auto& item) { return item.slug; })) {
        reader.wrong("organizations", "two of them have one id or slug");
    }
    if (!unique(projects, [](const auto& item) { return item.id; }))
        reader.wrong("organizations", "two projects have one id");
    if (!unique(accounts, [](const auto& item) { return item.user.id; }) ||
        !unique(accounts, [](const auto& item) { return item.token; })) {
        reader.wrong("users", "two of them have one id or token");
    }
}

} // namespace

Result<Directory> Directory::read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return Error{Errc::invalid_input, path + ": the directory file cannot be opened"};
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return parse(text, path);
}

Result<Directory> Directory::parse(std::string_view text, const std::string& name) {
    const auto parsed = dataexport::parse_json(text);
    if (!parsed) return Error{Errc::invalid_input, name + ": " + parsed.error().detail};
    Reader reader(name);
    Directory result;
    if (const auto* top = reader.object(*parsed, "the file", {"organizations", "users"})) {
        std::size_t index = 0;
        for (const auto& organization : reader.array(*top, "organizations", "the file")) {
            result.organizations_.push_back(read_organization(reader, organization, element("organizations", index++)));
        }
        index = 0;
        for (const auto& user : reader.array(*top, "users", "the file")) {
            result.accounts_.push_back(read_account(reader, user, element("users", index++), result.organizations_));
        }
    }
    if (!reader.error()) check_unique(reader, result.organizations_, result.accounts_);
    if (reader.error()) return *reader.error();
    return result;
}

AccessContext Directory::context(std::string_view token, std::string_view id_or_slug, dataexport::Login login) const {
    auto result = rights(account(token), id_or_slug);
    result.login = login;
    return result;
}

AccessContext Directory::access(dataexport::UserId user, std::string_view id_or_slug) const {
    const auto found = std::find_if(accounts_.begin(), accounts_.end(),
                                    [&](const Account& account) { return account.user.id == user; });
    return rights(found == accounts_.end() ? nullptr : &*found, id_or_slug);
}

AccessContext Directory::rights(const Account* caller, std::string_view id_or_slug) const {
    AccessContext result;
    if (caller == nullptr) return result;
    result.user = caller->user;
    const Organization* wanted = organization(id_or_slug);
    if (wanted == nullptr) return result;
    for (const auto& membership : caller->memberships) {
        if (membership.organization != wanted->id) continue;
        result.organization = *wanted;
        result.scopes = membership.scopes;
        result.accessible = membership.projects;
        result.member_of = membership.projects;
    }
    return result;
}

const Account* Directory::account(std::string_view token) const noexcept {
    const Account* found = nullptr;
    for (const auto& account : accounts_) {
        if (dataexport::equal_in_constant_time(account.token, token)) found = &account;
    }
    return found;
}

const Organization* Directory::organization(std::string_view id_or_slug) const noexcept {
    const auto found =
        std::find_if(organizations_.begin(), organizations_.end(), [&](const Organization& organization) {
            return organization.slug == id_or_slug || std::to_string(organization.id.value) == id_or_slug;
        });
    return found == organizations_.end() ? nullptr : &*found;
}

} // namespace example
