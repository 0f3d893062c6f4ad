#pragma once

#include <dataexport/testing/check_event_store.hpp>

#include <dataexport/core/time.hpp>
#include <dataexport/testing/check_row_source.hpp>
#include <dataexport/testing/impl/check_event_groups.ipp>
#include <dataexport/testing/impl/event_sample.ipp>

#include <variant>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

namespace detail::check_event_store {

using namespace event_sample;

/// The events, named by the last digit of their id, in the order of their arrival.
inline std::vector<Event> sample() {
    auto a = event_of('a', web, 5);
    a.type = "error";
    a.level = "error";
    a.title = "Disk full";
    a.message = "No space left on /dev/sda1";
    a.environment = "production";
    a.release = "web@1.0";
    a.issue = 7;
    a.user = {"7", "jane@example.com", "jane", "10.0.0.1"};
    a.tags = {{"browser", "Firefox"}, {"empty", ""}};
    a.measurements = {{"lcp", 2500.5}};

    auto b = event_of('b', web, 5); // The same instant as a, later in arrival, later by id.
    b.level = "warning";
    b.title = "100% of quota_used";
    b.message = "quota \\ reached * twice";
    b.environment = "staging";
    b.issue = 7;
    b.user.email = "joe@example.com";
    b.tags = {{"browser", "firefox esr"}, {"a:b", "1"}};
    b.measurements = {{"lcp", 100}, {"fcp", 0}};

    auto c = event_of('c', app, 1); // Arrives late, happened early.
    c.type = "transaction";
    c.transaction = "/checkout";
    c.duration = 1500;
    c.platform = "cocoa";
    c.tags = {{"browser", "Safari"}, {"flag", "true"}};

    auto d = event_of('d', app, 9);
    d.type = "default";
    d.issue = 8;
    d.message = "";
    d.duration = 20.25;
    d.tags = {{"browser", "fire*fox"}, {"flag", "false"}};

    auto e = event_of('e', web, 30);
    e.level = "error";
    e.issue = 7;
    e.user.id = "7";
    e.title = "O'Reilly \"quoted\" \xc3\xa4";
    e.tags = {{"browser", "Firefox"}};

    auto f = event_of('f', web, 60); // After the end of the range.
    f.level = "error";
    return {a, b, c, d, e, f};
}

class Check {
public:
    Check(Report& report, const EventStoreFactory& make)
        : report_(report), make_(make), made_(make_filled(make, sample())) {}

    void run() {
        searches();
        scopes();
        orders();
        cells();
        tags();
        existence();
        refusals();
        arrivals();
        sources();
    }

private:
    static EventQuery query(std::string_view search = "") { return query_of({.fields = {"id"}}, search).value(); }

    Rows rows(const Result<std::unique_ptr<RowSource>>& source) { return read_all(report_, source); }

    /// The names of the events that match, in their order.
    std::string names(const EventQuery& query) {
        std::string names;
        for (const auto& row : rows(made_.store->events(query))) {
            if (const auto* id = std::get_if<std::string>(&row.front())) names += id->back();
        }
        return names;
    }

    void expect_names(const EventQuery& query, std::string_view expected, const std::string& what) {
        report_.expect(made_.store->check(query).has_value(), what + " can be run");
        const auto found = names(query);
        report_.expect(found == expected, what + " finds " + std::string(expected) + ", not " + found);
    }

