"""What who runs the example server sees of it: metrics, log, webhook, mail server.

Usage: operations.py SERVER DIRECTORY_JSON EVENTS_JSONL
"""

import base64
import hashlib
import hmac
import http.server
import json
import pathlib
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time

from example_server import Server, expect, import_events

PROGRAM, DIRECTORY, EVENTS = sys.argv[1:4]
MAIL_SERVER = pathlib.Path(__file__).parent.parent / "smtp" / "mail_server.py"
SECRET_KEY = b"a key of 32 bytes for this test."
REQUEST = {"query_type": "Discover", "query_info": {"field": ["id", "title"], "query": "title:*secret*",
                                                    "start": "1990-01-01T00:00:00", "end": "2003-01-01T00:00:00"}}


class LoggedServer(Server):
    """A server whose log is kept in a file."""

    def __init__(self, log: pathlib.Path, *arguments: str):
        with log.open("w") as stderr:
            self.process = subprocess.Popen([PROGRAM, "--directory", DIRECTORY, "--listen", "127.0.0.1:0", *arguments],
                                            stdout=subprocess.PIPE, stderr=stderr, text=True)
        self.url = self.process.stdout.readline().removeprefix("listening on ").strip()


class Receiver:
    """A webhook receiver, which answers each message with the next of `statuses`."""

    def __init__(self, *statuses: int):
        messages = self.messages = queue.Queue()
        answers = list(statuses)

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                messages.put((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(answers.pop(0))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks?key=in-the-url"


def metrics(server: Server) -> dict[str, float]:
    """The metrics by name and labels, in the text format of Prometheus."""
    answer = server.call("/metrics", headers={"X": "y"})
    expect((answer.status, answer.headers["Content-Type"]), (200, "text/plain; version=0.0.4; charset=utf-8"))
    lines = [line for line in answer.body.decode().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r'[a-z_]+({([a-z_]+="[^"]*",?)*})? [-+.\deIn]+', line) for line in lines), lines
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def wait_for(condition):
    for _ in range(1500):
        if result := condition():
            return result
        time.sleep(0.02)
    raise AssertionError("nothing came")


def metrics_and_log(folder: pathlib.Path, events: str) -> None:
    log = folder / "log"
    with LoggedServer(log, "--data", str(folder / "data"), "--events", events) as server:
        expect(metrics(server).get("dataexport_start_total"), None)
        record = server.call(server.exports, REQUEST).json()
        server.wait(record["id"])
        server.call("/no-such-page")
        labels = '{format="csv",query_type="Discover",success="true"}'
        last = {"dataexport_end_total" + labels, 'http_request_total{status="404"}'}  # counted after the answer
        seen = wait_for(lambda: last <= (now := metrics(server)).keys() and now)
        expect(seen["dataexport_start_total" + labels], 1)
        expect(seen["dataexport_row_count_count" + labels], 1)
        expect(seen["dataexport_file_size_bytes_sum" + labels], server.wait(record["id"])["progress"]["bytes"])
        expect(seen['http_request_total{status="201"}'], 1)
        expect(seen['http_request_total{status="404"}'], 1)
        shown = " ".join(seen)
        for word in ("jane", "acme", "secret", str(record["id"]), str(folder), "no-such-page"):
            assert word not in shown, f"{word} is in the metrics: {shown}"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {"dataexport.end", "http.request"} <= {line["event"] for line in lines}, lines


def webhook(folder: pathlib.Path, events: str) -> None:
    secrets = folder / "secrets"
    secrets.write_text("whsec_" + base64.b64encode(SECRET_KEY).decode() + "\n")
    receiver = Receiver(503, 204)
    log = folder / "log"
    with LoggedServer(log, "--data", str(folder / "data"), "--events", events, "--webhook", receiver.url,
                      "--webhook-secret", str(secrets), "--set", "webhook_http=allow",
                      "--set", "webhook_private_addresses=allow", "--set", "retry_seconds=1") as server:
        details = server.wait(server.call(server.exports, REQUEST).json()["id"])
        for _ in range(2):
            headers, body = receiver.messages.get(timeout=30)
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            signature = base64.b64encode(hmac.new(SECRET_KEY, signed, hashlib.sha256).digest()).decode()
            expect(headers["webhook-signature"], "v1," + signature)
            expect(headers["webhook-id"], f"data-export-{details['id']}-success")
            message = json.loads(body)
            expect((message["type"], message["data"]["checksum"]), ("data_export.success", details["checksum"]))
        mail = folder / "data" / "mail" / f"{details['id']}-success.eml"
        assert mail.exists(), "a webhook that fails does not hold up mail"
        time.sleep(1.5)
        assert receiver.messages.empty(), "what was taken is not sent again"
    for secret in ("in-the-url", secrets.read_text().strip()):
        assert secret not in log.read_text()


def refused_webhook(folder: pathlib.Path, events: str) -> None:
    """S32: unless it is allowed, nothing on this machine can be reached through a webhook."""
    secrets = folder / "secrets"
    secrets.write_text("whsec_" + base64.b64encode(SECRET_KEY).decode())
    receiver = Receiver()
    log = folder / "log"
    with LoggedServer(log, "--data", str(folder / "data"), "--events", events, "--webhook",
                      receiver.url.replace("127.0.0.1", "localhost"), "--webhook-secret", str(secrets),
                      "--set", "webhook_http=allow") as server:
        server.wait(server.call(server.exports, REQUEST).json()["id"])
        wait_for(lambda: "notification_failed" in log.read_text())
    assert receiver.messages.empty()


def mail_server(folder: pathlib.Path, events: str) -> None:
    # The system's own interpreter: it has aiosmtpd.
    mails = subprocess.Popen(["/usr/bin/python3", MAIL_SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    port = int(mails.stdout.readline())
    with LoggedServer(folder / "log", "--data", str(folder / "data"), "--events", events, "--smtp",
                      f"smtp://127.0.0.1:{port}", "--mail-from", "Reports <reports@acme.example>") as server:
        record = server.call(server.exports, REQUEST).json()
        mail = json.loads(mails.stdout.readline())
    expect((mail["from"], mail["to"]), ("reports@acme.example", ["jane@example.com"]))
    assert f"/organizations/acme/data-export/{record['id']}/" in mail["text"], mail["text"]
    assert not (folder / "data" / "mail").exists()
    mails.communicate()


def mail_login(folder: pathlib.Path, events: str) -> None:
    """The password comes from a file, and travels over TLS to a server that is trusted."""
    certificate, key = str(folder / "certificate.pem"), str(folder / "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    mails = subprocess.Popen(["/usr/bin/python3", MAIL_SERVER, "--starttls", "--login", "--certificate", certificate, "--key", key],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    port = int(mails.stdout.readline())
    password = folder / "password"
    password.write_text("hunter2\n")
    with LoggedServer(folder / "log", "--data", str(folder / "data"), "--events", events, "--smtp", f"smtp://127.0.0.1:{port}",
                      "--smtp-user", "jane", "--smtp-password", str(password), "--smtp-ca", certificate) as server:
        server.call(server.exports, REQUEST)
        expect(json.loads(mails.stdout.readline()), {"login": "jane"})
        mail = json.loads(mails.stdout.readline())
    expect((mail["tls"], mail["login"], sorted(mail["parts"])), (True, "jane", ["text/html", "text/plain"]))
    assert "hunter2" not in (folder / "log").read_text()
    mails.communicate()


def taken_port(folder: pathlib.Path, events: str) -> None:
    """A port that another server listens on is not shared with it."""
    arguments = ["--data", str(folder / "data"), "--events", events]
    with LoggedServer(folder / "log", *arguments) as server:
        address = server.url.removeprefix("http://")
        second = subprocess.run([PROGRAM, "--directory", DIRECTORY, "--listen", address, *arguments], capture_output=True,
                                text=True, timeout=30)
        expect((second.returncode, second.stdout), (1, ""))
        assert f"cannot listen on {address}" in second.stderr, second.stderr


def bad_arguments(folder: pathlib.Path, events: str) -> None:
    secrets = folder / "secrets"
    secrets.write_text("not one\n")
    empty = folder / "empty"
    empty.touch()
    good = folder / "good"
    good.write_text("whsec_" + base64.b64encode(SECRET_KEY).decode())
    for arguments, named in [
        (["--webhook", "https://exports.example/"], "--webhook-secret"),
        (["--webhook-secret", str(good)], "--webhook"),
        (["--webhook", "https://exports.example/", "--webhook-secret", str(folder / "missing")], "--webhook-secret"),
        (["--webhook", "https://exports.example/", "--webhook-secret", str(empty)], "--webhook-secret"),
        (["--webhook", "https://exports.example/", "--webhook-secret", str(secrets)], "--webhook:"),
        (["--webhook", "http://exports.example/", "--webhook-secret", str(good)], "--webhook:"),
        (["--webhook", "https://127.0.0.1/", "--webhook-secret", str(good)], "--webhook:"),
        (["--webhook", "file:///etc/passwd", "--webhook-secret", str(good)], "--webhook:"),
        (["--smtp", "https://mail.example"], "--smtp:"),
        (["--smtp", "smtp://mail.example", "--mail-dir", str(folder)], "--smtp"),
        (["--smtp", "smtp://mail.example", "--mail-from", "nobody"], "--smtp:"),
        (["--smtp", "smtp://mail.example", "--smtp-user", "jane"], "--smtp-password"),
        (["--smtp", "smtp://mail.example", "--smtp-user", "jane", "--smtp-password", str(empty)], "--smtp-password"),
        (["--smtp", "smtp://mail.example", "--smtp-ca", str(folder / "missing")], "--smtp:"),
        (["--mail-from", "nobody"], "mail"),
        (["--set", "webhook_http=yes"], "webhook_http"),
    ]:
        ended = subprocess.run([PROGRAM, "--data", str(folder / "data"), "--events", events, "--directory", DIRECTORY,
                                "--listen", "127.0.0.1:0", *arguments], capture_output=True, text=True, timeout=30)
        assert ended.returncode != 0 and named in ended.stderr, (arguments, ended.stderr)
        assert "not one" not in ended.stderr, ended.stderr


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        events = name + "/events.db"
        import_events(PROGRAM, DIRECTORY, events, EVENTS)
        for test in (metrics_and_log, webhook, refused_webhook, mail_server, mail_login, taken_port, bad_arguments):
            folder = pathlib.Path(name, test.__name__)
            folder.mkdir()
            test(folder, events)


main()
