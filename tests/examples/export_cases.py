"""Exports over the sample events, and the tables that they have to hold."""

import datetime
import fnmatch
import math
from typing import Any, Callable, NamedTuple

import event_tables as tables
from event_tables import Column, Event, Events, field, values

NOW = "2002-07-25T00:00:00Z"  # when the last event was
RANGE = {"start": "1990-01-01T00:00:00", "end": "2003-01-01T00:00:00"}
SECONDS = (datetime.datetime(2003, 1, 1) - datetime.datetime(1990, 1, 1)).total_seconds()

SPEED = "measurements.speed_knots"
COST = "measurements.cost_total_usd"
AIRPORT = "DALLAS/FORT WORTH INTL ARPT"

COUNT = Column("count()", "count", len)
BY_BYTES = [field("id"), field("timestamp"), field("title")]


class Case(NamedTuple):
    """An export, and the table that it has to hold."""

    name: str
    columns: list[Column]
    events: Events  # those that it is about
    search: str = ""
    sort: list[tuple[str, str]] = []  # what is asked for, and the heading that it means
    keep: Callable[[dict[str, Any]], bool] = lambda row: True  # which rows of groups stay
    info: dict = RANGE

    def query_info(self) -> dict:
        asked = [column.asked for column in self.columns]
        sort = {"sort": [asked for asked, _ in self.sort]} if self.sort else {}
        return {"field": asked, "query": self.search} | sort | self.info

    def headings(self) -> list[str]:
        return [column.heading for column in self.columns]

    def rows(self) -> list[list]:
        rows = tables.table(self.events, self.columns, self.sort)
        return [row for row in rows if self.keep(dict(zip(self.headings(), row)))]


def of_values(call: str, heading: str, name: str, compute: Callable[[list], Any]) -> Column:
    """A function of the values that a field has."""
    return Column(call, heading, lambda events: compute(values(events, name)))


def unique(name: str, heading: str) -> Column:
    return Column(f"count_unique({name})", heading, lambda events: tables.unique(events, name))


def percentile(call: str, heading: str, name: str, share: float) -> Column:
    return of_values(call, heading, name, lambda numbers: tables.percentile(numbers, share))


def where(events: Events, condition: Callable[[Event], bool]) -> Events:
    return [event for event in events if condition(event)]


def like(event: Event, name: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(event.get(name, "").lower(), pattern)


def time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text + "+00:00")


LAST_SEEN = Column("last_seen()", "last_seen", lambda events: tables.latest(events)["timestamp"])
FAILURE_RATE = Column("failure_rate()", "failure_rate", lambda events: tables.ratio(tables.failures(events), len(events)))
P95_SPEED = percentile(f"p95({SPEED})", "p95_measurements_speed_knots", SPEED, 0.95)
AVG_SPEED = of_values(f"avg({SPEED})", "avg_measurements_speed_knots", SPEED, tables.mean)
MAX_SPEED = of_values(f"max({SPEED})", "max_measurements_speed_knots", SPEED, lambda all: max(all, default=None))
MIN_SPEED = of_values(f"min({SPEED})", "min_measurements_speed_knots", SPEED, lambda all: min(all, default=None))
OPERATORS = unique("tags[operator]", "count_unique_tags_operator")
AIRCRAFT = unique("tags[aircraft]", "count_unique_tags_aircraft")


