// A worker over real stores in a process of its own, for tests that kill it; crash_world.py runs it.
//
// Everything lies in one FOLDER: exports.db, files/, mail/, and the table `readings` in source.db. Records are dated by
// a clock that stands still, so equal exports leave equal bytes whenever they are made. Standard output gets a line for
// each message that is handed to the notifier, standard error the log.
#include <dataexport/assembly/housekeeping.hpp>
#include <dataexport/assembly/worker.hpp>
#include <dataexport/core/exported_data_json.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/deflate/gzip_compressor.hpp>
#include <dataexport/filesystem/file_store.hpp>
#include <dataexport/mail/eml_notifier.hpp>
#include <dataexport/openssl/digest.hpp>
#include <dataexport/request/table.hpp>
#include <dataexport/sqlite/export_store.hpp>
#include <dataexport/sqlite/table_source.hpp>
#include <dataexport/testing/manual_clock.hpp>

#include <CLI/CLI.hpp>

#include <csignal>
#include <unistd.h>

#include <exception>
#include <string>

using namespace dataexport;

namespace {

constexpr TimePoint noon{std::chrono::sys_days{std::chrono::year{2020} / 7 / 21} + std::chrono::hours{12}};

struct Arguments {
    std::string folder;
    std::int64_t first = 1;
    std::int64_t last = 0;
    std::int64_t ahead_seconds = 0;
    int days = 0;
    unsigned store_errors = 0;
    unsigned busy_ms = 30'000;
    std::size_t threads = 0;
    unsigned lease_ms = 30'000;
    unsigned retries = 3;
    unsigned delay_seconds = 0;
    unsigned lost_leases = 1'000'000;
    std::size_t batch_rows = 100;
    std::size_t chunk_bytes = 16'384;
    std::size_t readers = 0;
    Compression compression = Compression::none; ///< Of every fourth export.
};

/// Writes a line in one call, so that lines of several processes do not mix.
void write_line(int descriptor, std::string line) {
    line += '\n';
    [[maybe_unused]] const auto written = ::write(descriptor, line.data(), line.size());
}

class ErrorLog final : public Telemetry {
public:
    void count(std::string_view, std::span<const Label>) override {}
    void observe(std::string_view, double, std::span<const Label>) override {}
    void log(LogLevel level, std::string_view event, std::span<const Label> fields) override {
        if (level == LogLevel::info) return;
        std::string line(event);
        for (const auto& field : fields) {
            line += "; " + std::string(field.value);
        }
        write_line(STDERR_FILENO, std::move(line));
    }
};

void log_error(const Error& error) {
    write_line(STDERR_FILENO, "error; " + std::string(to_string(error.code)) + "; " + error.detail);
}

/// The clock of the machine, set ahead: for a successor who need not wait for the leases of the dead.
class ClockAhead final : public Clock {
public:
    explicit ClockAhead(std::int64_t seconds) : ahead_(seconds) {}
    [[nodiscard]] TimePoint now() const override { return SystemClock{}.now() + ahead_; }

private:
    std::chrono::seconds ahead_;
};

/// Says which message it was handed before it hands it on.
class NotedNotifier final : public Notifier {
public:
    explicit NotedNotifier(Notifier& notifier) : notifier_(notifier) {}

