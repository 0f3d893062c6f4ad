#include "fuzz/require.hpp"
#include "request/request_fixture.hpp"

#include <dataexport/format/make_writer.hpp>
#include <dataexport/memory/memory_event_store.hpp>
#include <dataexport/ports/event_columns.hpp>
#include <dataexport/request/discover.hpp>
#include <dataexport/request/export_query_serializer.hpp>
#include <dataexport/request/issues_by_tag.hpp>
#include <dataexport/search/term_json.hpp>
#include <dataexport/testing/recording_sink.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

using namespace dataexport;
using request_fixture::at;

namespace {

const TimePoint now = at("2020-05-19T14:00:00.25Z");

/// A request, and the parameters of its URL.
struct Asked {
    std::string body;
    std::vector<std::pair<std::string, std::string>> parameters;
};

/// Puts a line `name=value`, where the value is JSON, into an object.
void put_member(json::object& object, std::string_view line) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return;
    if (auto value = parse_json(line.substr(equals + 1))) object[line.substr(0, equals)] = *std::move(value);
}

/// Makes a request out of lines, so that most of them come deep into the checks. The first character of a line says
/// what the rest of it is: `f` a field, `e` an equation, `q` the search, `s` a key to sort by, `p` the period, `i` a
/// member of the query info, `b` one of the body, `u` a parameter of the URL. Text that begins with `{` is the body.
Asked asked_by(std::string_view text) {
    if (text.starts_with('{')) return {std::string(text), {}};
    Asked asked;
    json::object body{{"query_type", "Discover"}};
    json::object info{{"query", ""}};
    json::array fields;
    json::array sort;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.empty()) continue;
        const std::string_view rest = line.substr(1);
        const auto equals = rest.find('=');
        switch (line.front()) {
        case 'f':
            fields.emplace_back(rest);
            break;
        case 'e':
            fields.emplace_back("equation|" + std::string(rest));
            break;
        case 'q':
            info["query"] = rest;
            break;
        case 's':
            sort.emplace_back(rest);
            break;
        case 'p':
            info["statsPeriod"] = rest;
            break;
        case 'i':
            put_member(info, rest);
            break;
        case 'b':
            put_member(body, rest);
            break;
        case 'u':
            if (equals != std::string_view::npos) {
                asked.parameters.emplace_back(rest.substr(0, equals), rest.substr(equals + 1));
            }
            break;
        default:
            break;
        }
    }
    info.emplace("field", std::move(fields));
    info.emplace("sort", std::move(sort));
    body.emplace("query_info", std::move(info));
    asked.body = to_json(body);
    return asked;
}

/// Events of which some lack what others have.
void add_events(MemoryEventStore& store) {
    for (int i = 0; i < 6; ++i) {
        Event event;
        event.id = std::string(31, 'a') + std::to_string(i);
        event.project = ProjectId{i < 4 ? 11 : 12};
        event.timestamp = now - std::chrono::hours{i * i};
        if (i % 2 == 0) event.level = i % 4 == 0 ? "error" : "warning";
        if (i % 3 == 0) event.environment = "production";
        if (i != 1) event.title = "title";
        if (i != 2) event.duration = 100.5 * i;
        if (i != 3) event.user.id = std::to_string(i % 3);
        if (i != 4) event.tags["browser"] = i < 3 ? "Firefox" : "";
        if (i != 5) event.measurements["lcp"] = 1000.0 * i;
        event.tags["transaction.status"] = i < 2 ? "ok" : "internal_error";
        event.issue = 5;
        store.add(std::move(event));
    }
}

/// Remembers the query that was checked; everything else is the store's.
class WatchedStore final : public EventStore {
public:
    WatchedStore() : store_({{ProjectId{11}, "backend"}, {ProjectId{12}, "frontend"}, {ProjectId{13}, "mobile"}}) {
        add_events(store_);
    }
    Result<void> check(const EventQuery& query) override {
        checked = query;
        return store_.check(query);
    }
    Result<std::unique_ptr<RowSource>> events(const EventQuery& query) override { return store_.events(query); }
    Result<std::unique_ptr<RowSource>> tag_values(const TagValuesQuery& query) override {
        return store_.tag_values(query);
    }
    Result<bool> has_group(ProjectId project, std::int64_t group) override { return store_.has_group(project, group); }
    Result<bool> has_tag(ProjectId project, std::string_view key,
                         const std::optional<std::string>& environment) override {
        return store_.has_tag(project, key, environment);
    }

