// create: what it costs to accept a request for an export, beside what SQLite takes to keep one row.
#include "backend.hpp"
#include "filesystem/temporary_folder.hpp"
#include "report.hpp"
#include "resources.hpp"
#include "sqlite/database.hpp"
#include "verbs.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <chrono>

namespace bench {

namespace {

using namespace dataexport;

/// Transactions of one row of the same size as an export's record, at the same durability.
class BareRows {
public:
    static Result<BareRows> open(const std::string& path) {
        auto database = sqlite::Database::open(path, sqlite::OpenMode::create, std::chrono::seconds(1));
        if (!database) return database.error();
        if (auto logged = database->use_wal(); !logged) return logged.error();
        const auto made =
            database->exec("PRAGMA synchronous=FULL; CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT)");
        if (!made) return made.error();
        auto insert = database->prepare("INSERT INTO row (text) VALUES (?)");
        if (!insert) return insert.error();
        return BareRows(*std::move(database), *std::move(insert));
    }

    bool add(std::string_view text) {
        insert_.bind_text_view(1, text);
        return insert_.run().has_value();
    }

private:
    BareRows(sqlite::Database database, sqlite::Statement insert)
        : database_(std::move(database)), insert_(std::move(insert)) {}

    sqlite::Database database_;
    sqlite::Statement insert_;
};

/// How often `work(input())` was done in a second, without the time to make the input. 0: it failed.
template <class Input, class Work>
double rate(double seconds, Input input, Work work) {
    double spent = 0;
    std::uint64_t done = 0;
    while (spent < seconds) {
        const auto& of = input();
        const Stopwatch watch;
        if (!work(of)) return 0;
        spent += watch.wall_seconds();
        ++done;
    }
    return static_cast<double>(done) / spent;
}

constexpr std::size_t rounds = 5;

double median(std::array<double, rounds> of) {
    std::sort(of.begin(), of.end());
    return of[rounds / 2];
}

Result<json::object> run(double seconds) {
    const TemporaryFolder folder;
    const auto backend = Backend::open(folder.path().string());
    if (!backend) return backend.error();
    auto bare = BareRows::open((folder.path() / "bare.db").string());
    if (!bare) return bare.error();

    std::array<double, rounds> creates{};
    std::array<double, rounds> rows{};
    std::uint64_t number = 0;
    const auto text = Backend::creation(number).body;
    for (std::size_t round = 0; round < rounds; ++round) {
        creates[round] = rate(
            seconds, [&] { return Backend::creation(++number); },
            [&](const Request& creation) { return (*backend)->endpoints().handle(creation).status == 201; });
        rows[round] = rate(
            seconds, [&] { return std::string_view(text); }, [&](std::string_view row) { return bare->add(row); });
        if (creates[round] == 0 || rows[round] == 0) return Error{Errc::internal, "a transaction failed"};
    }
    return json::object{
        {"creates_per_s", median(creates)}, {"rows_per_s", median(rows)}, {"ratio", median(creates) / median(rows)}};
}

} // namespace

void add_create(CLI::App& app, int& status) {
    auto* verb = app.add_subcommand("create", "Accepts requests for exports, and adds bare rows to SQLite, in turn");
    auto seconds = std::make_shared<double>();
    verb->add_option("--seconds", *seconds, "Of each of five rounds of both")->default_val(2.0);
    verb->callback([seconds, &status] { status = report(run(*seconds)); });
}

} // namespace bench
