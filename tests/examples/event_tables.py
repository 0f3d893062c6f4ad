"""What exports of events have to hold, worked out in plain Python from the lines of an event file."""

import datetime
import json
import math
import pathlib
from typing import Any, Callable, NamedTuple

Event = dict[str, Any]  # by the names of requests; what an event lacks is not there
Events = list[Event]


def read_events(path: str, project_ids: dict[str, int]) -> Events:
    return [flat(json.loads(line), project_ids) for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines()]


def flat(line: dict, project_ids: dict[str, int]) -> Event:
    event = {name: value for name, value in line.items() if name not in {"user", "duration", "tags", "measurements"}}
    time = datetime.datetime.fromisoformat(line["timestamp"].replace("Z", "+00:00"))
    event["timestamp"] = time
    event["timestamp.to_hour"] = time.replace(minute=0, second=0, microsecond=0)
    event["timestamp.to_day"] = event["timestamp.to_hour"].replace(hour=0)
    event["project.id"] = project_ids[line["project"]]
    if "duration" in line:
        event["transaction.duration"] = float(line["duration"])
    for name, value in line.get("tags", {}).items():
        event[f"tags[{name}]"] = value
    for name, value in line.get("measurements", {}).items():
        event[f"measurements.{name}"] = float(value)
    add_user(event, line.get("user", {}))
    return event


def add_user(event: Event, user: dict) -> None:
    for name, value in user.items():
        event[f"user.{name}"] = value
    for name, prefix in [("id", "id"), ("username", "username"), ("email", "email"), ("ip_address", "ip")]:
        if name in user:
            event["user"] = f"{prefix}:{user[name]}"
            break
    for name in ["email", "username", "id", "ip_address"]:
        if name in user:
            event["user.display"] = user[name]
            break


class Column(NamedTuple):
    asked: str  # in the request
    heading: str  # in the file
    value: str | Callable[[Events], Any]  # the name of a field, or a function of all events of a group


def field(name: str) -> Column:
    return Column(name, name, name)


def rising(value) -> tuple:
    """Null comes before everything, and text sorts by bytes."""
    if value is None:
        return (False,)
    return (True, value.encode() if isinstance(value, str) else value)


def table(events: Events, columns: list[Column], sort: list[tuple[str, str]]) -> list[list]:
    """The rows of a request, in order. `sort` holds pairs of what is asked for and the heading that it means."""
    is_grouped = any(callable(column.value) for column in columns)
    rows = grouped(events, columns) if is_grouped else plain(events, columns)
    headings = [column.heading for column in columns]
    for asked, heading in reversed(sort):
        place = headings.index(heading)
        rows.sort(key=lambda row: rising(row[place]), reverse=asked.startswith("-"))
    return rows


def plain(events: Events, columns: list[Column]) -> list[list]:
    in_order = sorted(events, key=lambda event: (event["timestamp"], event["id"]))
    return [[event.get(column.value) for column in columns] for event in in_order]


def grouped(events: Events, columns: list[Column]) -> list[list]:
    keys = [column.value for column in columns if not callable(column.value)]
    groups: dict[tuple, Events] = {} if keys else {(): []}
    for event in events:
        groups.setdefault(tuple(event.get(key) for key in keys), []).append(event)
    in_order = sorted(groups.items(), key=lambda group: [rising(value) for value in group[0]])
    return [[column.value(members) if callable(column.value) else members[0].get(column.value) for column in columns]
            for _, members in in_order]


# Functions of the events of a group. What has no value is None.


def values(events: Events, name: str) -> list:
    return [event[name] for event in events if name in event]


def unique(events: Events, name: str) -> int:
    return len(set(values(events, name)))


def mean(numbers: list[float]) -> float | None:
    return math.fsum(numbers) / len(numbers) if numbers else None


def percentile(numbers: list[float], share: float) -> float | None:
    """Between the two numbers around share(n-1)."""
    if not numbers:
        return None
    ordered = sorted(numbers)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def covariance(pairs: list[tuple[float, float]]) -> float | None:
    """Of a sample."""
    if len(pairs) < 2:
        return None
    first, second = (mean(list(numbers)) for numbers in zip(*pairs))
    return math.fsum((x - first) * (y - second) for x, y in pairs) / (len(pairs) - 1)


def variance(numbers: list[float]) -> float | None:
    return covariance([(number, number) for number in numbers])


def correlation(pairs: list[tuple[float, float]]) -> float | None:
    spread = [variance(list(numbers)) for numbers in zip(*pairs)]
    if len(pairs) < 2 or 0 in spread:
        return None
    return covariance(pairs) / math.sqrt(spread[0] * spread[1])


def ratio(numerator: float, denominator: float) -> float | None:
    return numerator / denominator if denominator != 0 else None


def apdex(events: Events, satisfied: float) -> float | None:
    durations = values(events, "transaction.duration")
    good = sum(duration <= satisfied for duration in durations)
    fair = sum(satisfied < duration <= 4 * satisfied for duration in durations)
    return ratio(good + fair / 2, len(durations))


def failures(events: Events) -> int:
    harmless = {None, "ok", "cancelled", "unknown"}
    return sum(event.get("tags[transaction.status]") not in harmless for event in events)


def miserable(events: Events, satisfied: float) -> int:
    return unique([event for event in events if event.get("transaction.duration", 0) > 4 * satisfied], "user")


def misery(events: Events, satisfied: float, alpha: float, beta: float) -> float:
    users = unique(events, "user")
    return (miserable(events, satisfied) + alpha) / (users + alpha + beta) if users else 0.0


def latest(events: Events) -> Event:
    return max(events, key=lambda event: (event["timestamp"], event["id"]))
