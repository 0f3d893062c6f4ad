// export: the complete way from a table to a published file, as a program with this library goes it.
#include "event_table.hpp"
#include "report.hpp"
#include "resources.hpp"
#include "timed_source.hpp"
#include "verbs.hpp"

#include <dataexport/assembly/worker.hpp>
#include <dataexport/deflate/gzip_compressor.hpp>
#include <dataexport/filesystem/file_store.hpp>
#include <dataexport/openssl/digest.hpp>
#include <dataexport/openssl/random_ids.hpp>
#include <dataexport/request/request_key.hpp>
#include <dataexport/request/table.hpp>
#include <dataexport/sqlite/export_store.hpp>
#include <dataexport/sqlite/table_source.hpp>
#include <dataexport/zstd/zstd_compressor.hpp>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>

namespace bench {

namespace {

using namespace dataexport;

struct Options {
    std::string db;
    std::string format;      ///< @pre the name of one
    std::string compression; ///< @pre the name of one
    std::optional<std::size_t> threads;
    std::optional<std::uint64_t> limit;
    std::string out;
};

/// Tells nobody.
class NoNotifier final : public Notifier {
public:
    Result<void> success(const ExportedData&) override { return ok(); }
    Result<void> failure(const ExportedData&) override { return ok(); }
};

/// Shows what an operator would find in the log: a record says less.
class ErrorLog final : public Telemetry {
public:
    void count(std::string_view, std::span<const Label>) override {}
    void observe(std::string_view, double, std::span<const Label>) override {}
    void log(LogLevel level, std::string_view event, std::span<const Label> fields) override {
        if (level == LogLevel::info) return;
        std::string line(event);
        for (const Label& field : fields) {
            line.append(" ").append(field.name).append("=").append(field.value);
        }
        std::fprintf(stderr, "%s\n", line.c_str());
    }
};

/// What the record says that a program would have made of a request.
ExportedData queued_export(const Options& options, const TableDescription& table, ExportId id, TimePoint now) {
    ExportedData record;
    record.id = id;
    record.organization = OrganizationId{1};
    record.organization_slug = "bench";
    record.date_added = now;
    record.query_type = table.name;
    record.query_info = {{"field", "*"}};
    record.format = *export_format_from_string(options.format);
    record.compression = *compression_from_string(options.compression);
    record.limit = options.limit;
    return record;
}

/// Where a published file lies.
std::string path_of(FileStore& files, ExportId id) {
    const auto file = files.native(id);
    if (!file) return {};
    std::error_code ignored;
    auto path = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(file->descriptor), ignored);
    ::close(file->descriptor);
    return path.string();
}

/// A program that makes exports of the events.
class Exporter {
public:
    explicit Exporter(const Options& options) : options_(options) {}

    /// Opens the stores.
    Result<void> open() {
        std::error_code error;
        std::filesystem::create_directories(options_.out, error);
        if (error) return Error{Errc::unavailable, error.message()};
        auto store = open_sqlite_export_store({.path = options_.out + "/exports.db"});
        if (!store) return store.error();
        store_ = *std::move(store);
        auto files = open_filesystem_file_store({.root = options_.out + "/files"});
        if (!files) return files.error();
        files_ = *std::move(files);
        auto rows = open_sqlite_table({.path = options_.db}, table_);
        if (options_.threads == std::size_t{0}) rows = timed(std::move(rows));
        kinds_.add(table_kind(table_, std::move(rows)));
        return ok();
    }

    /// Puts the export into the queue. One that an earlier process left unfinished is continued instead.
    Result<ExportId> request() {
        const auto id = ids_->next();
        if (!id) return id.error();
        const auto record = queued_export(options_, table_, *id, clock_.now());
        const auto created = store_->create_or_get(record, request_key(record, *digest_));
        if (!created) return created.error();
        return created->record.id;
    }