    void searches() {
        const std::pair<std::string_view, std::string_view> table[] = {
            {"", "cabde"},
            {"level:error", "ae"},
            {"level:ERROR", ""},
            {"!level:error", "cbd"},
            {"level:[error, warning]", "abe"},
            {"!level:[error, warning]", "cd"},
            {"has:level", "abe"},
            {"!has:level", "cd"},
            {"level:\"\"", "cd"},
            {"browser:Firefox", "ae"},
            {"tags[browser]:Firefox", "ae"},
            {"browser:fire*", "abde"},
            {"browser:*FOX", "ade"},
            {"browser:fire\\*fox", "d"},
            {"browser:[Safari, fire*r]", "cb"},
            {"!browser:fire*", "c"},
            {"a:b:1", ""},
            {"\"a:b\":1", "b"},
            {"has:empty", ""},
            {"title:100%*", "b"},
            {"title:*quota_used", "b"},
            {"title:*quota-used", ""},
            {"title:\"O'Reilly \\\"quoted\\\" \xc3\xa4\"", "e"},
            {"title:\"x' OR 1=1 --\"", ""},
            {"space", "a"},
            {"SPACE LEFT", "a"},
            {"DISK", "a"},
            {"\"quota_used\"", "b"},
            {"!message:quota", "cade"},
            {"message:\"/dev\"", "a"},
            {"message:no*left", "a"},
            {"message:\"reached \\* twice\"", "b"},
            {"!message:space", "cbde"},
            {"!has:message", "cde"},
            {"transaction.duration:>1s", "c"},
            {"transaction.duration:<=20.25", "d"},
            {"!transaction.duration:>1s", "d"},
            {"has:transaction.duration", "cd"},
            {"measurements.lcp:>=2500.5", "a"},
            {"measurements.fcp:0", "b"},
            {"!measurements.fcp:0", "cade"},
            {"project:web", "abe"},
            {"project.id:2", "cd"},
            {"project.id:[1,2]", "cabde"},
            {"issue:7", "abe"},
            {"issue.id:>7", "d"},
            {"!has:issue", "c"},
            {"user:\"id:7\"", "ae"},
            {"user.email:*@example.com", "ab"},
            {"user.display:jane@example.com", "a"},
            {"event.type:error", "a"},
            {"release:web@1.0", "a"},
            {"timestamp:>=2020-05-19T12:09:00", "de"},
            {"timestamp:<2020-05-19T12:05:00", "c"},
            {"id:0000000000000000000000000000000a", "a"},
            {"level:error OR level:warning", "abe"},
            {"level:error browser:Firefox OR browser:Safari", "cae"},
            {"(level:error OR browser:Safari) project:app", "c"},
            {"level:error AND (project:app OR (issue:7 user.username:jane))", "a"},
        };
        for (const auto& [text, expected] : table) {
            expect_names(query(text), expected, "the search " + std::string(text));
        }
    }

    void scopes() {
        auto only = query();
        only.projects = {app};
        expect_names(only, "cd", "one project");
        only.projects = {};
        expect_names(only, "", "no project");
        const std::pair<std::string, std::string_view> datasets[] = {
            {"errors", "abde"}, {"transactions", "c"}, {"issuePlatform", ""}};
        for (const auto& [dataset, expected] : datasets) {
            auto in_dataset = query();
            in_dataset.dataset = dataset;
            expect_names(in_dataset, expected, "the dataset " + dataset);
        }
        auto environments = query();
        environments.environments = {"production", "staging"};
        expect_names(environments, "ab", "two environments");
        auto range = query();
        range.start = noon + std::chrono::minutes{5};
        range.end = noon + std::chrono::minutes{9};
        expect_names(range, "ab", "a range takes its start and leaves its end");
        auto parenthesised = query("level:error OR browser:Safari");
        parenthesised.projects = {web};
        expect_names(parenthesised, "ae", "a search cannot leave its projects");
    }

    void orders() {
        const std::pair<std::vector<std::string>, std::string_view> table[] = {
            {{"-timestamp"}, "edabc"},
            {{"level"}, "cdaeb"},
            {{"-level"}, "baecd"},
            {{"-id"}, "edcba"},
            {{"browser"}, "aecdb"},
            {{"-issue", "id"}, "dabec"},
            {{"-level", "-timestamp"}, "beadc"},
            {{"transaction.duration"}, "abedc"},
            {{"-project", "-transaction.duration"}, "abecd"},
        };
        for (const auto& [sort, expected] : table) {
            Selection selection{.fields = {"id"}, .sort = sort};
            std::string what = "the order";
            for (const auto& field : sort) {
                selection.fields.push_back(field.substr(field.starts_with('-') ? 1 : 0));
                what += ' ' + field;
            }
            expect_names(query_of(selection, "").value(), expected, what);
        }
    }

    void cells() {
        const std::vector<std::string> fields{
            "id",       "timestamp",   "project",          "project.name",  "project.id",       "issue",
            "user",     "user.ip",     "browser",          "tags[browser]", "measurements.lcp", "nothing",
            "duration", "tags[empty]", "timestamp.to_hour"};
        const auto found = rows(made_.store->events(query_of({.fields = fields}, "id:" + id_of('a')).value()));
        const RecordingSink::Row expected{id_of('a'),
                                          noon + std::chrono::minutes{5},
                                          "web",
                                          "web",
                                          std::int64_t{1},
                                          std::int64_t{7},
                                          "id:7",
                                          "10.0.0.1",
                                          "Firefox",
                                          "Firefox",
                                          2500.5,
                                          {},
                                          {},
                                          "",
                                          noon};
        report_.expect(found == Rows{expected},
                       "cells have the values and types of their fields; missing ones are null");
    }

    static std::string at(int minutes) { return to_iso_micros(noon + std::chrono::minutes{minutes}); }

