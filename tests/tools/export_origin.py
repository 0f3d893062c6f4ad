"""A server of one finished export, which does as the API says as far as a download needs it, and what a test tells it
beyond that; and a proxy that breaks connections."""

import hashlib
import http.server
import json
import os
import pathlib
import re
import socket
import threading
import time

ORGANIZATION = "acme"
EXPORT = 4711
BASE = f"/api/0/organizations/{ORGANIZATION}/data-export/{EXPORT}/"
TOKEN = "jane-token"


def make_file(path: pathlib.Path, megabytes: int) -> str:
    """Fills a file with bytes that do not repeat. Its SHA-256."""
    digest = hashlib.sha256()
    with open(path, "wb") as file:
        for _ in range(megabytes):
            block = os.urandom(1_000_000)
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


class Origin(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, file: pathlib.Path, checksum: str):
        super().__init__(("127.0.0.1", 0), Handler)
        self.file = file
        self.checksum = checksum
        self.file_name = "Discover_2020-July-21_4711.csv"
        self.status = "VALID"
        self.error = None
        self.rows = 10
        self.pieces_per_second = None  # of a twentieth of the file
        self.requests = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def size(self) -> int:
        return self.file.stat().st_size

    def details(self) -> dict:
        ended = self.status != "EARLY"
        return {"id": EXPORT, "user": None, "dateCreated": "2020-07-21T12:00:00Z",
                "dateFinished": "2020-07-21T12:01:00Z" if ended else None,
                "dateExpired": "2020-08-18T12:01:00Z" if ended else None,
                "query": {"type": "Discover", "info": {}}, "status": self.status,
                "checksum": self.checksum if ended else None, "fileName": self.file_name if ended else None,
                "format": "csv", "compression": None, "progress": {"rows": self.rows, "bytes": self.rows * 10},
                "warnings": [], "error": self.error, "checksumAlgorithm": "sha256"}

    def manifest(self) -> dict:
        return {"id": EXPORT, "organization": ORGANIZATION, "query": {"type": "Discover", "info": {}}, "format": "csv",
                "compression": None, "dialect": {}, "limit": None, "columns": [{"name": "id", "type": "text"}],
                "rows": 10, "bytes": self.size, "checksumAlgorithm": "sha256", "checksum": self.checksum,
                "fileName": "export.csv", "dateCreated": "2020-07-21T12:00:00Z", "dateFinished": "2020-07-21T12:01:00Z",
                "dateExpired": "2020-08-18T12:01:00Z", "consistency": "keyset", "warnings": []}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status: int, body: bytes, headers=()) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        origin = self.server
        origin.requests.append((self.path, dict(self.headers)))
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.answer(401, b'{"detail":"Who are you?"}')
        if self.path == BASE:
            return self.answer(200, json.dumps(origin.details()).encode(), [("Content-Type", "application/json")])
        if self.path == BASE + "manifest/":
            return self.answer(200, json.dumps(origin.manifest()).encode())
        if self.path == BASE + "?download=true":
            return self.send_file(origin)
        return self.answer(404, b"")

    def send_file(self, origin: Origin) -> None:
        size = origin.size
        etag = f'"sha256-{origin.checksum}"'
        first = 0
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if wanted and self.headers.get("If-Range", etag) == etag:
            first = int(wanted[1])
            if first >= size:
                return self.answer(416, b"", [("ETag", etag), ("Content-Range", f"bytes */{size}")])
        self.send_response(206 if first else 200)
        if first:
            self.send_header("Content-Range", f"bytes {first}-{size - 1}/{size}")
        self.send_header("ETag", etag)
        self.send_header("Content-Disposition", "attachment")
        self.send_header("Content-Length", str(size - first))
        self.end_headers()
        try:
            self.copy(origin, first, size)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def copy(self, origin: Origin, first: int, size: int) -> None:
        with open(origin.file, "rb") as file:
            if origin.pieces_per_second is None:
                self.connection.sendfile(file, offset=first)
                return
            file.seek(first)
            while piece := file.read(size // 20):
                self.wfile.write(piece)
                time.sleep(1 / origin.pieces_per_second)


class Proxy:
    """An HTTP proxy that ends the connection of its client in the middle of a file, as often as it is told. What it has
    sent by then does arrive. It counts the bytes of the file that it sends."""

    def __init__(self, cuts: int, between: int):
        self.cuts_left = cuts
        self.between = between
        self.sent = 0
        self.cuts = 0
        self.ranges = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            client, _ = self.socket.accept()
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    @staticmethod
    def read_head(connection: socket.socket) -> tuple[bytes, bytes]:
        text = b""
        while b"\r\n\r\n" not in text:
            piece = connection.recv(65536)
            if not piece:
                return b"", b""
            text += piece
        head, _, rest = text.partition(b"\r\n\r\n")
        return head, rest

    def serve(self, client: socket.socket) -> None:
        """One request for each connection; it closes afterwards."""
        with client:
            head, _ = self.read_head(client)
            if not head:
                return
            first, _, fields = head.partition(b"\r\n")
            method, url, _ = first.split()
            host, slash, path = url.removeprefix(b"http://").partition(b"/")
            address, _, port = host.partition(b":")
            wanted = re.search(rb"(?i)^Range: (.*)$", fields, re.MULTILINE)
            with socket.create_connection((address, int(port))) as server:
                server.sendall(b"%s %s%s HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n" % (method, slash, path, fields))
                head, rest = self.read_head(server)
                client.sendall(head + b"\r\nConnection: close\r\n\r\n")
                is_file = b"Content-Disposition" in head
                if is_file:
                    self.ranges.append((int(wanted[1].decode().strip().removeprefix("bytes=").rstrip("-")) if wanted else 0,
                                        self.sent))
                self.relay(server, client, rest, is_file)

    def relay(self, server: socket.socket, client: socket.socket, piece: bytes, is_file: bool) -> None:
        left = self.between if is_file and self.cuts_left > 0 else None
        try:
            while True:
                if left is not None:
                    piece = piece[:left]
                    left -= len(piece)
                client.sendall(piece)
                if is_file:
                    self.sent += len(piece)
                if left == 0:
                    self.cuts_left -= 1
                    self.cuts += 1
                    client.shutdown(socket.SHUT_WR)  # what was sent arrives, and nothing after it
                    while client.recv(65536):
                        pass
                    return
                piece = server.recv(1 << 18)
                if not piece:
                    return
        except OSError:
            pass  # the client went away
