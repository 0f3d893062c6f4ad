#include "server/server.hpp"

#include "server/browser.hpp"
#include "server/connection_threads.hpp"
#include "server/login.hpp"
#include "server/place.hpp"
#include "server/ticket_keys.hpp"

#include <dataexport/api/endpoints.hpp>
#include <dataexport/assembly/housekeeping.hpp>
#include <dataexport/assembly/worker.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/core/parse_integer.hpp>
#include <dataexport/deflate/gzip_compressor.hpp>
#include <dataexport/filesystem/file_store.hpp>
#include <dataexport/http/httplib.hpp>
#include <dataexport/openssl/digest.hpp>
#include <dataexport/openssl/random_ids.hpp>
#include <dataexport/prometheus/prometheus_telemetry.hpp>
#include <dataexport/request/discover.hpp>
#include <dataexport/request/issues_by_tag.hpp>
#include <dataexport/sqlite/event_store.hpp>
#include <dataexport/sqlite/export_store.hpp>
#include <dataexport/zstd/zstd_compressor.hpp>

#include <array>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

namespace example {

using namespace dataexport;

namespace {

/// A clock that stands still.
class FrozenClock final : public Clock {
public:
    explicit FrozenClock(TimePoint time) : time_(time) {}
    [[nodiscard]] TimePoint now() const override { return time_; }

private:
    TimePoint time_;
};

/// A clock that starts at a given instant and runs on.
class RunningClock final : public Clock {
public:
    explicit RunningClock(TimePoint start) : ahead_(start - SystemClock{}.now()) {}
    [[nodiscard]] TimePoint now() const override { return SystemClock{}.now() + ahead_; }

private:
    std::chrono::microseconds ahead_;
};

struct Listen {
    std::string host;
    int port = 0;
};

Result<Listen> parse_listen(const std::string& text) {
    Listen result;
    result.host = text.substr(0, text.rfind(':'));
    const auto rest = std::string_view(text).substr(result.host.size());
    const auto port = rest.empty() ? std::nullopt : parse_integer<std::uint16_t>(rest.substr(1));
    if (!port || result.host.empty()) {
        return Error{Errc::invalid_configuration, "--listen " + text + ": HOST:PORT is needed"};
    }
    result.port = *port;
    if (result.host.size() > 2 && result.host.front() == '[' && result.host.back() == ']') {
        result.host = result.host.substr(1, result.host.size() - 2);
    }
    return result;
}

/// Makes a folder that only the owner of the process may enter; one that is there already stays as it is.
Result<void> make_folder(const std::filesystem::path& path) {
    std::error_code error;
    const bool made = std::filesystem::create_directories(path, error);
    if (!error && !std::filesystem::is_directory(path, error)) error = std::make_error_code(std::errc::not_a_directory);
    if (!error && made) std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
    if (error) return Error{Errc::invalid_configuration, path.string() + ": " + error.message()};
    return ok();
}

} // namespace

struct Server::Parts {
    Directory directory;
    Settings settings;
    std::unique_ptr<ExportStore> store;
    std::unique_ptr<FileStore> files;
    std::unique_ptr<EventStore> events;
    std::unique_ptr<PrometheusTelemetry> telemetry;
    std::unique_ptr<Digest> digest = make_openssl_digest();
    std::unique_ptr<Compressor> gzip;
    std::unique_ptr<Compressor> zstd;
    std::unique_ptr<IdGenerator> ids = make_random_ids();
    std::unique_ptr<Clock> clock = std::make_unique<SystemClock>();
    std::unique_ptr<Clock> lease_clock = std::make_unique<SystemClock>();
    Notifiers notifiers;
    ExportKinds kinds;
    std::unique_ptr<Endpoints> endpoints;
    TicketOptions tickets;
    std::unique_ptr<Worker> worker; ///< Null: this server makes no exports.
    httplib::Server http;
    std::thread listener;
    std::string address;
    std::string base_url; ///< What links begin with.

