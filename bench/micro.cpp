// micro: what it costs to check a request, and to refuse one that was made to be slow.
#include "filesystem/temporary_folder.hpp"
#include "medians.hpp"
#include "request/request_fixture.hpp"
#include "verbs.hpp"

#include <dataexport/core/json.hpp>
#include <dataexport/format/make_writer.hpp>
#include <dataexport/memory/memory_event_store.hpp>
#include <dataexport/request/discover.hpp>
#include <dataexport/request/equation.hpp>
#include <dataexport/request/export_query_serializer.hpp>
#include <dataexport/search/search_query.hpp>
#include <dataexport/sqlite/event_store.hpp>

#include <CLI/CLI.hpp>
#include <benchmark/benchmark.h>
#include <boost/json/parse.hpp>

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace bench {

namespace {

using namespace dataexport;

constexpr std::string_view typical_search = "level:error browser:Fire* !has:user slow";
static_assert(typical_search.size() == 40);

/// Uses every part of the language of requests.
constexpr std::string_view discover_body = R"json({
  "query_type": "Discover", "format": "csv", "limit": 10000,
  "query_info": {
    "field": ["title", "level", "tags[browser]", "count()", "count_unique(user)", "p95(transaction.duration) as slow",
              "equation|count() / count_unique(user)"],
    "query": "level:error browser:Fire* !has:environment slow count():>10",
    "sort": ["-equation[0]", "level"],
    "start": "2020-05-01T00:00:00", "end": "2020-05-15T00:00:00",
    "project": [11, 12], "environment": ["production"]}})json";

constexpr std::size_t longest_search = 16 * 1024;
const TimePoint now = request_fixture::at("2020-05-19T14:00:00Z");

/// The text `count` times.
std::string repeated(std::string_view text, std::size_t count) {
    std::string all;
    all.reserve(text.size() * count);
    while (count-- > 0) {
        all += text;
    }
    return all;
}

/// Checks requests for the events of a store.
class RequestChecker {
public:
    explicit RequestChecker(EventStore& store) { kinds_.add(discover_kind(store)); }

    Validated<ValidatedExport> operator()(const json::value& body) const {
        return serializer_.validate(body, {}, caller_, now);
    }

private:
    ExportKinds kinds_;
    ExportQuerySerializer serializer_{kinds_, {}, check_dialect};
    AccessContext caller_ = request_fixture::jane();
};

const std::map<ProjectId, std::string> projects{{ProjectId{11}, "backend"}, {ProjectId{12}, "frontend"}};

/// An SQLite file of events that has none yet.
Result<std::unique_ptr<EventStore>> open_sqlite_events(const TemporaryFolder& folder) {
    const SqliteEventStoreOptions options{.path = (folder.path() / "events.db").string()};
    auto writer = open_sqlite_event_writer(options, projects);
    if (!writer) return writer.error();
    if (auto committed = (*writer)->commit(); !committed) return committed.error();
    return open_sqlite_event_store(options);
}

/// Measures `work`, which returns whether it did what is measured.
template <class Work>
void measure(Medians& medians, const std::string& name, Work work) {
    medians.add(name, [work = std::move(work)](benchmark::State& state) {
        for ([[maybe_unused]] auto _ : state) {
            bool done = work();
            benchmark::DoNotOptimize(done);
            if (!done) {
                state.SkipWithError("it did something else");
                break;
            }
        }
    });
}

void measure_search(Medians& medians, const std::string& name, std::string text, bool is_accepted) {
    measure(medians, name, [text = std::move(text), is_accepted] {
        return SearchQuery::parse(text, {.now = now}).has_value() == is_accepted;
    });
}

void measure_refused_equation(Medians& medians, const std::string& name, std::string text) {
    measure(medians, name, [text = std::move(text)] { return parse_equation(text).has_error(); });
}

void show(const Medians& medians, double in_memory, double in_sqlite) {
    std::printf("CPU time, median of %d runs:\n", Medians::runs);
    for (const auto& [name, nanoseconds] : medians.figures()) {
        std::printf("%-36s %11.2f us\n", name.c_str(), nanoseconds / 1000);
    }
    std::printf("\nchecking a request takes %.2f times as long as reading its JSON; over SQLite, %.2f times\n",
                in_memory, in_sqlite);
}

struct Options {
    bool quick = false;
    bool json = false;
};

/// @return the exit status.
int run(const Options& options) {
    Medians medians(options.quick ? 0.005 : 0.2);
    measure_search(medians, "parse_search", std::string(typical_search), true);
    measure(medians, "parse_json", [] { return boost::json::parse(discover_body).is_object(); });

    const json::value body = request_fixture::parsed(discover_body);
    MemoryEventStore memory_events(projects);
    const RequestChecker in_memory(memory_events);
    measure(medians, "validate_memory", [&] { return in_memory(body).has_value(); });

    const TemporaryFolder folder;
    const auto sqlite_events = open_sqlite_events(folder);
    if (!sqlite_events) {
        std::fprintf(stderr, "dataexport-bench: %s\n", sqlite_events.error().detail.c_str());
        return 1;
    }
    const RequestChecker in_sqlite(**sqlite_events);
    measure(medians, "validate_sqlite", [&] { return in_sqlite(body).has_value(); });

    measure_search(medians, "hostile_search_parentheses", repeated("(", 8000), false);
    measure_search(medians, "hostile_search_word", repeated("a", longest_search), true);
    measure_refused_equation(medians, "hostile_equation_sum", repeated("count() + ", longest_search / 10) + "1");
    measure_refused_equation(medians, "hostile_equation_parentheses", repeated("(", longest_search));

    if (!medians.run()) {
        std::fprintf(stderr, "dataexport-bench: %s\n", medians.complaint().c_str());
        return 1;
    }
    const double json_time = medians.of("parse_json");
    const double memory_ratio = medians.of("validate_memory") / json_time;
    const double sqlite_ratio = medians.of("validate_sqlite") / json_time;
    if (options.json) {
        const json::object ratios{{"validate_memory", memory_ratio}, {"validate_sqlite", sqlite_ratio}};
        const json::object figures(medians.figures().begin(), medians.figures().end());
        std::printf("%s\n", to_json({{"nanoseconds", figures}, {"times_parse_json", ratios}}).c_str());
    } else {
        show(medians, memory_ratio, sqlite_ratio);
    }
    return 0;
}

} // namespace

void add_micro(CLI::App& app, int& status) {
    auto* verb = app.add_subcommand("micro", "What it costs to check a request, and to refuse a hostile one");
    auto options = std::make_shared<Options>();
    verb->add_flag("--quick", options->quick, "Measure for a moment only: figures are rough");
    verb->add_flag("--json", options->json, "One JSON object instead of a table; times in nanoseconds");
    verb->callback([options, &status] { status = run(*options); });
}

} // namespace bench
