"""The embedding example as its users run it: with a database of its own, over HTTP.

Usage: embedding.py PROGRAM
"""

import json
import pathlib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request


def call(url: str, body: dict | None = None, token: str = "staff-token") -> bytes:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    if body is not None:
        request.data = json.dumps(body).encode()
    with urllib.request.urlopen(request, timeout=10) as response:
        return response.read()


def refusal(url: str, body: dict, token: str = "staff-token") -> tuple[int, dict]:
    try:
        raise AssertionError(call(url, body, token))
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def own_path_and_end(url: str, program: subprocess.Popen) -> None:
    """What the examples for other frameworks do besides."""
    assert call(url) == b"hello"
    program.terminate()
    assert program.wait(timeout=20) == 0


def main(more=None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with sqlite3.connect(pathlib.Path(folder) / "shop.db") as shop:
            shop.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT, total TEXT, card_number TEXT)")
            shop.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)",
                             [(1, "Ada, Countess", "12.50", "4111"), (2, "=cmd()", "1.10", "4222"), (3, None, "7", "4333")])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        program = subprocess.Popen([sys.argv[1], folder, str(port)])
        try:
            check(f"http://127.0.0.1:{port}/api/0/organizations/shop/data-export/")
            if more:
                more(f"http://127.0.0.1:{port}/", program)
        finally:
            program.kill()
            program.wait()


def check(exports: str) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            assert call(exports) == b"[]"
            break
        except urllib.error.URLError:
            assert time.monotonic() < end, "the program did not start"
            time.sleep(0.05)

    created = json.loads(call(exports, {"query_type": "Orders", "query_info": {"field": "*"}}))
    while (details := json.loads(call(f"{exports}{created['id']}/")))["status"] == "EARLY":
        time.sleep(0.02)
    assert details["status"] == "VALID", details
    file = call(f"{exports}{created['id']}/?download")
    assert file == b'Order,Customer,Total\r\n1,"Ada, Countess",12.50\r\n2,\'=cmd(),1.10\r\n3,,7\r\n', file
    assert [warning["code"] for warning in details["warnings"]] == ["formula_guarded"], details

    status, body = refusal(exports, {"query_type": "Orders", "query_info": {"field": ["id", "card_number"]}})
    assert status == 400 and "card_number" in body["non_field_errors"][0], body
    status, body = refusal(exports, {"query_type": "Orders", "query_info": {"field": "*"}}, token="another")
    assert status == 401, body


if __name__ == "__main__":
    main()