    Result<void> open_stores(const ServerOptions& options);
    Result<void> bind(const Listen& listen);
    [[nodiscard]] Result<void> sweep() const;
    Result<void> open_notifiers(const ServerOptions& options);
    void build(const ServerOptions& options);
    [[nodiscard]] AccessLookup access() const;
    void log_requests();
    void mount_metrics();
    void wait_for_end(ExportId id, std::chrono::seconds time) const;
};

Result<void> Server::Parts::open_stores(const ServerOptions& options) {
    const std::filesystem::path data(options.data);
    if (auto made = make_folder(data); !made) return made;
    const auto records = (data / "exports.db").string();
    auto opened_store = open_sqlite_export_store({.path = records});
    if (!opened_store) return at(records, opened_store.error());
    store = std::move(*opened_store);

    const auto file_folder = (data / "files").string();
    auto opened_files = open_filesystem_file_store({.root = file_folder});
    if (!opened_files) return at(file_folder, opened_files.error());
    files = std::move(*opened_files);

    const auto event_file = options.events.empty() ? (data / "events.db").string() : options.events;
    auto opened_events = open_sqlite_event_store({.path = event_file});
    if (!opened_events) return at(event_file, opened_events.error());
    events = std::move(*opened_events);

    auto keys = read_ticket_keys((data / "ticket.key").string());
    if (!keys) return keys.error();
    tickets = *std::move(keys);
    tickets.lifetime = settings.ticket_lifetime;
    return ok();
}

/// Removes what a crash may have left behind: bytes that belong to no record.
Result<void> Server::Parts::sweep() const {
    const auto found = check_data(*store, *files, *digest, clock->now(), {.repair = Repair::orphans, .hashes = false});
    if (!found) return found.error();
    return ok();
}

AccessLookup Server::Parts::access() const {
    return [this](UserId user, std::string_view organization) { return directory.access(user, organization); };
}

Result<void> Server::Parts::open_notifiers(const ServerOptions& options) {
    auto notifying = options.notifiers;
    notifying.webhook_http = settings.webhook_http;
    notifying.webhook_private_addresses = settings.webhook_private_addresses;
    notifying.base_url = base_url;
    notifying.lease = settings.lease;
    if (notifying.mail_folder.empty()) notifying.mail_folder = (std::filesystem::path(options.data) / "mail").string();
    if (notifying.smtp.empty()) {
        if (auto made = make_folder(notifying.mail_folder); !made) return made;
    }
    auto opened = Notifiers::open(notifying, *digest);
    if (!opened) return opened.error();
    notifiers = *std::move(opened);
    return ok();
}

void Server::Parts::log_requests() {
    http.set_logger([this](const httplib::Request& request, const httplib::Response& response) {
        const auto status = std::to_string(response.status);
        const auto target = redact_tickets(request.target);
        const std::array fields{Label{"method", request.method}, Label{"target", target}, Label{"status", status}};
        telemetry->log(LogLevel::info, "http.request", fields);
        telemetry->count("http.request", std::array{Label{"status", status}});
    });
}

Result<void> Server::Parts::bind(const Listen& listen) {
    socket_t listening = INVALID_SOCKET;
    http.set_socket_options([&listening](socket_t socket) {
        // A port that was just left can be taken again, but no port that another server listens on.
        constexpr int yes = 1;
        ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        listening = socket;
    });
    const int port = listen.port == 0                              ? http.bind_to_any_port(listen.host)
                     : http.bind_to_port(listen.host, listen.port) ? listen.port
                                                                   : -1;
    if (port < 0)
        return Error{Errc::unavailable, "cannot listen on " + listen.host + ":" + std::to_string(listen.port)};
    // httplib lets five connections wait; the sixth would have to come again a second later.
    ::listen(listening, SOMAXCONN);
    const bool v6 = listen.host.find(':') != std::string::npos;
    address = (v6 ? "[" + listen.host + "]" : listen.host) + ":" + std::to_string(port);
    return ok();
}

void Server::Parts::build(const ServerOptions& options) {
    for (auto kind : {discover_kind(*events, settings.discover), issues_by_tag_kind(*events)}) {
        kind.csv_dialect["formula_guard"] = settings.formula_guard;
        kinds.add(std::move(kind));
    }
    gzip = make_gzip_compressor(settings.gzip);
    zstd = make_zstd_compressor(settings.zstd);
    const Compressors compressors{gzip.get(), zstd.get()};
    if (options.workers > 0) {
        WorkerOptions worker_options;
        worker_options.threads = options.workers;
        worker_options.limits = settings.limits;
        worker_options.retry = settings.retry;
        worker_options.lease = settings.lease;
        worker_options.poll = settings.poll;
        worker_options.running = settings.running;
        worker_options.access = access();
        worker =
            std::make_unique<Worker>(AssemblyPorts{*store, *files, kinds, *digest, *clock, *telemetry, compressors},
                                     notifiers.all(), *lease_clock, worker_options);
    }
    ApiOptions api;
    api.read_policy = settings.read_policy;
    api.limits = settings.request;
    api.quota = settings.quota;
    api.access = access();
    api.tickets = tickets;
    api.base_url = base_url;
    api.on_created = [this] {
        if (worker) worker->wake();
    };
    api.wait_for_end = [this](ExportId id, std::chrono::seconds time) { wait_for_end(id, time); };
    endpoints = std::make_unique<Endpoints>(
        ApiPorts{*store, *files, kinds, *clock, *ids, *digest, *telemetry, compressors},
        [this](const Request& request, std::string_view organization) {
            const auto shown = credentials(request);
            return directory.context(shown.token, organization, shown.login);
        },
        api);
    constexpr std::size_t connections = 1000;
    http.new_task_queue = [] { return new ConnectionThreads(connections); };
    http.set_keep_alive_max_count(1000);
    http.set_keep_alive_timeout(1); // seconds; `stop` waits for idle connections as well
    http.set_tcp_nodelay(true);
    log_requests();
    mount_browser(http, directory, *digest, base_url.starts_with("https://"));
    mount_metrics();
    http::mount(http, *endpoints, *files);
}

void Server::Parts::mount_metrics() {
    http.Get("/metrics", [this](const httplib::Request&, httplib::Response& response) {
        response.set_content(telemetry->metrics_text(), std::string(PrometheusTelemetry::content_type));
    });
}

void Server::Parts::wait_for_end(ExportId id, std::chrono::seconds time) const {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
        const auto record = store->find(id);
        if (!record || !record->live()) return;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
}

Result<std::unique_ptr<Server>> Server::open(const ServerOptions& options, const Settings& settings,
                                             Directory directory, Telemetry& telemetry) {
    const auto listen = parse_listen(options.listen);
    if (!listen) return listen.error();
    auto parts = std::make_unique<Parts>();
    parts->directory = std::move(directory);
    parts->settings = settings;
    parts->telemetry = make_prometheus_telemetry({.log = &telemetry});
    if (options.frozen_at) {
        parts->clock = std::make_unique<FrozenClock>(*options.frozen_at);
        parts->lease_clock = std::make_unique<RunningClock>(*options.frozen_at);
    }
    if (auto opened = parts->open_stores(options); !opened) return opened.error();
    if (auto swept = parts->sweep(); !swept) return swept.error();
    if (auto bound = parts->bind(*listen); !bound) return bound.error();
    parts->base_url = options.base_url.empty() ? "http://" + parts->address : options.base_url;
    if (auto opened = parts->open_notifiers(options); !opened) return opened.error();
    parts->build(options);
    return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { stop(); }

void Server::start() {
    parts_->listener = std::thread([this] { parts_->http.listen_after_bind(); });
    while (!parts_->http.is_running()) {
        std::this_thread::yield(); // `stop` ends only a server that runs
    }
    if (parts_->worker) parts_->worker->start();
}

void Server::stop() {
    parts_->http.stop();
    if (parts_->listener.joinable()) parts_->listener.join();
    if (parts_->worker) parts_->worker->stop();
}

const std::string& Server::address() const noexcept { return parts_->address; }

} // namespace example