def searches(events: Events) -> list[Case]:
    def case(search: str, condition: Callable[[Event], bool], **options) -> Case:
        return Case(search, BY_BYTES, where(events, condition), search, **options)

    def at_dallas(event: Event) -> bool:
        return event["tags[airport]"] == AIRPORT

    return [
        case(f"title:*gull* !level:info {SPEED}:>200",
             lambda e: like(e, "title", "*gull*") and e["level"] != "info" and e.get(SPEED, 0) > 200),
        case(f'(level:error OR level:warning) tags[airport]:"{AIRPORT}"',
             lambda e: e["level"] in {"error", "warning"} and at_dallas(e)),
        case(f'level:error OR level:warning tags[airport]:"{AIRPORT}"',
             lambda e: e["level"] == "error" or (e["level"] == "warning" and at_dallas(e))),
        case("gull level:error", lambda e: "gull" in e["title"].lower() and e["level"] == "error"),
        case("species:[\"Rock pigeon\", \"Canada goose\"] !transaction:[Climb, Approach]",
             lambda e: e["tags[species]"] in {"Rock pigeon", "Canada goose"}
             and e["transaction"] not in {"Climb", "Approach"}),
        case(f"!has:{SPEED} level:error", lambda e: SPEED not in e and e["level"] == "error"),
        case(f"!{SPEED}:140 {COST}:>=1k", lambda e: e.get(SPEED) != 140 and e[COST] >= 1000),
        case("aircraft:B-7?7-300", lambda e: False),
        case("aircraft:b-7*7-300 !airport:*INTL*",
             lambda e: like(e, "tags[aircraft]", "b-7*7-300") and not like(e, "tags[airport]", "*intl*")),
        case('operator:"US AIRWAYS\\*" level:error',
             lambda e: e["tags[operator]"] == "US AIRWAYS*" and e["level"] == "error"),
        case("timestamp:>=2000-01-01 timestamp:<2000-02-01 size:Large",
             lambda e: time("2000-01-01T00:00:00") <= e["timestamp"] < time("2000-02-01T00:00:00")
             and e["tags[size]"] == "Large"),
        case("timestamp:1999-12-31", lambda e: e["timestamp"] == time("1999-12-31T00:00:00")),
        case("project:dc OR project.id:29 project:washington level:error",
             lambda e: e["project"] == "dc" or (e["project"] == "washington" and e["level"] == "error")),
        case("has:no_such_tag", lambda e: False),
    ]


def plain_rows(events: Events) -> list[Case]:
    warnings = where(events, lambda e: e["level"] == "warning")
    some = field("tags[species]")
    picked = "07030112d5d33eed3ff7bc3fb5951d95"
    to_other = Column(f'to_other(id,"{picked}","another, one","this one")', f"to_other_id__{picked}___another__one___this_one",
                      "picked")
    return [
        Case("every kind of field",
             [field("project"), field("project.id"), Column("species", "species", "tags[species]"), field(SPEED),
              field("timestamp.to_hour"), field("environment"), field("no_such_tag"), field("message")],
             warnings, "level:warning"),
        Case("sort by two columns, nulls last when falling", [field(SPEED), some, field("id")], warnings, "level:warning",
             [(f"-{SPEED}", SPEED), ("tags[species]", "tags[species]")]),
        Case("sort by text bytes", [field("title"), field("id")], warnings, "level:warning", [("title", "title")]),
        Case("two projects", BY_BYTES, where(events, lambda e: e["project"] in {"texas", "california"}),
             info=RANGE | {"project": [27, 2]}),
        Case("a period before now", BY_BYTES,
             where(events, lambda e: time("2001-07-26T00:00:00") <= e["timestamp"] < time("2002-07-25T00:00:00")),
             info={"statsPeriod": "52w"}),
        Case("two periods before now", BY_BYTES,
             where(events, lambda e: time("2002-06-25T00:00:00") <= e["timestamp"] < time("2002-07-15T00:00:00")),
             info={"statsPeriodStart": "30d", "statsPeriodEnd": "240h"}),
        Case("one of two texts", [field("id"), to_other],
             [e | {"picked": "this one" if e["id"] == picked else "another, one"}
              for e in events if e["timestamp"] < time("1990-01-20T00:00:00")],
             info={"start": "1990-01-01", "end": "1990-01-20"}),
        Case("arithmetic on a field that no event has",
             [field("id"), field(COST), field("measurements.lcp"),
              Column("equation|measurements.lcp * 2", "measurements.lcp * 2", "measurements.lcp")],  # there is no lcp
             warnings, "level:warning"),
    ]


