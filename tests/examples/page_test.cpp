#include "server/page.hpp"

#include <dataexport/openssl/digest.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>

using namespace dataexport;
using example::page_answer;
using example::page_file;

TEST_CASE("page_file knows the addresses of the page, and no others") {
    const std::pair<const char*, const char*> table[] = {
        {"/auth/login", "login.html"},
        {"/auth/login/", "login.html"},
        {"/organizations/acme/data-export/", "exports.html"},
        {"/organizations/acme/data-export", "exports.html"},
        {"/organizations/acme/issues/", "exports.html"},
        {"/organizations/acme/discover/queries/", "exports.html"},
        {"/organizations/acme/discover/results/", "exports.html"},
        {"/organizations/acme/data-export/17/", "export.html"},
        {"/organizations/acme/data-export/17", "export.html"},
        {"/assets/page.css", "page.css"},
        {"/assets/api.js", "api.js"},
    };
    for (const auto& row : table) {
        const auto* file = page_file(row.first);
        REQUIRE_MESSAGE(file != nullptr, row.first);
        CHECK(file->name == row.second);
        CHECK_FALSE(file->content.empty());
    }
    for (const char* path :
         {"", "/", "//", "assets/api.js", "/assets", "/assets/", "/assets/login.html", "/assets/../page.css",
          "/assets//api.js", "/auth/", "/auth/session", "/organizations/acme/", "/organizations//data-export/",
          "/organizations/acme/data-export//", "/organizations/acme/data-export/17/manifest/",
          "/organizations/acme/discover/"}) {
        CHECK_MESSAGE(page_file(path) == nullptr, path);
    }
}

TEST_CASE("page_answer is kept by browsers and asked about each time") {
    const auto digest = make_openssl_digest();
    Request request;
    request.method = "GET";
    request.path = "/assets/api.js";
    const auto first = page_answer(request, *digest);
    REQUIRE(first.has_value());
    CHECK(first->status == 200);
    CHECK(std::get<std::string>(first->body) == page_file(request.path)->content);
    CHECK(first->headers.find("Content-Type") == "text/javascript; charset=utf-8");
    CHECK(first->headers.find("Cache-Control") == "no-cache");
    CHECK(first->headers.find("X-Content-Type-Options") == "nosniff");

    request.headers.add("If-None-Match", std::string(*first->headers.find("ETag")));
    const auto again = page_answer(request, *digest);
    REQUIRE(again.has_value());
    CHECK(again->status == 304);
    CHECK(std::get<std::string>(again->body).empty());
    CHECK(again->headers.find("ETag") == first->headers.find("ETag"));
    request.path = "/assets/nothing.js";
    CHECK_FALSE(page_answer(request, *digest).has_value());
}

TEST_CASE("page_answer gives documents whole: the head that all have, then their own") {
    const auto digest = make_openssl_digest();
    for (const char* path :
         {"/auth/login", "/organizations/acme/data-export/", "/organizations/acme/data-export/17/"}) {
        Request request;
        request.path = path;
        const auto text = std::get<std::string>(page_answer(request, *digest).value().body);
        CHECK(text.starts_with("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"));
        CHECK(text.ends_with(page_file(path)->content));
        for (const char* once : {"<head>", "<title>", "</head>", "<body", "</html>"}) {
            CHECK(text.find(once) != std::string::npos);
            CHECK(text.find(once) == text.rfind(once));
        }
    }
}

TEST_CASE("The files of the page hold no inline script or style, and name no other site") {
    for (const auto& file : example::page_files()) {
        for (const char* word : {"https://", "style=\"", "onclick=\"", "innerHTML", "javascript:", "eval("}) {
            CHECK_MESSAGE(file.content.find(word) == std::string_view::npos, file.name << " holds " << word);
        }
        for (auto at = file.content.find("http://"); at != std::string_view::npos;
             at = file.content.find("http://", at + 1)) {
            CHECK(file.content.substr(at).starts_with("http://www.w3.org/2000/svg")); // the name of a language
        }
    }
}
