"""The example server under test: import events, start it, call it, stop it."""

import json
import signal
import subprocess
import time
import urllib.error
import urllib.request


def expect(actual, wanted) -> None:
    assert actual == wanted, f"{actual!r} is not {wanted!r}"


def import_events(program: str, directory: str, database: str, *files: str) -> None:
    subprocess.run([program, "import", "--events", database, "--directory", directory, *files], check=True)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


class Server:
    """A server on a free port, from `with` to its end."""

    exports = "/api/0/organizations/acme/data-export/"

    def __init__(self, program: str, directory: str, *arguments: str):
        self.process = subprocess.Popen([program, "--directory", directory, "--listen", "127.0.0.1:0", *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:"), line
        self.url = line.removeprefix("listening on ").strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=60) == 0, "SIGTERM has to end it with 0"

    def call(self, path: str, body=None, headers=None) -> Answer:
        request = urllib.request.Request(self.url + path, headers=headers or {"Authorization": "Bearer jane-token"})
        if body is not None:
            request.data = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            return Answer(urllib.request.urlopen(request, timeout=30))
        except urllib.error.HTTPError as error:
            return Answer(error)

    def wait(self, export: int) -> dict:
        for _ in range(1500):
            details = self.call(f"{self.exports}{export}/").json()
            if details["status"] != "EARLY":
                return details
            time.sleep(0.02)
        raise AssertionError("the export did not end")
