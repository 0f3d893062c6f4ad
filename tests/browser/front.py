"""What stands before the server in some tests: it counts calls, and answers some of them itself."""

import http.client
import http.server
import json
import re
import threading
import time
import urllib.parse


class Front:
    """Passes everything on to a server, from `with` to its end. `answers` are taken first: (method, pattern of the
    path, status, headers, body), each once; or for ever, if `lasting`."""

    def __init__(self, server_url: str):
        self.calls = []  # (method, path, body, time)
        self.answers = []
        self.lasting = []
        front = self
        target = urllib.parse.urlsplit(server_url).netloc

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                front.calls.append((self.command, self.path, body, time.monotonic()))
                if answer := front.take(self.command, self.path):
                    status, headers, text = answer
                    time.sleep(headers.pop("delay", 0))
                else:
                    connection = http.client.HTTPConnection(target, timeout=60)
                    connection.request(self.command, self.path, body or None, dict(self.headers))
                    response = connection.getresponse()
                    text = response.read()
                    status = response.status
                    headers = {name: value for name, value in response.getheaders()
                               if name.lower() not in ("connection", "keep-alive", "content-length", "transfer-encoding")}
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status not in (204, 304):
                    self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_DELETE = do_HEAD = pass_on

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def __enter__(self):
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()

    def answer(self, method: str, pattern: str, status: int, body, headers=None, *, lasting=False) -> None:
        text = b"" if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **(headers or {})}
        (self.lasting if lasting else self.answers).append((method, pattern, status, headers, text))

    def take(self, method: str, path: str):
        for answers in (self.answers, self.lasting):
            for answer in answers:
                if answer[0] == method and re.fullmatch(answer[1], path):
                    if answers is self.answers:
                        answers.remove(answer)
                    return answer[2], dict(answer[3]), answer[4]
        return None

    def called(self, method: str, pattern: str) -> list:
        return [call for call in self.calls if call[0] == method and re.fullmatch(pattern, call[1])]
