"""Downloads a file and drops it: a client that costs next to nothing, so that the server is measured. Prints seconds.

Usage: download.py URL BYTES
"""

import socket
import sys
import time
import urllib.parse

BLOCK = 1 << 20


def main() -> None:
    url = urllib.parse.urlsplit(sys.argv[1])
    target = url.path + (f"?{url.query}" if url.query else "")
    block = memoryview(bytearray(BLOCK))
    started = time.monotonic()
    with socket.create_connection((url.hostname, url.port)) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {url.netloc}\r\nConnection: close\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            got = connection.recv(BLOCK)
            assert got, "the server said nothing"
            head += got
        head, _, body = head.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        size = len(body)
        while got := connection.recv_into(block):
            size += got
    assert size == int(sys.argv[2]), size
    print(time.monotonic() - started)


main()
