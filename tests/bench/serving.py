"""The benchmark's verbs http and create do what they measure. How long they take is no test.

Usage: serving.py PROGRAM
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

BYTES = 1_500_000
DOWNLOAD = pathlib.Path(__file__).resolve().parents[2] / "bench" / "peers" / "download.py"


def call(url: str, body: str | None = None) -> tuple[int, bytes]:
    request = urllib.request.Request(url, data=body.encode() if body else None)
    with urllib.request.urlopen(request, timeout=20) as response:
        return response.status, response.read()


def check(glue: str, folder: str) -> bytes:
    command = [sys.argv[1], "http", "--glue", glue, "--folder", folder, "--bytes", str(BYTES)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            shown = json.loads(server.stdout.readline())
            address = shown["address"]
            details = json.loads(call(address + shown["details"])[1])
            assert details["status"] == "VALID" and details["progress"]["bytes"] == BYTES, details
            status, file = call(address + shown["download"])
            assert status == 200 and len(file) == BYTES
            subprocess.run([sys.executable, DOWNLOAD, address + shown["download"], str(BYTES)], check=True, stdout=subprocess.DEVNULL)
            assert call(address + shown["create"], shown["body"])[0] in (200, 201)
            server.terminate()
            assert server.wait(timeout=20) == 0
        finally:
            server.kill()
    return file


with tempfile.TemporaryDirectory() as name:
    assert check("beast", name) == check("httplib", name)
created = subprocess.run([sys.argv[1], "create", "--seconds", "0.01"], check=True, capture_output=True, text=True, timeout=120)
figures = json.loads(created.stdout)
assert list(figures) == ["creates_per_s", "rows_per_s", "ratio"] and min(figures.values()) > 0, figures
