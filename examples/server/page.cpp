#include "server/page.hpp"

#include <dataexport/api/conditional.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace example {

namespace {

constexpr std::string_view policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                                    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
                                    "require-trusted-types-for 'script'; trusted-types 'none'";

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> types{{
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
}};

std::string_view type_of(std::string_view name) noexcept {
    for (const auto& [ending, type] : types) {
        if (name.ends_with(ending)) return type;
    }
    return "application/octet-stream";
}

std::vector<std::string_view> segments(std::string_view path) {
    std::vector<std::string_view> result;
    while (!path.empty()) {
        path.remove_prefix(1); // the `/`
        const auto segment = path.substr(0, path.find('/'));
        path.remove_prefix(segment.size());
        if (!segment.empty() || !path.empty()) result.push_back(segment); // the last `/` may be left out
    }
    return result;
}

/// The document below `/organizations/{slug}/` that some segments name.
std::string_view document(std::span<const std::string_view> names) {
    if (names.size() == 1 && (names[0] == "data-export" || names[0] == "issues")) return "exports.html";
    if (names.size() != 2) return {};
    if (names[0] == "data-export" && !names[1].empty()) return "export.html";
    if (names[0] == "discover" && (names[1] == "queries" || names[1] == "results")) return "exports.html";
    return {};
}

std::string_view name_of(std::string_view path) {
    if (!path.starts_with('/')) return {};
    const auto parts = segments(path);
    if (parts.size() < 2) return {};
    if (parts.size() == 2 && parts[0] == "auth" && parts[1] == "login") return "login.html";
    if (parts.size() == 2 && parts[0] == "assets" && !parts[1].ends_with(".html")) return parts[1];
    if (parts[0] == "organizations" && !parts[1].empty()) return document(std::span(parts).subspan(2));
    return {};
}

const PageFile* file_named(std::string_view name) noexcept {
    const auto files = page_files();
    const auto found =
        std::find_if(files.begin(), files.end(), [&](const PageFile& file) { return file.name == name; });
    return found == files.end() ? nullptr : &*found;
}

/// What is sent of a file: a document begins with what all of them begin with.
std::string text_of(const PageFile& file) {
    const auto head = file.name.ends_with(".html") ? file_named("head.html")->content : std::string_view();
    return std::string(head) + std::string(file.content);
}

} // namespace

const PageFile* page_file(std::string_view path) noexcept { return file_named(name_of(path)); }

std::optional<dataexport::Response> page_answer(const dataexport::Request& request, const dataexport::Digest& digest) {
    const auto* file = page_file(request.path);
    if (file == nullptr) return std::nullopt;
    auto text = text_of(*file);
    const auto etag = dataexport::entity_tag(dataexport::to_hex(dataexport::sha256(digest, text)));
    const auto precondition = dataexport::check_preconditions(request.headers, etag);
    dataexport::Response response;
    response.status = dataexport::http_status(precondition);
    // A weak tag, and `Vary`, because the HTTP server compresses.
    response.headers = {{"ETag", "W/" + etag},
                        {"Vary", "Accept-Encoding"},
                        {"Cache-Control", "no-cache"},
                        {"Content-Security-Policy", std::string(policy)},
                        {"Cross-Origin-Opener-Policy", "same-origin"},
                        {"Cross-Origin-Resource-Policy", "same-origin"},
                        {"Referrer-Policy", "same-origin"},
                        {"X-Content-Type-Options", "nosniff"},
                        {"X-Frame-Options", "DENY"}};
    if (precondition == dataexport::Precondition::passed) {
        response.headers.add("Content-Type", std::string(type_of(file->name)));
        response.body = std::move(text);
    }
    return response;
}

} // namespace example