    Result<void> success(const ExportedData& record) override {
        write_line(STDOUT_FILENO, std::to_string(record.id.value) + "-success");
        return notifier_.success(record);
    }
    Result<void> failure(const ExportedData& record) override {
        write_line(STDOUT_FILENO, std::to_string(record.id.value) + "-failure");
        return notifier_.failure(record);
    }

private:
    Notifier& notifier_;
};

TableDescription readings() {
    TableDescription table;
    table.name = "Readings";
    table.table = "readings";
    table.key = {"id"};
    table.columns = {{.name = "id", .type = ColumnType::integer},
                     {.name = "station"},
                     {.name = "value", .type = ColumnType::real},
                     {.name = "note"}};
    return table;
}

/// A table that is not there, so that its exports fail.
TableDescription gone() {
    TableDescription table = readings();
    table.name = "Gone";
    table.number = 1;
    table.table = "gone";
    return table;
}

/// What export `id` is follows from its id: CSV, JSONL that is cut at its limit, or one that fails.
ExportedData record_of(std::int64_t id, Compression compression) {
    ExportedData record;
    record.id = ExportId{id};
    record.organization = OrganizationId{1 + id % 3};
    record.organization_slug = "acme";
    record.user = User{UserId{7}, "jane@example.com", "jane"};
    record.date_added = noon;
    record.query_type = id % 4 == 3 ? "Gone" : "Readings";
    record.query_info = {{"field", "*"}};
    if (id % 4 == 2) {
        record.format = ExportFormat::jsonl;
        record.limit = 700;
    }
    if (id % 4 == 1) record.compression = compression;
    return record;
}

/// The parts of a service. Opening them throws the error that stood in the way.
struct Parts {
    explicit Parts(const Arguments& arguments)
        : clock(noon + std::chrono::days{arguments.days}), lease_clock(arguments.ahead_seconds),
          store(open_sqlite_export_store({.path = arguments.folder + "/exports.db",
                                          .busy_timeout = std::chrono::milliseconds{arguments.busy_ms}})
                    .value()),
          files(open_filesystem_file_store({.root = arguments.folder + "/files"}).value()),
          mail(open_eml_notifier({arguments.folder + "/mail", "https://example.com", "exports@example.com"}).value()),
          notifier(*mail) {
        for (const auto& table : {readings(), gone()}) {
            kinds.add(table_kind(table, open_sqlite_table({.path = arguments.folder + "/source.db"}, table)));
        }
    }

    AssemblyPorts ports() { return {*store, *files, kinds, *digest, clock, telemetry, {gzip.get()}}; }

