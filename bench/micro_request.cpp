#include "micro.hpp"

#include "filesystem/temporary_folder.hpp"
#include "request/request_fixture.hpp"

#include <dataexport/core/json.hpp>
#include <dataexport/format/make_writer.hpp>
#include <dataexport/memory/memory_event_store.hpp>
#include <dataexport/request/discover.hpp>
#include <dataexport/request/equation.hpp>
#include <dataexport/request/export_query_serializer.hpp>
#include <dataexport/search/search_query.hpp>
#include <dataexport/sqlite/event_store.hpp>

#include <boost/json/parse.hpp>

#include <map>
#include <memory>
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

void measure_search(Medians& medians, const std::string& name, std::string text, bool is_accepted) {
    measure(medians, name, [text = std::move(text), is_accepted] {
        return SearchQuery::parse(text, {.now = now}).has_value() == is_accepted;
    });
}

void measure_refused_equation(Medians& medians, const std::string& name, std::string text) {
    measure(medians, name, [text = std::move(text)] { return parse_equation(text).has_error(); });
}

/// What the checks of requests for the events of a store need; it lives as long as the pieces do.
struct OverMemory {
    MemoryEventStore events{projects};
    RequestChecker check{events};
};

struct OverSqlite {
    TemporaryFolder folder;
    std::unique_ptr<EventStore> events = open_sqlite_events(folder).value();
    RequestChecker check{*events};
};

} // namespace

void add_request_pieces(Medians& medians) {
    measure_search(medians, "parse_search", std::string(typical_search), true);
    measure(medians, "parse_json", [] { return boost::json::parse(discover_body).is_object(); });

    const json::value body = request_fixture::parsed(discover_body);
    measure(medians, "validate_memory",
            [body, over = std::make_shared<OverMemory>()] { return over->check(body).has_value(); });
    measure(medians, "validate_sqlite",
            [body, over = std::make_shared<OverSqlite>()] { return over->check(body).has_value(); });

    measure_search(medians, "hostile_search_parentheses", repeated("(", 8000), false);
    measure_search(medians, "hostile_search_word", repeated("a", longest_search), true);
    measure_refused_equation(medians, "hostile_equation_sum", repeated("count() + ", longest_search / 10) + "1");
    measure_refused_equation(medians, "hostile_equation_parentheses", repeated("(", longest_search));
}

} // namespace bench
