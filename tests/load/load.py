"""Many clients at once, of all kinds: they create, poll, list, download in parts, delete, and vanish in the middle of it. The
server has to answer all of them, forget none of their exports, and not grow.

Usage: load.py SERVER EXPORTCTL [SECONDS [CLIENTS]]
"""

import collections
import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ORGANIZATIONS = 4
USERS = 5  # of each organization
EVENTS = 3000  # of each organization
MIB = 1 << 20
# The allocator keeps some memory for each thread, which takes minutes to fill and hides what the server itself keeps.
ALLOCATOR = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0:glibc.malloc.arena_max=2"}


def write_world(folder: pathlib.Path) -> None:
    """Who exists, and the events that they export."""
    numbers = range(1, ORGANIZATIONS + 1)
    organizations = [{"id": n, "slug": f"org-{n}", "features": ["organizations:discover-query"],
                      "projects": [{"id": n, "slug": f"project-{n}"}]} for n in numbers]
    users = [{"id": 100 * n + u, "username": f"user-{n}-{u}", "email": f"user-{n}-{u}@example.com", "token": f"token-{n}-{u}",
              "memberships": [{"organization": f"org-{n}", "scopes": ["event:read"], "projects": [n]}]}
             for n in numbers for u in range(USERS)]
    (folder / "who.json").write_text(json.dumps({"organizations": organizations, "users": users}))
    with (folder / "events.jsonl").open("w") as out:
        for number in range(ORGANIZATIONS * EVENTS):
            out.write(json.dumps({"id": f"{number:032x}", "project": number % ORGANIZATIONS + 1, "timestamp": 1e9 + number,
                                  "title": f"event {number % 97}", "level": ["error", "info"][number % 2],
                                  "message": "x" * (number % 200)}) + "\n")


class Answer:
    def __init__(self, response: http.client.HTTPResponse):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


class Statistics:
    """What all clients saw."""

    def __init__(self):
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.seconds = []
        self.problems = []
        self.created = {}  # the token of its owner, by export

    def note(self, action: str, status: int, seconds: float, expected: tuple[int, ...], body: bytes) -> None:
        with self.lock:
            self.counts[f"{action} {status}"] += 1
            self.seconds.append(seconds)
            if status not in expected:
                self.problems.append(f"{action}: {status} {body[:200]!r}")

    def problem(self, text: str) -> None:
        with self.lock:
            self.problems.append(text)