def groups(events: Events) -> list[Case]:
    share = Column("equation|count() / count_unique(tags[aircraft])", "count() / count_unique(tags[aircraft])",
                   lambda all: tables.ratio(len(all), tables.unique(all, "tags[aircraft]")))
    rest = Column("equation|(count() - count_unique(tags[aircraft])) * 2 + -3",
                  "(count() - count_unique(tags[aircraft])) * 2 + -3",
                  lambda all: float((len(all) - tables.unique(all, "tags[aircraft]")) * 2 - 3))
    above = Column(f"count_if({SPEED},greaterOrEquals,200)", "count_if_measurements_speed_knots_greaterOrEquals_200",
                   lambda all: sum(speed >= 200 for speed in values(all, SPEED)))
    other = Column('count_if(tags[species],notEquals,"Rock pigeon")', "count_if_tags_species__notEquals__Rock_pigeon",
                   lambda all: sum(e["tags[species]"] != "Rock pigeon" for e in all))
    errors = Column("count_if(level,equals,error)", "count_if_level_equals_error",
                    lambda all: sum(e["level"] == "error" for e in all))
    species, aircraft, level, project = (field(name) for name in ["tags[species]", "tags[aircraft]", "level", "project"])
    named = Column("count() as strikes", "strikes", len)
    return [
        Case("events by tag", [species, COUNT], events),
        Case("speeds by phase", [field("transaction"), P95_SPEED, AVG_SPEED, MAX_SPEED, MIN_SPEED], events),
        Case("speeds by aircraft, of some there are none", [P95_SPEED, aircraft, AVG_SPEED, MAX_SPEED, MIN_SPEED, COUNT], events),
        Case("percentiles", [level] + [percentile(f"p{n}({SPEED})", f"p{n}_measurements_speed_knots", SPEED, n / 100)
                                       for n in [50, 75, 90, 95, 99, 100]] +
             [percentile(f"percentile({SPEED}, {text})", f"percentile_measurements_speed_knots_{text.replace('.', '_')}", SPEED,
                         float(text)) for text in ["0.75", "0", "1", "0.333"]], events),
        Case("distinct values by project", [project, OPERATORS], events),
        Case("arithmetic beside its operands", [level, COUNT, AIRCRAFT, share, rest], events),
        Case("a denominator of zero", [level, COUNT, unique("nothing", "count_unique_nothing"),
                                       Column("equation|count() / count_unique(nothing)", "count() / count_unique(nothing)",
                                              lambda all: None)], events),
        Case("falling by a function", [species, COUNT], events, sort=[("-count()", "count")]),
        Case("falling by an alias, nulls last", [aircraft, P95_SPEED], events,
             sort=[("-p95_measurements_speed_knots", "p95_measurements_speed_knots")]),
        Case("falling by a name that was given", [species, named], events, sort=[("-strikes", "strikes")]),
        Case("rising by an equation", [species, COUNT, AIRCRAFT, share], events,
             sort=[("equation[0]", share.heading), ("-tags[species]", "tags[species]")]),
        Case("two plain columns", [level, field("timestamp.to_day"), COUNT], where(events, lambda e: e["project"] == "utah"),
             "project:utah"),
        Case("groups with many events", [species, COUNT], events, "count():>50", keep=lambda row: row["count"] > 50),
        Case("groups by a function that is not exported", [species, OPERATORS],
             of_large_groups(events, "tags[species]", 50), "count():>50"),
        Case("conditions on events and on groups", [species, COUNT, P95_SPEED], where(events, lambda e: e["level"] == "error"),
             f"level:error (count():>=10 OR p95({SPEED}):>250)",
             keep=lambda row: row["count"] >= 10 or (row["p95_measurements_speed_knots"] or 0) > 250),
        Case("groups that ended early", [field("project"), LAST_SEEN], events, "last_seen():<2002-07-15",
             keep=lambda row: row["last_seen"] < time("2002-07-15T00:00:00")),
        Case("times", [level, of_values("min(timestamp)", "min_timestamp", "timestamp", min),
                       of_values("max(timestamp)", "max_timestamp", "timestamp", max)], events),
        Case("events that compare so", [project, errors, above, other], events),
        Case("spread", [level,
                        of_values(f"var({SPEED})", "var_measurements_speed_knots", SPEED, tables.variance),
                        of_values(f"stddev({SPEED})", "stddev_measurements_speed_knots", SPEED,
                                  lambda all: math.sqrt(tables.variance(all))),
                        of_values(f"sum({COST})", "sum_measurements_cost_total_usd", COST, math.fsum)], events),
        Case("of single events there is no spread",
             [aircraft, of_values(f"var({SPEED})", "var_measurements_speed_knots", SPEED, tables.variance)], events),
        Case("how two measurements depend", [level,
             Column(f"cov({SPEED},{COST})", "cov_measurements_speed_knots_measurements_cost_total_usd",
                    lambda all: tables.covariance(speeds_and_costs(all))),
             Column(f"corr({SPEED},{COST})", "corr_measurements_speed_knots_measurements_cost_total_usd",
                    lambda all: tables.correlation(speeds_and_costs(all)))], events),
        Case("one row", [COUNT], events),
        Case("all in all", [COUNT, P95_SPEED, field("total.count")._replace(value=lambda all: len(events)), level],
             events),
        Case("one row of nothing", [COUNT, P95_SPEED, OPERATORS, share._replace(asked="equation|count() / 2", heading="count() / 2",
                                                                               value=lambda all: len(all) / 2)], [],
             "has:no_such_tag"),
        Case("no groups of nothing", [species, COUNT], [], "has:no_such_tag"),
        Case("the latest", [field("transaction"), LAST_SEEN,
                            Column("latest_event()", "latest_event", lambda all: tables.latest(all)["id"])], events),
        Case("rates", [level, Column("eps()", "eps", lambda all: len(all) / SECONDS),
                       Column("epm()", "epm", lambda all: len(all) / (SECONDS / 60)),
                       Column("eps(3600)", "eps_3600", lambda all: len(all) / 3600),
                       Column("tpm(60)", "tpm_60", len),
                       Column("floored_epm(7)", "floored_epm_7", lambda all: 10.0 ** math.floor(math.log10(len(all) / 7 * 60)))],
             events),
        Case("before and after a day", [level, *parts_of_time("2000-01-01T00:00:00")], events),
        Case("at least", [level, Column(f"count_at_least({SPEED}, 200)", "count_at_least_measurements_speed_knots_200",
                                        lambda all: sum(speed >= 200 for speed in values(all, SPEED))),
                          Column("any(tags[species])", "any_tags_species", lambda all: min(values(all, "tags[species]")))],
             events),
    ]


