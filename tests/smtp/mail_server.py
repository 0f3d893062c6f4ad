"""A mail server for tests, on a free port of 127.0.0.1.

usage: mail_server.py [--starttls | --smtps] [--certificate FILE --key FILE] [--login]

Prints its port, then one JSON object a line: {"login": name} for each login that is tried, and each message that it
accepts, also as a mail program reads it: the names of its header fields and its parts by type. Ends when its standard input does. The address of the recipient says what becomes of a message: unknown@ gets
550, later@ gets 451, and after the text spam@ gets 554 and full@ 452. With --login, jane may log in with `hunter2`, and
nobody else; the user `later` gets 454.
"""

import argparse
import asyncio
import email
import email.policy
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

AT_RECIPIENT = {"unknown": "550 5.1.1 no such user", "later": "451 4.2.0 try again later"}
AFTER_TEXT = {"spam": "554 5.7.1 not wanted", "full": "452 4.3.1 no space"}


def say(value):
    print(json.dumps(value), flush=True)


def user(address):
    return address.partition("@")[0]


def read(content):
    """What a mail program makes of a message."""
    message = email.message_from_bytes(content, policy=email.policy.SMTP)
    parts = {part.get_content_type(): part.get_content().replace("\r\n", "\n")
             for part in message.walk() if not part.is_multipart()}
    flawed = [str(defect) for part in message.walk() for defect in part.defects]
    return {"fields": message.keys(), "parts": parts, "flaws": flawed}


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if reply := AT_RECIPIENT.get(user(address)):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if reply := AFTER_TEXT.get(user(envelope.rcpt_tos[0])):
            return reply
        say({"from": envelope.mail_from, "to": envelope.rcpt_tos, "text": envelope.content.decode("latin-1"),
             **read(envelope.content),
             "tls": session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None,
             "login": session.auth_data or ""})
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    assert isinstance(data, LoginPassword)
    name = data.login.decode()
    say({"login": name})
    if name == "later":
        return AuthResult(success=False, handled=False, message="454 4.7.0 try again later")
    right = (data.login, data.password) == (b"jane", b"hunter2")
    return AuthResult(success=right, handled=False, auth_data=name)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--starttls", action="store_true")
    parser.add_argument("--smtps", action="store_true")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--login", action="store_true")
    options = parser.parse_args()

    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate, options.key)
    login = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False} if options.login else {}

    def session():
        return SMTP(Handler(), hostname="test", tls_context=context if options.starttls else None, **login)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(session, "127.0.0.1", 0, ssl=context if options.smtps else None)
    say(server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


# Clients that break off, and logins in the clear, are what is tested.
logging.disable()
warnings.simplefilter("ignore")
asyncio.run(main())
