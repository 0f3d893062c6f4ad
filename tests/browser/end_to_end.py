"""An export from one end to the other: asked for on the page, announced by mail, downloaded from the mail's link.

Usage: end_to_end.py SERVER DIRECTORY_JSON EVENTS_JSONL SCREENSHOTS
"""

import email
import email.policy
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).parent.parent / "examples"))

from example_server import Server, expect, import_events
from webdriver import Browser, wait_for

PROGRAM, DIRECTORY, EVENTS, SCREENSHOTS = sys.argv[1:5]
MAIL_SERVER = pathlib.Path(__file__).parent.parent / "smtp" / "mail_server.py"


class MailServer:
    """A real one, from `with` to its end."""

    def __enter__(self):
        # The system's own interpreter: it has aiosmtpd.
        self.process = subprocess.Popen(["/usr/bin/python3", str(MAIL_SERVER)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.url = f"smtp://127.0.0.1:{int(self.process.stdout.readline())}"
        return self

    def __exit__(self, *_):
        self.process.communicate()

    def next(self) -> tuple[list[str], email.message.EmailMessage]:
        mail = json.loads(self.process.stdout.readline())
        return mail["to"], email.message_from_string(mail["text"], policy=email.policy.default)


def ask_for_species(browser: Browser) -> None:
    browser.control("New export").click()
    browser.find("#field").type("timestamp\nspecies\nairport")
    browser.find("#query").type("species:*eagle*")
    browser.script("document.getElementById('period').value = ''; document.getElementById('form').dispatchEvent(new Event('input'))")
    for name, time in (("start", "1990-01-01T00:00"), ("end", "2003-01-01T00:00")):
        browser.script("document.getElementById(arguments[0]).value = arguments[1]", name, time)
    browser.control("Export All to CSV").click()
    browser.find(".export")


def eagles() -> list[str]:
    events = map(json.loads, pathlib.Path(EVENTS).read_text(encoding="utf-8").splitlines())
    return [event["tags"]["species"] for event in events if "eagle" in event["tags"].get("species", "").lower()]


def main() -> None:
    with tempfile.TemporaryDirectory() as name, MailServer() as mails, Browser() as browser:
        import_events(PROGRAM, DIRECTORY, name + "/events.db", EVENTS)
        with Server(PROGRAM, DIRECTORY, "--data", name + "/data", "--events", name + "/events.db", "--smtp", mails.url) as server:
            browser.look(1280)
            browser.open(server.url + "/")
            browser.find("#token").type("jane-token")
            browser.press("Enter")
            browser.find("#new")
            ask_for_species(browser)

            to, mail = mails.next()
            expect(to, ["jane@example.com"])
            links = set(re.findall(r"http://[^\s\"<>]+/data-export/\d+/", mail.get_body(("plain",)).get_content()))
            link, = links
            assert link.startswith(server.url), link

            # The link works without the session that asked, after logging in.
            browser.forget_cookies()
            browser.open(link)
            browser.find("#token").type("jane-token")
            browser.press("Enter")
            wait_for(lambda: browser.address == link)
            browser.control("Download CSV").click()
            file = browser.saved("Discover_*.csv")
            expect(hashlib.sha256(file.read_bytes()).hexdigest(), browser.text("#checksum"))
            lines = file.read_text(encoding="utf-8").splitlines()
            expect((lines[0], len(lines) - 1), ("timestamp,species,airport", len(eagles())))
            pathlib.Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
            browser.screenshot(pathlib.Path(SCREENSHOTS, "end-to-end.png"))
            complaints = [each for each in browser.console() if "status of 401" not in each["message"]]
            expect(complaints, [])


main()