class Client:
    """One client. Now and then it forgets about its connection and makes another."""

    def __init__(self, address: tuple[str, int], number: int, seed: int, seen: Statistics):
        self.address = address
        self.organization = number % ORGANIZATIONS + 1
        self.token = f"token-{self.organization}-{number // ORGANIZATIONS % USERS}"
        self.exports = f"/api/0/organizations/org-{self.organization}/data-export/"
        self.random = random.Random(seed * 1000 + number)
        self.seen = seen
        self.ids = []
        self.connection = None

    def ask(self, action: str, expected: tuple[int, ...], method: str, path: str, body=None, headers=None) -> Answer:
        begin = time.monotonic()
        for attempt in (1, 2):
            fresh = self.connection is None
            if fresh:
                self.connection = http.client.HTTPConnection(*self.address, timeout=60)
            try:
                self.connection.request(method, path, body=body and json.dumps(body),
                                        headers={"Authorization": "Bearer " + self.token, **(headers or {})})
                answer = Answer(self.connection.getresponse())
                break
            except (http.client.BadStatusLine, ConnectionError, BrokenPipeError):
                self.connection.close()
                self.connection = None
                if fresh or attempt == 2:  # a server may close a connection that was idle, but not one that it just accepted
                    raise
        if answer.headers["Connection"] == "close":
            self.connection.close()
            self.connection = None
        self.seen.note(action, answer.status, time.monotonic() - begin, expected, answer.body)
        return answer

    def any_export(self) -> str:
        """The path of one of its exports, or of one that was deleted."""
        return f"{self.exports}{self.random.choice(self.ids) if self.ids else 1}/"

    def query(self) -> dict:
        info = {"field": self.random.sample(["id", "timestamp", "title", "level", "message"], 3),
                "query": self.random.choice(["", "level:error", f"title:\"event {self.random.randrange(97)}\""]),
                "start": "2001-01-01T00:00:00", "end": "2002-01-01T00:00:00"}
        return {"query_type": "Discover", "query_info": info, "format": self.random.choice(["csv", "jsonl"])}

    def create(self) -> None:
        headers = {"Prefer": "wait=1"} if self.random.random() < 0.05 else {}
        if self.random.random() < 0.1:
            headers["Idempotency-Key"] = str(self.random.randrange(1 << 60))
        answer = self.ask("create", (200, 201, 429), "POST", self.exports, self.query(), headers)
        if answer.status not in (200, 201):
            return
        record = answer.json()["id"]
        self.ids = [*self.ids[-20:], record]
        with self.seen.lock:
            self.seen.created[record] = self.token

    def create_nonsense(self) -> None:
        self.ask("create nonsense", (400,), "POST", self.exports, {"query_type": "Discover", "query_info": {"field": 7}})

    def poll(self) -> None:
        self.ask("poll", (200, 404), "GET", self.any_export())

    def list(self) -> None:
        self.ask("list", (200,), "GET", f"{self.exports}?per_page={self.random.randrange(1, 30)}")

    def look_at_foreign(self) -> None:
        with self.seen.lock:
            foreign = [export for export, token in self.seen.created.items() if token != self.token][-50:]
        if foreign:
            self.ask("foreign", (404,), "GET", f"{self.exports}{self.random.choice(foreign)}/?download=true")

    def download(self) -> None:
        details = self.ask("poll", (200, 404), "GET", self.any_export())
        if details.status != 200 or details.json()["status"] != "VALID":
            return
        record = details.json()
        path = f"{self.exports}{record['id']}/?download=true"
        size = record["progress"]["bytes"]
        if self.random.random() < 0.5:
            whole = self.ask("download", (200, 404), "GET", path)
            if whole.status == 200 and hashlib.sha256(whole.body).hexdigest() != record["checksum"]:
                self.seen.problem(f"download: other bytes than the record says, {len(whole.body)} of {size}")
            return
        first = self.random.randrange(size + 10)
        last = first + self.random.randrange(5000)
        answers = (200,) if size == 0 else (206,) if first < size else (416,)
        part = self.ask("range", (*answers, 404), "GET", path, headers={"Range": f"bytes={first}-{last}"})
        if part.status == 206 and len(part.body) != min(last + 1, size) - first:
            self.seen.problem(f"range: {len(part.body)} bytes for {first}-{last} of {size}")

    def ticket(self) -> None:
        answer = self.ask("ticket", (201, 404, 409), "POST", self.any_export() + "ticket/")
        if answer.status == 201:
            path = "/api" + answer.json()["url"].split("/api", 1)[1]
            self.ask("download by ticket", (200, 403, 404), "GET", path)

    def delete(self) -> None:
        self.ask("delete", (204, 404), "DELETE", self.any_export())

    def retry(self) -> None:
        self.ask("retry", (404, 409), "POST", self.any_export() + "retry/")

    def vanish(self) -> None:
        """Sends some of a request, or all of it, and is gone before the answer is there, or in the middle of it."""
        method, path = self.random.choice([("GET", self.exports), ("GET", self.any_export() + "?download=true")])
        text = f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.token}\r\n\r\n".encode()
        with contextlib.closing(socket.create_connection(self.address, timeout=60)) as connection:
            connection.sendall(text[:self.random.choice([1, 40, len(text)])])
            if self.random.random() < 0.5:
                connection.settimeout(0.2)
                with contextlib.suppress(TimeoutError, ConnectionError):
                    connection.recv(self.random.choice([1, 1000]))
            # Half of them end with a reset instead of a goodbye.
            if self.random.random() < 0.5:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        with self.seen.lock:
            self.seen.counts["vanish"] += 1

    def forget_connection(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    ACTIONS = {create: 10, create_nonsense: 2, poll: 25, list: 10, look_at_foreign: 3, download: 30, ticket: 5, delete: 2,
               retry: 1, vanish: 5, forget_connection: 5}

    def run(self, end: float) -> None:
        actions, weights = zip(*self.ACTIONS.items())
        while time.monotonic() < end:
            action = self.random.choices(actions, weights)[0]
            try:
                action(self)
            except Exception as error:  # the test has to hear of all that goes wrong here
                self.seen.problem(f"{action.__name__}: {error!r}")
                self.forget_connection()
            time.sleep(self.random.expovariate(20))
        self.forget_connection()


class Server:
    def __init__(self, program: str, folder: pathlib.Path, log: pathlib.Path):
        arguments = [program, "--data", str(folder / "data"), "--events", str(folder / "events.db"), "--directory",
                     str(folder / "who.json"), "--listen", "127.0.0.1:0", "--set", "live_exports_of_user=10"]
        with log.open("w") as stderr:
            self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=stderr, text=True, env=os.environ | ALLOCATOR)
        host, port = self.process.stdout.readline().removeprefix("listening on http://").strip().split(":")
        self.address = (host, int(port))

    def resident_bytes(self) -> int:
        return int(pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def sockets(self) -> int:
        folder = pathlib.Path(f"/proc/{self.process.pid}/fd")
        return sum(os.readlink(entry).startswith("socket:") for entry in folder.iterdir())

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=60) == 0, "SIGTERM has to end it with 0"