def of_large_groups(events: Events, name: str, more_than: int) -> Events:
    sizes: dict[str, int] = {}
    for event in events:
        sizes[event[name]] = sizes.get(event[name], 0) + 1
    return [event for event in events if sizes[event[name]] > more_than]


def speeds_and_costs(events: Events) -> list[tuple[float, float]]:
    return [(event[SPEED], event[COST]) for event in events if SPEED in event and COST in event]


def parts_of_time(middle: str) -> list[Column]:
    def speeds(events: Events, late: bool) -> list[float]:
        return [event[SPEED] for event in events if SPEED in event and (event["timestamp"] >= time(middle)) == late]

    suffix = middle.replace("-", "_").replace(":", "_")
    return [
        Column(f"count_range(less, {middle})", f"count_range_less_{suffix}",
               lambda all: sum(event["timestamp"] < time(middle) for event in all)),
        Column(f"avg_range({SPEED}, greaterOrEquals, {middle})", f"avg_range_measurements_speed_knots_greaterOrEquals_{suffix}",
               lambda all: tables.mean(speeds(all, True))),
        Column(f"variance_range({SPEED}, less, {middle})", f"variance_range_measurements_speed_knots_less_{suffix}",
               lambda all: tables.variance(speeds(all, False))),
        Column(f"percentile_range({SPEED}, 0.95, less, {middle})",
               f"percentile_range_measurements_speed_knots_0_95_less_{suffix}",
               lambda all: tables.percentile(speeds(all, False), 0.95)),
    ]


# The sample has neither issues nor users, durations, statuses, environments or parts of seconds: these are put in by rules.

STATUSES = ["ok", "not_found", "cancelled", "unknown", None, "internal_error"]
USERS = [{"id": "5"}, {"username": "ann", "email": "ann@example.com"}, {"email": "bob@example.com", "ip_address": "10.0.0.7"},
         {"ip_address": "127.0.0.1"}, {"id": "6", "username": "=1+1"}, None, None]
ENVIRONMENTS = ["production", "staging", None]


def derived(line: dict, number: int) -> dict:
    line = line | {"issue": 1 + number % 5, "type": "error"}
    if number % 10:
        line |= {"type": "transaction", "duration": number * 37 % 2000 + 0.5}
    if status := STATUSES[number % len(STATUSES)]:
        line["tags"] = line["tags"] | {"transaction.status": status}
    if user := USERS[number % len(USERS)]:
        line["user"] = user
    if environment := ENVIRONMENTS[number % len(ENVIRONMENTS)]:
        line["environment"] = environment
    if number % 4 == 0:
        line["measurements"] = line["measurements"] | {"lcp": number % 6000}
    if number % 3 == 0:
        line["timestamp"] = line["timestamp"].replace("00Z", "07.250000Z")
    return line