    void tags() {
        const auto browsers = rows(made_.store->tag_values({web, 7, "browser", std::nullopt}));
        const Rows expected{{"Firefox", std::int64_t{2}, at(30), at(5)},
                            {"firefox esr", std::int64_t{1}, at(5), at(5)}};
        report_.expect(browsers == expected, "tag_values gives a row for each value; ties are ordered by value");
        const auto users = rows(made_.store->tag_values({web, 7, "user", std::nullopt}));
        const Rows expected_users{
            {"email:joe@example.com", "", "joe@example.com", "", "", std::int64_t{1}, at(5), at(5)},
            {"id:7", "7", "jane@example.com", "jane", "10.0.0.1", std::int64_t{2}, at(30), at(5)}};
        report_.expect(users == expected_users, "tag_values of user has the parts of the user");
        const auto in_staging = rows(made_.store->tag_values({web, 7, "browser", "staging"}));
        report_.expect(in_staging == Rows{expected[1]}, "tag_values counts the events of the environment alone");
        report_.expect(rows(made_.store->tag_values({app, 7, "browser", std::nullopt})).empty(),
                       "tag_values gives nothing for an issue of another project");
    }

    void existence() {
        const auto has = [](const Result<bool>& result) { return result.has_value() && *result; };
        auto& store = *made_.store;
        report_.expect(has(store.has_group(web, 7)), "has_group finds an issue");
        report_.expect(!has(store.has_group(app, 7)), "has_group looks at the project");
        report_.expect(has(store.has_tag(web, "browser", std::nullopt)), "has_tag finds a tag");
        report_.expect(has(store.has_tag(web, "a:b", "staging")), "has_tag finds a tag in an environment");
        report_.expect(!has(store.has_tag(web, "a:b", "production")), "has_tag looks at the environment");
        report_.expect(!has(store.has_tag(app, "a:b", std::nullopt)), "has_tag looks at the project");
        report_.expect(has(store.has_tag(web, "user", std::nullopt)), "has_tag finds users");
        report_.expect(!has(store.has_tag(app, "user", std::nullopt)), "has_tag finds no users where there are none");
        report_.expect(has(store.has_tag(web, "release", std::nullopt)), "a release counts as a tag");
    }

    void expect_refusal(const EventQuery& query, Errc code, const std::string& what) {
        const auto checked = made_.store->check(query);
        report_.expect(!checked && checked.error().code == code && !checked.error().detail.empty(),
                       what + " is " + std::string(to_string(code)));
    }

    static SearchTerm on_function() { return SearchTerm(SearchFilter{"count()", true, {}, 5.0, {}}); }

    void refusals() {
        auto condition = query();
        condition.where = {on_function()};
        expect_refusal(condition, Errc::invalid_query, "a condition of an event on a function");
        condition.where = {SearchTerm(SearchGroup{{on_function()}, {}})};
        expect_refusal(condition, Errc::invalid_query, "one deep in a group");
        auto nothing = query();
        nothing.exported = 0;
        expect_refusal(nothing, Errc::invalid_field, "a query without columns");
    }

    void arrivals() {
        auto made = make_({{web, "web"}});
        for (const char name : {'b', 'd'}) {
            made.add(event_of(name, web, 5));
        }
        auto source = made.store->events(query());
        RecordingSink before(1);
        if (!report_.expect(source && (*source)->start("") && (*source)->fetch(10, before), "a source opens")) return;
        for (const char name : {'a', 'c', 'e'}) {
            made.add(event_of(name, web, 5));
        }
        auto resumed = made.store->events(query());
        RecordingSink after;
        report_.expect(resumed && (*resumed)->start((*source)->position()) && (*resumed)->fetch(10, after),
                       "a source resumes");
        report_.expect(before.rows() == Rows{{id_of('b')}} && after.rows() == Rows{{id_of('d')}},
                       "events that arrive after the first start are not among the rows, however they sort");
    }

    void sources() {
        std::vector<EventQuery> queries{query(), query("level:error"), query("level:nothing")};
        for (const auto* sort : {"-level", "level", "-browser", "transaction.duration", "-measurements.lcp"}) {
            const std::string field(sort);
            const auto name = field.substr(field.starts_with('-') ? 1 : 0);
            queries.push_back(query_of({.fields = {"id", name, "title"}, .sort = {sort}}, "").value());
        }
        for (const auto& each : queries) {
            merge(report_, testing::check_row_source([&] { return made_.store->events(each).value(); }));
        }
        for (const auto* key : {"browser", "user"}) {
            merge(report_, testing::check_row_source([&] {
                      return made_.store->tag_values({web, 7, key, std::nullopt}).value();
                  }));
        }
    }

    Report& report_;
    const EventStoreFactory& make_;
    EventStoreUnderTest made_;
};

} // namespace detail::check_event_store

DATAEXPORT_DECL Report check_event_store(const EventStoreFactory& make) {
    Report report;
    detail::check_event_store::Check(report, make).run();
    detail::check_event_groups::Check(report, make).run();
    return report;
}

} // namespace testing
DATAEXPORT_NAMESPACE_END