def still_early(server: Server) -> int:
    """How many exports have not ended, of all users."""
    early = 0
    for organization in range(1, ORGANIZATIONS + 1):
        for user in range(USERS):
            connection = http.client.HTTPConnection(*server.address, timeout=60)
            connection.request("GET", f"/api/0/organizations/org-{organization}/data-export/?per_page=100",
                               headers={"Authorization": f"Bearer token-{organization}-{user}"})
            early += sum(record["status"] == "EARLY" for record in json.loads(connection.getresponse().read()))
            connection.close()
    return early


def main() -> None:
    program, exportctl = sys.argv[1:3]
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 6
    clients = int(sys.argv[4]) if len(sys.argv) > 4 else 200
    seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
    print(f"{clients} clients, {seconds:g} s, SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        run(program, exportctl, seconds, clients, seed, pathlib.Path(name))


def run(program: str, exportctl: str, seconds: float, clients: int, seed: int, folder: pathlib.Path) -> None:
    write_world(folder)
    subprocess.run([program, "import", "--events", str(folder / "events.db"), "--directory", str(folder / "who.json"),
                    str(folder / "events.jsonl")], check=True, stdout=subprocess.DEVNULL)
    log = folder / "log"
    server = Server(program, folder, log)
    seen = Statistics()
    end = time.monotonic() + seconds
    threads = [threading.Thread(target=Client(server.address, number, seed, seen).run, args=(end,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    resident = []
    while any(thread.is_alive() for thread in threads):
        resident.append(server.resident_bytes())
        time.sleep(min(0.1, seconds / 100))
    slowest_end = time.monotonic() - end

    waited = time.monotonic()
    while (early := still_early(server)) and time.monotonic() < waited + 60:
        time.sleep(0.1)
    waited = time.monotonic() - waited
    sockets = server.sockets()
    server.stop()
    checked = subprocess.run([exportctl, "fsck", "--data", str(folder / "data")], capture_output=True, text=True)

    tenth = len(resident) // 10
    memory = [statistics.median(resident[i * tenth:(i + 1) * tenth]) for i in range(10)]
    timings = sorted(seen.seconds)
    print(f"{len(timings)} requests, {len(timings) / seconds:.0f} a second; median {timings[len(timings) // 2] * 1000:.0f} ms, "
          f"99 % {timings[len(timings) * 99 // 100] * 1000:.0f} ms, slowest {timings[-1] * 1000:.0f} ms")
    print(f"{len(seen.created)} exports, all ended {waited:.1f} s after the last request; "
          f"the clients ended within {slowest_end:.1f} s; {sockets} sockets open")
    print(f"memory in MiB, a number for each tenth of the time: {[round(bytes / MIB, 1) for bytes in memory]}")
    print(dict(sorted(seen.counts.items())))

    errors = [event for line in log.read_text().splitlines() if (event := json.loads(line))["level"] == "error"
              and event["event"] != "dataexport.lease_lost"]  # which is what a worker says of an export that was deleted
    assert not seen.problems, f"{len(seen.problems)} problems, such as {seen.problems[:5]}"
    assert not errors, f"{len(errors)} errors in the log, such as {errors[:3]}"
    assert early == 0, f"{early} exports did not end"
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert memory[-1] <= memory[4] * 1.1 + 4 * MIB, "memory grows"
    assert sockets < 10, "connections stay open"


main()