    std::optional<EventQuery> checked;

private:
    MemoryEventStore store_;
};

/// A refusal is the caller's to mend: it has a text, and it is JSON.
void check_rejection(const Rejection& rejection) {
    const Condition said = condition(rejection.code);
    require(said == Condition::invalid_request || said == Condition::denied);
    require(rejection.body.empty() == (rejection.code == Errc::feature_disabled));
    for (const auto& [key, value] : rejection.body) {
        const json::value& text = value.is_array() ? value.get_array().at(0) : value;
        require(text.is_string() && !text.get_string().empty());
    }
    require(parse_json(to_json(rejection.body)).has_value());
}

bool are_equal(const EventQuery& a, const EventQuery& b) {
    return a.dataset == b.dataset && a.columns == b.columns && a.exported == b.exported && a.projects == b.projects &&
           a.environments == b.environments && a.start == b.start && a.end == b.end && a.sort == b.sort &&
           terms_to_json(a.where) == terms_to_json(b.where) && terms_to_json(a.having) == terms_to_json(b.having);
}

struct IsOfType {
    const EventColumn& column;
    ColumnType type;

    bool operator()(std::monostate) const { return is_nullable(column); }
    bool operator()(std::int64_t) const { return type == ColumnType::integer; }
    bool operator()(double) const { return type == ColumnType::real; }
    bool operator()(const std::string&) const { return type == ColumnType::text; }
    bool operator()(TimePoint) const { return type == ColumnType::timestamp; }
    template <class Other>
    bool operator()(const Other&) const {
        return false;
    }
};

std::vector<testing::RecordingSink::Row> rows_of(RowSource& source) {
    require(source.start("").has_value());
    testing::RecordingSink sink;
    for (;;) {
        const auto fetched = source.fetch(100, sink);
        require(fetched.has_value());
        if (fetched->end) return sink.rows();
    }
}

void check_discover(const ExportedData& record, const EventQuery& checked) {
    const auto query = event_query(record);
    require(query && are_equal(*query, checked) && check_event_query(*query).has_value());
    require(query->start < query->end && !query->projects.empty());
    require(query->exported > 0 && query->exported <= query->columns.size());
    for (const EventSort& sort : query->sort) {
        require(sort.column.value < query->columns.size());
    }
}

/// What was accepted can run, as it was stored.
void check_accepted(const ValidatedExport& valid, WatchedStore& store) {
    ExportedData record;
    record.date_added = now;
    record.query_type = valid.kind->name;
    record.query_info = parse_json(to_json(valid.query_info)).value().as_object();
    record.format = valid.format;
    record.environment = valid.environment;
    record.projects = valid.projects;
    require(record.query_info == valid.query_info && !record.projects.empty());
    require(!valid.limit || *valid.limit > 0);

    const auto source = valid.kind->open(record);
    require(source.has_value());
    const auto columns = (*source)->columns();
    const auto rows = rows_of(**source);
    for (const auto& row : rows) {
        require(row.size() == columns.size());
    }
    if (record.query_type != "Discover") return;
    check_discover(record, *store.checked);
    require(columns.size() == store.checked->exported);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const EventColumn& column = store.checked->columns[i];
        require(columns[i].name == column.name);
        for (const auto& row : rows) {
            require(std::visit(IsOfType{column, type_of(column, *store.checked)}, row[i]));
        }
    }
}

struct World {
    WatchedStore store;
    ExportKinds kinds;
    AccessContext jane = request_fixture::jane();
    ExportQuerySerializer serializer{kinds, {}, check_dialect};

    World() {
        kinds.add(discover_kind(store));
        kinds.add(issues_by_tag_kind(store));
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    const Asked asked = asked_by({reinterpret_cast<const char*>(data), size});
    const auto body = world.serializer.parse(asked.body);
    if (!body) {
        check_rejection(body.error());
        return 0;
    }
    const auto valid = world.serializer.validate(*body, asked.parameters, world.jane, now);
    if (valid) {
        check_accepted(*valid, world.store);
    } else {
        check_rejection(valid.error());
    }
    return 0;
}
