#include "user.hpp"

#include "output.hpp"
#include "progress.hpp"

#include <dataexport/client/curl_transport.hpp>
#include <dataexport/client/download_file.hpp>
#include <dataexport/openssl/digest.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace exportctl {

using namespace dataexport;
using client::ApiError;
using client::RemoteExport;

namespace {

Error wrong(const std::string& what) { return {Errc::invalid_configuration, what}; }

std::string or_environment(const std::string& given, const char* name) {
    if (!given.empty()) return given;
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

/// All of a file; `-` is standard input.
Result<std::string> read_text(const std::string& path) {
    std::string text;
    std::FILE* file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
    if (file == nullptr) return wrong(path + ": cannot be read");
    char buffer[65536];
    while (const auto count = std::fread(buffer, 1, sizeof buffer, file)) {
        text.append(buffer, count);
    }
    const bool whole = std::ferror(file) == 0;
    if (file != stdin) std::fclose(file);
    if (!whole) return wrong(path + ": cannot be read");
    return text;
}

/// The token of the user; empty: none.
Result<std::string> read_token(const std::string& file) {
    const auto path = or_environment(file, "EXPORTCTL_TOKEN_FILE");
    if (path.empty()) return or_environment("", "EXPORTCTL_TOKEN");
    auto text = read_text(path);
    if (!text) return text.error();
    text->erase(text->find_last_not_of(" \t\r\n") + 1);
    if (text->empty()) return wrong(path + ": there is no token in it");
    return text;
}

/// One line about an export: id, status, kind, format, when, how far; then its file, or why it failed.
std::string line_of(const RemoteExport& of) {
    std::string line = std::to_string(of.id.value) + "  " + std::string(to_string(of.status)) + "  " + of.query_type +
                       "  " + of.format + "  " + of.date_created + "  " + std::to_string(of.rows) + " rows  " +
                       std::to_string(of.bytes) + " bytes";
    if (!of.file_name.empty()) line += "  " + of.file_name;
    if (of.error) line += "  " + of.error->detail;
    return line;
}

void print_export(const RemoteExport& of, bool as_json) {
    if (as_json) return print_json(of.json);
    print(line_of(of));
}

/// What the end of an export means to who waits for it.
Exit status_of(const RemoteExport& of) {
    switch (of.status) {
    case ExportStatus::failed:
        return failed;
    case ExportStatus::expired:
        return absent;
    default:
        return done;
    }
}

Answer<RemoteExport> wait_for_end(RemoteUser& user, ExportId id, const std::stop_token& stop, bool as_json) {
    Progress progress(std::to_string(id.value), as_json);
    return user.exports().wait(id, stop, [&](const RemoteExport& now) {
        progress.state(std::string(to_string(now.status)) + "  " + std::to_string(now.rows) + " rows  " +
                       size_text(now.bytes));
    });
}

/// A stop that comes by itself after a while, or with another one.
class Deadline {
public:
    Deadline(const std::stop_token& stop, std::optional<std::int64_t> seconds)
        : forward_(stop, [this] { stop_.request_stop(); }) {
        if (!seconds) return;
        timer_ = std::jthread([this, time = std::chrono::seconds{*seconds}](const std::stop_token& ended) {
            std::mutex mutex;
            std::unique_lock lock(mutex);
            std::condition_variable_any changed;
            changed.wait_for(lock, ended, time, [] { return false; });
            passed_ = !ended.stop_requested();
            if (passed_) stop_.request_stop();
        });
    }

    [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
    [[nodiscard]] bool passed() const { return passed_; }

private:
    std::stop_source stop_;
    std::atomic<bool> passed_{false};
    std::stop_callback<std::function<void()>> forward_;
    std::jthread timer_;
};

template <class Value>
void set_if(json::object& object, std::string_view name, const std::optional<Value>& value) {
    if (value) object[name] = json::value_from(*value);
}

Result<json::object> request_of(const CreateArguments& arguments) {
    json::object request;
    if (!arguments.request.empty()) {
        const auto text = read_text(arguments.request);
        if (!text) return text.error();
        auto parsed = parse_json(*text);
        if (!parsed || !parsed->is_object()) return wrong(arguments.request + ": there is no JSON object in it");
        request = std::move(parsed->get_object());
    }
    set_if(request, "query_type", arguments.type);
    set_if(request, "format", arguments.format);
    set_if(request, "compression", arguments.compression);
    set_if(request, "limit", arguments.limit);
    auto& query_info = request["query_info"];
    if (query_info.is_null()) query_info.emplace_object();
    if (!query_info.is_object()) return request; // The server says what is wrong with it.
    auto& info = query_info.get_object();
    if (!arguments.fields.empty()) info["field"] = json::value_from(arguments.fields);
    if (!arguments.projects.empty()) info["project"] = json::value_from(arguments.projects);
    set_if(info, "query", arguments.query);
    set_if(info, "sort", arguments.sort);
    set_if(info, "statsPeriod", arguments.period);
    set_if(info, "start", arguments.start);
    set_if(info, "end", arguments.end);
    return request;
}

/// Where a download goes. @return `Errc::invalid_configuration` if something is there already.
Result<std::string> path_of(const DownloadArguments& arguments, const RemoteExport& of) {
    std::error_code error;
    std::filesystem::path path = arguments.output;
    if (path.empty() || std::filesystem::is_directory(path, error)) path /= client::safe_file_name(of);
    if (!arguments.force && std::filesystem::exists(path, error)) {
        return wrong(path.string() + ": is there already; --force replaces it");
    }
    return path.string();
}

bool write_out(std::string_view bytes) { return std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size(); }

Answer<client::Downloaded> fetch(RemoteUser& user, const RemoteExport& of, client::DownloadTarget& target,
                                 const std::string& name, std::stop_token stop, bool as_json) {
    Progress progress(name, as_json);
    client::DownloadOptions options;
    options.on_progress = [&](const client::DownloadProgress& now) { progress.bytes(now.bytes, now.total); };
    return user.exports().download(of.id, target, options, std::move(stop));
}

Answer<void> save_manifest(RemoteUser& user, ExportId id, const std::string& path) {
    const auto manifest = user.exports().manifest(id);
    if (!manifest) return manifest.error();
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << to_json(to_json(*manifest)) << '\n';
    file.close();
    if (!file) return client::api_error(wrong(path + ": cannot be written"));
    return {};
}

void report(const client::Downloaded& got, const RemoteExport& of, const std::string& path, bool as_json) {
    if (as_json) {
        const json::object line{{"id", of.id.value},        {"file", path},     {"bytes", got.bytes},
                                {"checksum", got.checksum}, {"kept", got.kept}, {"breaks", got.breaks}};
        return path == "-" ? note(json_line(line)) : print_json(line);
    }
    const auto line = path + "  " + std::to_string(got.bytes) + " bytes  sha256 " + got.checksum + "  verified";
    return path == "-" ? note(line) : print(line);
}

} // namespace

Result<std::unique_ptr<RemoteUser>> RemoteUser::open(const ServerArguments& arguments) {
    const auto url = or_environment(arguments.url, "EXPORTCTL_SERVER");
    const auto organization = or_environment(arguments.organization, "EXPORTCTL_ORGANIZATION");
    if (url.empty()) return wrong("name a server with --server or EXPORTCTL_SERVER, or a data folder with --data");
    if (organization.empty()) return wrong("name an organization with --organization or EXPORTCTL_ORGANIZATION");
    auto token = read_token(arguments.token_file);
    if (!token) return token.error();

    client::CurlTransportOptions options{
        .base_url = url, .allow_http = arguments.allow_http, .ca_file = arguments.ca_file, .proxy = arguments.proxy};
    if (!token->empty()) options.headers.add("Authorization", "Bearer " + *token);
    auto transport = client::open_curl_transport(std::move(options));
    if (!transport) return transport.error();
    auto user = std::make_unique<RemoteUser>();
    user->transport_ = *std::move(transport);
    user->digest_ = make_openssl_digest();
    user->exports_ = std::make_unique<client::ExportClient>(
        client::ClientPorts{*user->transport_, user->executor_, user->clock_}, *user->digest_,
        client::ExportClientConfig{.organization = organization});
    return user;
}

Answer<Exit> create(RemoteUser& user, const CreateArguments& arguments, bool as_json) {
    const auto request = request_of(arguments);
    if (!request) return client::api_error(request.error());
    const auto made = user.exports().create(*request);
    if (!made) return made.error();
    print_export(*made, as_json);
    return done;
}

Answer<Exit> list(RemoteUser& user, const std::string& status, bool as_json) {
    for (client::ListPage page;;) {
        const auto answer = user.exports().list(page);
        if (!answer) return answer.error();
        for (const auto& of : answer->json) {
            if (status.empty() || to_string(of.status) == status) print_export(of, as_json);
        }
        if (!answer->headers.link.next || answer->json.empty()) return done;
        page.cursor = answer->headers.link.next;
    }
}

Answer<Exit> show(RemoteUser& user, ExportId id) {
    const auto shown = user.exports().show(id);
    if (!shown) return shown.error();
    print_export(*shown, true);
    return done;
}

Answer<Exit> wait(RemoteUser& user, ExportId id, const WaitArguments& arguments, const std::stop_token& stop,
                  bool as_json) {
    const Deadline deadline(stop, arguments.timeout);
    const auto ended = wait_for_end(user, id, deadline.token(), as_json);
    if (!ended && deadline.passed()) return client::api_error({Errc::timed_out, "the export has not ended in time"});
    if (!ended) return ended.error();
    print_export(*ended, as_json);
    return status_of(*ended);
}

Answer<Exit> download(RemoteUser& user, ExportId id, const DownloadArguments& arguments, const std::stop_token& stop,
                      bool as_json) {
    const auto found = arguments.wait ? wait_for_end(user, id, stop, as_json) : user.exports().show(id);
    if (!found) return found.error();
    if (found->status == ExportStatus::failed) {
        complain("the export failed: " + (found->error ? found->error->detail : ""));
        return failed;
    }
    const bool streams = arguments.output == "-";
    const auto path = streams ? Result<std::string>("-") : path_of(arguments, *found);
    if (!path) return client::api_error(path.error());
    client::StreamTarget out(&write_out);
    std::unique_ptr<client::DownloadTarget> file;
    if (!streams) {
        auto opened = client::open_download_file(*path);
        if (!opened) return client::api_error({opened.error().code, *path + ": " + opened.error().detail});
        file = *std::move(opened);
    }
    const auto name = streams ? client::safe_file_name(*found) : std::filesystem::path(*path).filename().string();
    const auto got = fetch(user, *found, streams ? out : *file, name, stop, as_json);
    if (!got) return got.error();
    if (streams && std::fflush(stdout) != 0) return client::api_error({Errc::no_space, "the output cannot be written"});
    if (!arguments.manifest.empty()) {
        if (auto saved = save_manifest(user, id, arguments.manifest); !saved) return saved.error();
    }
    report(*got, *found, *path, as_json);
    return done;
}

Answer<Exit> cancel(RemoteUser& user, ExportId id, bool as_json) {
    const auto before = user.exports().show(id);
    if (!before) return before.error();
    if (auto gone = user.exports().cancel(id); !gone) return gone.error();
    print_export(*before, as_json);
    return done;
}

Answer<Exit> retry(RemoteUser& user, ExportId id, bool as_json) {
    const auto again = user.exports().retry(id);
    if (!again) return again.error();
    print_export(*again, as_json);
    return done;
}

Result<Exit> verify(const std::string& file, const std::string& manifest, bool as_json) {
    const auto text = read_text(manifest);
    if (!text) return text.error();
    const auto parsed = parse_manifest(*text);
    if (!parsed) return wrong(manifest + ": " + parsed.error().detail);
    const auto content = client::read_file_content(file, *make_openssl_digest());
    if (!content) return wrong(file + ": " + content.error().detail);
    const auto same = client::check_manifest(*parsed, content->bytes, content->checksum);
    if (as_json) {
        print_json(json::object{{"file", file},
                                {"verified", same.has_value()},
                                {"bytes", content->bytes},
                                {"checksum", content->checksum},
                                {"problem", same ? json::value(nullptr) : json::value(same.error().detail)}});
        return same ? done : damaged;
    }
    if (!same) return Error{same.error().code, file + ": " + same.error().detail};
    print(file + "  " + std::to_string(content->bytes) + " bytes  " + std::to_string(parsed->rows) + " rows  sha256 " +
          content->checksum + "  verified");
    return done;
}

std::string text_of(const ApiError& error) {
    std::string fields;
    if (const auto* body = error.detail.empty() ? error.body.if_object() : nullptr) {
        for (const auto& [name, texts] : *body) {
            for (const auto& text : texts.is_array() ? texts.get_array() : json::array{texts}) {
                if (!text.is_string()) continue;
                if (!fields.empty()) fields += "; ";
                if (name != "non_field_errors") fields += std::string(name) + ": ";
                fields += text.get_string();
            }
        }
    }
    auto text = fields.empty() ? error.message() : fields;
    if (fields.empty() && error.detail.empty()) {
        if (error.status != 404) return text;
        text = "the server has no such export, or does not show it to you";
    }
    return error.status == 0 ? text : text + " (status " + std::to_string(error.status) + ")";
}

} // namespace exportctl