    testing::ManualClock clock;
    ClockAhead lease_clock;
    std::unique_ptr<ExportStore> store;
    std::unique_ptr<FileStore> files;
    std::unique_ptr<Notifier> mail;
    NotedNotifier notifier;
    std::unique_ptr<Digest> digest = make_openssl_digest();
    std::unique_ptr<Compressor> gzip = make_gzip_compressor();
    ErrorLog telemetry;
    ExportKinds kinds;
};

/// Puts the exports `first` to `last` into the queue, unless they were there already.
void create(Parts& parts, const Arguments& arguments) {
    for (auto id = arguments.first; id <= arguments.last; ++id) {
        const auto key = "export " + std::to_string(id);
        if (const auto created = parts.store->create_or_get(record_of(id, arguments.compression), key, key); !created) {
            throw Exception(created.error());
        }
    }
}

void retry(Parts& parts, const Arguments& arguments) {
    for (auto id = arguments.first; id <= arguments.last; ++id) {
        if (const auto retried = parts.store->retry(ExportId{id}, noon); !retried) throw Exception(retried.error());
    }
}

sigset_t block_end_signal() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

/// Works in threads until SIGTERM; without threads, in this one until there is nothing to do.
void work(Parts& parts, const Arguments& arguments, const sigset_t& end_signal) {
    WorkerOptions options;
    options.threads = arguments.threads;
    options.limits.batch_rows = arguments.batch_rows;
    options.limits.chunk_bytes = arguments.chunk_bytes;
    options.limits.readers = arguments.readers;
    options.limits.retention = std::chrono::days{30};
    options.retry.retries = arguments.retries;
    options.retry.lost_leases = arguments.lost_leases;
    options.retry.first_delay = options.retry.longest_delay = std::chrono::seconds{arguments.delay_seconds};
    options.lease = std::chrono::milliseconds{arguments.lease_ms};
    options.poll = std::chrono::milliseconds{20};
    Worker worker(parts.ports(), parts.notifier, parts.lease_clock, options);
    if (arguments.threads > 0) {
        worker.start();
        int signal = 0;
        sigwait(&end_signal, &signal);
        worker.stop();
        return;
    }
    for (unsigned errors = 0;;) {
        const auto worked = worker.run_until_idle();
        if (worked) return;
        if (++errors > arguments.store_errors) throw Exception(worked.error());
        log_error(worked.error());
    }
}

json::object described(Parts& parts, const ExportedData& record) {
    json::object result{{"id", record.id.value},
                        {"state", to_string(record.state)},
                        {"rows", record.rows},
                        {"bytes", record.bytes},
                        {"warnings", to_json(record.warnings)}};
    if (record.file) result["checksum"] = record.file->checksum;
    if (record.error) result["error"] = to_string(record.error->code);
    if (const auto manifest = parts.store->manifest(record.id)) result["manifest"] = *manifest;
    return result;
}

/// Writes all records, by rising id.
void report(Parts& parts) {
    json::array records;
    const auto found = parts.store->scan({.count = 1'000'000});
    for (const auto& record : found.value()) {
        records.push_back(described(parts, record));
    }
    write_line(STDOUT_FILENO, to_json(records));
}

/// Writes where records and files do not agree.
void check(Parts& parts) {
    json::array damages;
    const auto findings = check_data(*parts.store, *parts.files, *parts.digest, noon);
    for (const auto& finding : findings.value()) {
        damages.push_back({{"id", finding.id.value}, {"damage", to_string(finding.damage)}});
    }
    write_line(STDOUT_FILENO, to_json(damages));
}

int run(int argc, char** argv) {
    CLI::App app{"A worker to kill."};
    Arguments arguments;
    app.add_option("folder", arguments.folder)->required();
    app.add_option("--first", arguments.first);
    app.add_option("--last", arguments.last);
    app.add_option("--busy-ms", arguments.busy_ms, "How long the store waits for other processes");
    app.add_option("--days", arguments.days, "How many days have passed since the records were made");
    app.add_option("--ahead-seconds", arguments.ahead_seconds, "How far the clock of leases is ahead");
    app.add_option("--store-errors", arguments.store_errors, "How many errors of the store to outlast");
    app.add_option("--threads", arguments.threads, "0: work until there is nothing to do");
    app.add_option("--lease-ms", arguments.lease_ms);
    app.add_option("--retries", arguments.retries);
    app.add_option("--delay-seconds", arguments.delay_seconds, "How long to wait before another try");
    app.add_option("--lost-leases", arguments.lost_leases);
    app.add_option("--batch-rows", arguments.batch_rows);
    app.add_option("--chunk-bytes", arguments.chunk_bytes);
    app.add_option("--readers", arguments.readers, "Threads that read ahead");
    app.add_flag_callback(
        "--gzip", [&] { arguments.compression = Compression::gzip; }, "Compress every fourth export");
    auto* work_verb = app.add_subcommand("work", "Creates exports and works")->fallthrough();
    app.add_subcommand("create", "Creates exports")->fallthrough();
    auto* retry_verb = app.add_subcommand("retry", "Puts exports that failed back into the queue")->fallthrough();
    auto* report_verb = app.add_subcommand("report", "Shows all records")->fallthrough();
    auto* check_verb = app.add_subcommand("check", "Shows where records and files do not agree")->fallthrough();
    app.require_subcommand(1);
    CLI11_PARSE(app, argc, argv);

    const sigset_t end_signal = block_end_signal(); // before there are threads, so that only `sigwait` takes it
    Parts parts(arguments);
    create(parts, arguments);
    if (work_verb->parsed()) work(parts, arguments, end_signal);
    if (retry_verb->parsed()) retry(parts, arguments);
    if (report_verb->parsed()) report(parts);
    if (check_verb->parsed()) check(parts);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const Exception& exception) {
        log_error(exception.error());
    } catch (const std::exception& exception) {
        write_line(STDERR_FILENO, exception.what());
    }
    return 1;
}