def transactions(events: Events) -> list[Case]:
    phase, environment = field("transaction"), field("environment")
    durations = [percentile(f"{name}()", name, "transaction.duration", share) for name, share in [("p50", 0.5), ("p95", 0.95)]]
    vitals = [Column(f"count_web_vitals(measurements.lcp,{quality})", f"count_web_vitals_measurements_lcp_{quality}",
                     lambda all, low=low, high=high: sum(low <= lcp < high for lcp in values(all, "measurements.lcp")))
              for quality, low, high in [("good", 0, 2500), ("meh", 2500, 4000), ("poor", 4000, 1e9), ("any", 0, 1e9)]]
    half = Column("equation|transaction.duration / measurements.lcp", "transaction.duration / measurements.lcp", "share")
    staging = where(events, lambda e: e.get("environment") == "staging")
    return [
        Case("failures by phase", [phase, Column("failure_count()", "failure_count", tables.failures), FAILURE_RATE],
             events),
        Case("groups with a high share of failures", [field("tags[size]"), field("level"), FAILURE_RATE], events,
             "failure_rate():>33.3%", keep=lambda row: row["failure_rate"] > 0.333),
        Case("satisfaction by phase",
             [phase, Column("apdex()", "apdex", lambda all: tables.apdex(all, 300)),
              Column("apdex(450)", "apdex_450", lambda all: tables.apdex(all, 450)),
              Column("count_miserable(user, 300)", "count_miserable_user_300", lambda all: tables.miserable(all, 300)),
              Column("user_misery(300)", "user_misery_300", lambda all: tables.misery(all, 300, 5.8875, 111.8625)),
              Column("user_misery(100, 1, 2)", "user_misery_100_1_2", lambda all: tables.misery(all, 100, 1, 2))], events),
        Case("durations and vitals", [phase, *durations, *vitals, COUNT], events),
        Case("groups without a key come first", [environment, COUNT, unique("user", "count_unique_user"),
                                                 unique("issue", "count_unique_issue")], events),
        Case("one environment", [*BY_BYTES, environment], staging, info=RANGE | {"environment": "staging"}),
        Case("two environments", [environment, COUNT], where(events, lambda e: "environment" in e),
             info=RANGE | {"environment": ["staging", "production"]}),
        Case("fields of people and transactions",
             [field(name) for name in ["id", "timestamp", "event.type", "user", "user.id", "user.email", "user.username",
                                       "user.ip_address", "user.display", "issue.id", "transaction.duration",
                                       "transaction.status"]],
             [e | {"event.type": e["type"], "issue.id": e["issue"], "transaction.status": e.get("tags[transaction.status]")}
              for e in events if e.get("transaction.duration", 0) > 1900],
             "transaction.duration:>1.9s event.type:transaction"),
        Case("arithmetic on fields that may be absent",
             [field("id"), field("transaction.duration"), field("measurements.lcp"), half],
             [e | {"share": e["transaction.duration"] / e["measurements.lcp"]
                   if "transaction.duration" in e and e.get("measurements.lcp") else None} for e in staging],
             info=RANGE | {"environment": ["staging"]}),
        Case("the parts of seconds", [field("project"), LAST_SEEN], events),
    ]


class TagValues(NamedTuple):
    """An Issues-by-Tag export."""

    name: str
    key: str
    events: Events  # of the issue
    environment: str | None = None

    def query_info(self) -> dict:
        return {"project": [27], "group": "3", "key": self.key}

    def headings(self) -> list[str]:
        people = ["id", "email", "username", "ip_address"] if self.key == "user" else []
        return ["value", *people, "times_seen", "last_seen", "first_seen"]

    def rows(self) -> list[list]:
        name = self.key if self.key == "user" else f"tags[{self.key}]"
        of_value: dict[str, Events] = {}
        for event in self.events:
            if name in event and (self.environment is None or event.get("environment") == self.environment):
                of_value.setdefault(event[name], []).append(event)
        times = {value: [event["timestamp"] for event in events] for value, events in of_value.items()}
        in_order = sorted(of_value, key=lambda value: value.encode())
        in_order.sort(key=lambda value: min(times[value]), reverse=True)
        return [[value, *self.people(of_value[value][0]), len(times[value]), instant(max(times[value])), instant(min(times[value]))]
                for value in in_order]

    def people(self, event: Event) -> list[str]:
        return [event.get(f"user.{part}", "") for part in self.headings()[1:5]] if self.key == "user" else []


def instant(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def issues(events: Events) -> list[TagValues]:
    third = where(events, lambda e: e["project"] == "texas" and e["issue"] == 3)
    return [
        TagValues("aircraft of an issue", "aircraft", third),
        TagValues("species of an issue in an environment", "species", third, "production"),
        TagValues("people of an issue", "user", third),
    ]
