#include "server/login.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace dataexport;
using example::credentials;
using example::is_cross_site;

namespace {

Request request(std::string method, Headers headers) {
    Request result;
    result.method = std::move(method);
    result.headers = std::move(headers);
    result.headers.add("Host", "exports.example:8080");
    return result;
}

} // namespace

TEST_CASE("is_cross_site believes Sec-Fetch-Site, then compares Origin with Host") {
    struct Row {
        Headers headers;
        bool cross_site;
    };
    const Row table[] = {
        {{}, false}, // a program
        {{{"Origin", "http://exports.example:8080"}}, false},
        {{{"Origin", "https://exports.example:8080"}}, false},
        {{{"Origin", "http://exports.example"}}, true},
        {{{"Origin", "http://evil.example"}}, true},
        {{{"Origin", "http://exports.example:8080.evil.example"}}, true},
        {{{"Origin", "null"}}, true},
        {{{"Origin", ""}}, true},
        {{{"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://behind.a.proxy"}}, false},
        {{{"Sec-Fetch-Site", "none"}}, false},
        {{{"Sec-Fetch-Site", "same-site"}, {"Origin", "http://exports.example:8080"}}, true},
        {{{"Sec-Fetch-Site", "cross-site"}}, true},
    };
    for (const auto& row : table) {
        CHECK(is_cross_site(request("POST", row.headers)) == row.cross_site);
    }
}

TEST_CASE("credentials takes no cookie for a change that a page of another site asks for") {
    for (const char* method : {"POST", "DELETE", "PUT"}) {
        const Headers foreign{{"Cookie", "dataexport_session=t"}, {"Origin", "http://evil.example"}};
        CHECK(credentials(request(method, foreign)).token.empty());
        const Headers own{{"Cookie", "dataexport_session=t"}, {"Origin", "http://exports.example:8080"}};
        CHECK(credentials(request(method, own)).token == "t");
    }
    const Headers link{{"Cookie", "dataexport_session=t"}, {"Sec-Fetch-Site", "cross-site"}};
    CHECK(credentials(request("GET", link)).token == "t"); // such as a link in a mail that is read on the web
    const Headers program{{"Authorization", "Bearer t"}, {"Origin", "http://evil.example"}};
    CHECK(credentials(request("POST", program)).token == "t"); // no browser sends this header by itself
}

TEST_CASE("session_cookie cannot be read by scripts, goes to no other site, and by https alone if asked") {
    CHECK(example::session_cookie("t") == "dataexport_session=t; Path=/; HttpOnly; SameSite=Lax");
    CHECK(example::session_cookie("t", true) == "dataexport_session=t; Path=/; HttpOnly; SameSite=Lax; Secure");
    CHECK(example::ended_session_cookie() == "dataexport_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax");
}
