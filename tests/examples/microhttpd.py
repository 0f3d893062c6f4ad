"""The libmicrohttpd example does what the embedding example does, has a path of its own, and ends well when it is asked to.

Usage: microhttpd.py PROGRAM
"""

import subprocess

import embedding


def more(url: str, program: subprocess.Popen) -> None:
    assert embedding.call(url) == b"hello"
    program.terminate()
    assert program.wait(timeout=20) == 0


embedding.main(more)