    Result<json::object> make(ExportId id) {
        const AssemblyPorts ports{*store_, *files_, kinds_, *digest_, clock_, log_, {gzip_.get(), zstd_.get()}};
        Worker worker(ports, notifier_, clock_, worker_options());
        worker.start(); // renews the lease
        for (;;) {
            const Stopwatch watch;
            if (const auto worked = worker.run_once(); !worked) return worked.error();
            const double wall = watch.wall_seconds();
            const double cpu = watch.cpu_seconds();
            const auto record = store_->find(id);
            if (!record) return record.error();
            if (record->error) return *record->error;
            if (record->file) return outcome(*record, wall, cpu);
            std::this_thread::sleep_for(std::chrono::milliseconds{100}); // the lease of an earlier process has to end
        }
    }

private:
    /// With one thread for everything, each batch is timed.
    TableOpener timed(TableOpener open) {
        return [this, open = std::move(open)](const TableQuery& query) -> Result<std::unique_ptr<RowSource>> {
            auto source = open(query);
            if (!source) return source;
            return std::make_unique<TimedSource>(*std::move(source), batch_times_);
        };
    }

    [[nodiscard]] WorkerOptions worker_options() const {
        WorkerOptions options;
        options.threads = 0; // this one
        options.limits.max_rows = std::numeric_limits<std::uint64_t>::max();
        options.limits.readers = options_.threads;
        options.retry.retries = 0;
        return options;
    }

    json::object outcome(const ExportedData& record, double wall, double cpu) {
        json::object told{{"rows", record.rows},
                          {"bytes", record.file->size},
                          {"wall_s", wall},
                          {"cpu_s", cpu},
                          {"peak_rss_bytes", peak_rss_bytes()},
                          {"sha256", record.file->checksum},
                          {"path", path_of(*files_, record.id)}};
        constexpr std::size_t few = 9;
        if (batch_times_.size() >= 2 * few) {
            told["first_batches_s"] = median({batch_times_.begin(), batch_times_.begin() + few});
            told["last_batches_s"] = median({batch_times_.end() - few, batch_times_.end()});
        }
        return told;
    }

    const Options& options_;
    BatchTimes batch_times_;
    TableDescription table_ = event_table();
    std::unique_ptr<ExportStore> store_;
    std::unique_ptr<FileStore> files_;
    std::unique_ptr<Digest> digest_ = make_openssl_digest();
    std::unique_ptr<Compressor> gzip_ = make_gzip_compressor();
    std::unique_ptr<Compressor> zstd_ = make_zstd_compressor();
    std::unique_ptr<IdGenerator> ids_ = make_random_ids();
    ExportKinds kinds_;
    SystemClock clock_;
    ErrorLog log_;
    NoNotifier notifier_;
};

Result<json::object> run(const Options& options) {
    Exporter exporter(options);
    if (auto opened = exporter.open(); !opened) {
        return Error{opened.error().code, options.out + ": " + opened.error().detail};
    }
    const auto id = exporter.request();
    if (!id) return id.error();
    return exporter.make(*id);
}

} // namespace

void add_export(CLI::App& app, int& status) {
    auto* verb =
        app.add_subcommand("export", "Makes an export of the events, with checkpoints and checksum, as a worker does");
    auto options = std::make_shared<Options>();
    verb->add_option("--db", options->db, "A file that make-events made")->required()->check(CLI::ExistingFile);
    verb->add_option("--format", options->format, "csv or jsonl")->required()->check(CLI::IsMember({"csv", "jsonl"}));
    verb->add_option("--threads", options->threads, "Threads that read and format; default: as the library chooses");
    verb->add_option("--compression", options->compression, "none, gzip or zstd")
        ->default_val("none")
        ->check(CLI::IsMember({"none", "gzip", "zstd"}));
    verb->add_option("--limit", options->limit, "Rows at most");
    verb->add_option("--out", options->out, "The folder for the records and files; made if it is missing")->required();
    verb->callback([options, &status] { status = report(run(*options)); });
}

} // namespace bench
