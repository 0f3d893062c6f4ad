#include "server/browser.hpp"

#include "server/login.hpp"
#include "server/page.hpp"

#include <dataexport/api/percent_encoding.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/http/httplib.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace example {

using namespace dataexport;

namespace {

/// Who is logged in by the cookie of a request.
const Account* logged_in(const Directory& directory, const httplib::Request& request) {
    const auto shown = credentials(http::to_request(request, {}));
    return shown.login == Login::browser_session ? directory.account(shown.token) : nullptr;
}

const Organization& organization_of(const Directory& directory, const Membership& membership) {
    const auto& all = directory.organizations();
    return *std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.id == membership.organization; });
}

json::object organization_json(const Organization& organization, const Membership& membership) {
    json::array projects;
    for (const auto& project : organization.projects) {
        const auto& mine = membership.projects;
        if (std::find(mine.begin(), mine.end(), project.id) == mine.end()) continue;
        projects.push_back(json::object{{"id", project.id.value}, {"slug", project.slug}});
    }
    const json::array environments(organization.environments.begin(), organization.environments.end());
    return {{"slug", organization.slug}, {"projects", std::move(projects)}, {"environments", environments}};
}

/// What the page needs to know about who looks at it.
json::object session_json(const Directory& directory, const Account& account) {
    json::array organizations;
    for (const auto& membership : account.memberships) {
        organizations.push_back(organization_json(organization_of(directory, membership), membership));
    }
    const auto& user = account.user;
    return {{"user", {{"id", std::to_string(user.id.value)}, {"username", user.username}, {"email", user.email}}},
            {"organizations", std::move(organizations)}};
}

void answer_json(httplib::Response& response, int status, const json::value& body) {
    response.status = status;
    response.set_header("Cache-Control", "no-store");
    response.set_content(to_json(body), "application/json");
}

void start_session(httplib::Response& response, const std::string& cookie) {
    response.status = 204;
    response.set_header("Set-Cookie", cookie);
    response.set_header("Cache-Control", "no-store");
}

void mount_login(httplib::Server& server, const Directory& directory, bool https) {
    server.Post("/auth/login", [&directory, https](const httplib::Request& request, httplib::Response& response) {
        const auto token = request.get_param_value("token");
        if (is_cross_site(http::to_request(request, {}))) {
            answer_json(response, 403, {{"detail", "Log in from this site's own page."}});
        } else if (directory.account(token) == nullptr || !fits_cookie(token)) {
            answer_json(response, 401, {{"detail", "Invalid token."}});
        } else {
            start_session(response, session_cookie(token, https));
        }
    });
    server.Post("/auth/logout", [https](const httplib::Request& request, httplib::Response& response) {
        if (is_cross_site(http::to_request(request, {}))) {
            answer_json(response, 403, {{"detail", "Log out from this site's own page."}});
        } else {
            start_session(response, ended_session_cookie(https));
        }
    });
    server.Get("/auth/session", [&directory](const httplib::Request& request, httplib::Response& response) {
        if (const auto* account = logged_in(directory, request)) {
            answer_json(response, 200, session_json(directory, *account));
        } else {
            answer_json(response, 401, {{"detail", "Not logged in."}});
        }
    });
}

/// The first page of whoever comes: the exports of their first organization.
void mount_home(httplib::Server& server, const Directory& directory) {
    server.Get("/", [&directory](const httplib::Request& request, httplib::Response& response) {
        const auto* account = logged_in(directory, request);
        response.set_header("Cache-Control", "no-store");
        if (account == nullptr || account->memberships.empty()) {
            response.set_redirect("/auth/login");
        } else {
            const auto& first = organization_of(directory, account->memberships.front());
            response.set_redirect("/organizations/" + percent_encode_query(first.slug) + "/data-export/");
        }
    });
}

void mount_page(httplib::Server& server, const Digest& digest) {
    const auto show = [&digest](const httplib::Request& request, httplib::Response& response) {
        const auto answer = page_answer(http::to_request(request, {}), digest);
        if (!answer) {
            response.status = 404;
            return;
        }
        response.status = answer->status;
        for (const auto& [name, value] : answer->headers) {
            if (name != "Content-Type") response.set_header(name, value);
        }
        const auto type = answer->headers.find("Content-Type");
        if (type) response.set_content(std::get<std::string>(answer->body), std::string(*type));
    };
    server.Get("/assets/.*", show);
    server.Get("/auth/login/?", show);
    server.Get("/organizations/.*", show);
}

} // namespace

void mount_browser(httplib::Server& server, const Directory& directory, const Digest& digest, bool https) {
    mount_login(server, directory, https);
    mount_home(server, directory);
    mount_page(server, digest);
}

} // namespace example
