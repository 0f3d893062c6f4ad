"""The web page of the example server in a browser, with the real events.

Usage: page.py SERVER DIRECTORY_JSON EVENTS_JSONL SCREENSHOTS
"""

import hashlib
import json
import pathlib
import sys
import tempfile
import time
import urllib.parse

sys.path.append(str(pathlib.Path(__file__).parent.parent / "examples"))

from example_server import Server, expect, import_events
from front import Front
from webdriver import Browser, WebDriverError, wait_for

PROGRAM, DIRECTORY, EVENTS, SCREENSHOTS = sys.argv[1:5]
SESSION = {"Cookie": "dataexport_session=jane-token"}
HOME = "/organizations/acme/data-export/"
API = "/api/0/organizations/acme/data-export/"
LIST = r"/api/0/organizations/acme/data-export/\?per_page=20"
ALL_TIME = {"start": "1990-01-01T00:00:00", "end": "2003-01-01T00:00:00"}
ERRORS = {"field": ["id", "timestamp", "title", "level"], "query": "level:error", **ALL_TIME}
ISSUE = {"project": "1", "group": "1027", "key": "user"}
LOOKS = [(1280, False), (1280, True), (375, False), (375, True)]
DETAILS = {"id": 5, "user": {"id": "1", "email": "jane@example.com", "username": "jane"},
           "dateCreated": "2020-07-21T12:00:00Z", "dateFinished": "2020-07-21T12:01:00Z",
           "dateExpired": "2099-08-18T12:01:00Z", "query": {"type": "Discover", "info": {}}, "status": "VALID",
           "checksum": "0" * 64, "fileName": "Discover_2020-July-21_5.csv", "format": "csv", "compression": None,
           "progress": {"rows": 1, "bytes": 5}, "warnings": [], "error": None, "checksumAlgorithm": "sha256"}
EARLY = DETAILS | {"status": "EARLY", "dateFinished": None, "dateExpired": None, "checksum": None, "fileName": None}


class Tests:
    """The tests and what they share: a browser, events, and a folder for each of them."""

    def __init__(self, folder: pathlib.Path, browser: Browser):
        self.folder = folder
        self.browser = browser
        self.events = str(folder / "events.db")
        self.directory = folder / "directory.json"
        self.write_directory()
        import_events(PROGRAM, str(self.directory), self.events, EVENTS, str(self.write_issue()))

    def write_directory(self) -> None:
        """The example's directory, and an organization that lacks the feature."""
        directory = json.loads(pathlib.Path(DIRECTORY).read_text())
        directory["organizations"].append({"id": 2, "slug": "plain", "features": [], "projects": [{"id": 50, "slug": "site"}]})
        directory["users"].append({"id": 3, "username": "kim", "email": "kim@example.com", "token": "kim-token", "memberships": [
            {"organization": "acme", "scopes": ["event:read"], "projects": [1, 2]},
            {"organization": "plain", "scopes": ["event:read"], "projects": [50]}]})
        self.directory.write_text(json.dumps(directory))

    def write_issue(self) -> pathlib.Path:
        """Events of the issue that the button cases name."""
        path = self.folder / "issue.jsonl"
        lines = [{"id": f"{number:032x}", "project": "arizona", "timestamp": "2001-05-05T00:00:00Z", "issue": 1027,
                  "user": {"id": str(number % 3)}} for number in range(1, 10)]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return path

    def serve(self, name: str, *arguments: str, user_logs_in: str | None = "jane-token") -> Server:
        server = Server(PROGRAM, str(self.directory), "--data", str(self.folder / name), "--events", self.events, *arguments)
        if user_logs_in:
            self.log_in(server.url, user_logs_in)
        return server

    def log_in(self, url: str, token: str = "jane-token") -> None:
        self.browser.open("about:blank")  # a page that is open asks no more
        self.browser.forget_cookies()
        self.browser.open(url + "/auth/login")
        self.browser.find("#token").type(token)
        self.browser.control("Log in").click()
        self.browser.find("#new")

    def shoot(self, name: str) -> None:
        """Screenshots, for people to look at; checks what can be checked of a look."""
        folder = pathlib.Path(SCREENSHOTS)
        folder.mkdir(parents=True, exist_ok=True)
        for width, dark in LOOKS:
            self.browser.look(width, dark)
            self.browser.script(SETTLED)  # colours change gradually
            wide = self.browser.script("return document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} wide on a screen of {width}"
            self.browser.screenshot(folder / f"{name}-{width}-{'dark' if dark else 'light'}.png")
            low = self.browser.script(CONTRAST)
            assert not low, f"{name}: too little contrast: {low}"
        self.check_accessible(name)
        self.browser.look(1280)

    def check_accessible(self, name: str) -> None:
        """What a screen reader needs of every view."""
        browser = self.browser
        within = "dialog " if browser.all("dialog[open]") else ""  # what is behind it cannot be reached
        for control in browser.all(f"{within}:is(button, a, input, select, textarea, summary, [role=progressbar]), dialog"):
            if control.shown:
                assert control.name, f"{name}: a {control.tag} {control.attribute('id')} has no name"
        levels = browser.script("return [...document.querySelectorAll('h1,h2,h3')].filter(h => h.checkVisibility()).map(h => +h.tagName[1])")
        assert levels[:1] == [1] and levels.count(1) == 1, f"{name}: headings {levels}"
        assert all(after - before <= 1 for before, after in zip(levels, levels[1:])), f"{name}: headings {levels}"
        expect(browser.script("return document.documentElement.lang"), "en")
        assert browser.all("main") and browser.title, name

    def check_console(self, *expected: int) -> None:
        """No complaint but the statuses that a test provoked, which the browser notes."""
        for entry in self.browser.console():
            known = entry["source"] == "network" and any(f"status of {status} " in entry["message"] for status in expected)
            assert known, entry

    # Tests. Each gets a folder of its own by its name.

    def test_log_in(self):
        browser = self.browser
        with self.serve("log_in", user_logs_in=None) as server:
            browser.open(server.url + "/")
            expect(browser.address, server.url + "/auth/login")
            self.shoot("login")
            expect(browser.focused().attribute("id"), "token")
            browser.press("Enter")
            wait_for(lambda: "Enter your access token." in browser.text())
            browser.press("wrong", "Enter")
            wait_for(lambda: "Invalid token." in browser.text())
            expect(browser.find("#token").attribute("aria-invalid"), "true")
            self.check_console(401)
            browser.press("jane-token", "Enter")
            browser.find("#empty")
            expect(browser.address, server.url + HOME)
            cookie, = browser.cookies()
            expect((cookie["httpOnly"], cookie["sameSite"]), (True, "Lax"))
            expect(browser.script("return document.cookie"), "")
            self.shoot("empty")
            browser.control("Log out").click()
            browser.find("#token")
            expect(browser.cookies(), [])
            # Whoever is not logged in is sent there, and back.
            browser.open(server.url + HOME + "77/?x=1")
            browser.find("#token").type("jane-token")
            self.check_console(401)
            browser.press("Enter")
            wait_for(lambda: browser.address == server.url + HOME + "77/?x=1")
            browser.find("[data-state=error]")
            for outside in ("//example.org/", "https://example.org/", "/.//example.org/", "http://[", "javascript:alert(1)"):
                browser.open(f"{server.url}/auth/login?next={urllib.parse.quote(outside)}")
                browser.find("#token").type("jane-token")
                browser.press("Enter")
                wait_for(lambda: "/auth/login" not in browser.address)
                assert browser.address.startswith(server.url + "/"), browser.address
            wait_for(lambda: browser.all("#empty"))
            self.check_console(401, 404)

    def test_export_from_form_to_file(self):
        """With the keyboard alone: the form, progress to the end without reload, the download."""
        browser = self.browser
        with self.serve("form_to_file") as server:
            browser.script("window.marker = 'not reloaded'")
            browser.find("#empty")
            tab_to(browser, "New export")
            browser.press("Enter")
            expect(browser.focused().attribute("name"), "query_type")
            browser.press("Tab")
            expect(browser.focused().name, "Columns")
            browser.press("id", "Enter", "timestamp", "Enter", "title")
            tab_to(browser, "level")
            browser.press("Space")
            expect(browser.find("#field").property("value"), "id\ntimestamp\ntitle\nlevel")
            expect(browser.focused().attribute("aria-pressed"), "true")
            tab_to(browser, "Search")
            browser.press("level:error", "Tab", "B")  # Between two times
            browser.find("#start")
            for name, time_text in (("start", "1990-01-01T00:00"), ("end", "2003-01-01T00:00")):
                browser.script("document.getElementById(arguments[0]).value = arguments[1]", name, time_text)
            self.shoot("form")
            tab_to(browser, "Export All to CSV")
            browser.press("Enter")
            title = browser.find(".export .title")
            wait_for(lambda: browser.text(".status") == "Ready", lambda: browser.text())
            expect(browser.script("return window.marker"), "not reloaded")
            assert "497 rows" in browser.text(".export"), browser.text()
            expect(browser.focused().name, "New export")
            expect(browser.find("#new").attribute("aria-expanded"), "false")
            wait_for(lambda: "497 rows" in browser.find("#messages").text)
            title.click()
            self.check_download(server, "Download CSV", ".csv", ERRORS)
            self.shoot("valid")
            expect(browser.title, "Download Center")
            self.check_console()

    def check_download(self, server: Server, button: str, ending: str, asked: dict) -> None:
        browser = self.browser
        link = browser.control(button)
        expect(browser.text("h1"), "All done.")
        identity = browser.address.rstrip("/").rpartition("/")[2]
        expect((link.tag, link.property("href")), ("a", f"{server.url}{API}{identity}/?download=true"))
        link.click()
        file = browser.saved(f"*_{identity}{ending}")
        details = server.call(f"{API}{identity}/").json()
        expect(hashlib.sha256(file.read_bytes()).hexdigest(), browser.text("#checksum"))
        expect((browser.text("#checksum"), file.name), (details["checksum"], details["fileName"]))
        expect(browser.find("time").attribute("datetime"), details["dateExpired"])
        local = browser.script("return new Intl.DateTimeFormat(undefined, {dateStyle: 'long', timeStyle: 'short'}).format(new Date(arguments[0]))",
                               details["dateExpired"])
        assert local in browser.text("time"), browser.text()
        for column in asked["field"]:
            assert column in browser.text("dl"), browser.text()

    def test_jsonl_and_warnings(self):
        browser = self.browser
        with self.serve("jsonl", "--set", "max_rows=400") as server:
            browser.open(server.url + "/organizations/acme/discover/results/?" + urllib.parse.urlencode(
                ERRORS | {"format": "jsonl", "sort": "-timestamp", "project": [1, 2, 7]}, doseq=True))
            expect(browser.find("#field").property("value"), "\n".join(ERRORS["field"]))
            expect(browser.find("#query").property("value"), "level:error")
            expect(browser.find("#start").property("value"), "1990-01-01T00:00")
            expect(browser.find("#sort").property("value"), "-timestamp")
            expect(browser.text("#projects summary"), "arizona, california, hawaii")
            browser.find("#projects summary").click()
            for box in browser.all("#project-list input:checked"):
                box.click()
            expect(browser.text("#projects summary"), "All of mine")
            self.shoot("form-projects")
            browser.control("Export All to JSONL").click()
            wait_for(lambda: browser.text(".status") == "Ready", lambda: browser.text())
            browser.find(".export .title").click()
            self.check_download(server, "Download JSONL", ".jsonl", ERRORS)
            assert "400" in browser.text(".notice.warn"), browser.text()
            self.shoot("warning")
            self.check_console()

    def test_rejected_form(self):
        """Each error of the server is at its field, which has the focus."""
        browser = self.browser
        with self.serve("rejected", "--workers", "0") as server:
            browser.open(server.url + HOME)
            browser.control("New export").click()
            send = browser.control("Export All to CSV")
            good = {"#field": "title", "#query": "", "#sort": "", "#limit": ""}
            for values, identity, text in [
                ({"#field": ""}, "field", "at least one field is required to export"),
                ({"#field": "\n".join(["id"] * 21)}, "field", "You can export up to 20 fields at a time."),
                ({"#field": "a b("}, "field", "Invalid characters in field a b("),
                ({"#field": "foo(title)"}, "field", "foo is not a valid function"),
                ({"#field": "p95(title)"}, "field", "p95: column argument invalid"),
                ({"#field": "equation|count()+"}, "field", "Unable to parse your equation"),
                ({"#query": "level:(("}, "query", "Parse error at"),
                ({"#query": "timestamp:foo"}, "query", "timestamp: Invalid date: foo."),
                ({"#query": "species:"}, "query", "Empty string after 'species:'"),
                ({"#query": "count():>3"}, "query", "Aggregate count used in a condition"),
                ({"#query": "foo(title):>3"}, "query", "foo is not a valid function"),
                ({"#sort": "nope"}, "sort", "Cannot sort by a field that is not selected."),
                ({"#limit": "many"}, "limit", "A valid integer is required."),
                ({"#limit": "0"}, "limit", "Ensure this value is greater than or equal to 1."),
            ]:
                for selector, value in (good | values).items():
                    browser.find(selector).fill(value)
                send.click()
                wait_for(lambda: [each for each in browser.all("[aria-invalid=true]") if each.shown
                                  and each.attribute("id") == identity and text in described(browser, each)],
                         lambda: f"{values}: {browser.text('#form')}")
                expect(len(browser.all("[aria-invalid=true]")), 1)
                expect(browser.focused().attribute("id"), identity)
                if identity == "limit" and values["#limit"] == "many":
                    self.shoot("rejected")
            for selector, value in good.items():
                browser.find(selector).fill(value)
            browser.script("document.getElementById('period').value = ''; document.getElementById('form').dispatchEvent(new Event('input'))")
            for start, end, text in [("2001-01-01T00:00", "", "start and end are both required"),
                                     ("2001-01-01T00:00", "2000-01-01T00:00", "start must be before end"),
                                     ("12001-01-01T00:00", "2000-01-01T00:00", "is not a valid ISO8601 date query")]:
                browser.script("for (const [i, v] of Object.entries(arguments[0])) document.getElementById(i).value = v",
                               {"start": start, "end": end})
                send.click()
                wait_for(lambda: text in browser.text("[data-field=range]"), lambda: browser.text("#form"))
                expect(browser.focused().attribute("id"), "period")
            browser.all("[value='Issues-by-Tag'] + span")[0].click()
            for selector, value, identity, text in [
                ("#group", "x", "group", "Invalid group ID"), ("#group", "5", "group", "Requested issue does not exist"),
                ("#group", "1027", "key", "Requested key does not exist")]:
                browser.find(selector).fill(value)
                send.click()
                wait_for(lambda: text in browser.text(f"[data-field={identity}]"), lambda: browser.text("#form"))
                expect(browser.focused().attribute("id"), identity)
            self.shoot("form-tag")
            browser.find("#key").fill("user")
            send.click()
            wait_for(lambda: browser.text(".status") == "Working")
            expect(browser.all("[aria-invalid=true]"), [])
            self.check_console(400)

    def test_log_in_again(self):
        """A form that was being filled in when the session ended is as it was after the log-in; for its user alone."""
        browser = self.browser
        with self.serve("log_in_again", "--workers", "0") as server:
            for token, shown in (("jane-token", "level:error"), ("kim-token", "")):
                browser.control("New export").click()
                browser.find("#query").fill("level:error")
                browser.find("#projects summary").click()
                browser.find("#project-list input").click()
                browser.find("#format").type("JSONL")
                browser.forget_cookies()
                browser.control("Export All to JSONL").click()
                browser.find("#token").type(token)
                browser.press("Enter")
                browser.find("#empty")
                expect(browser.all("#composer")[0].shown, bool(shown))
                expect(browser.all("#query")[0].property("value"), shown)
                expect(len(browser.all("#project-list input:checked")), 1 if shown else 0)
                expect(browser.all("#format")[0].property("value"), "jsonl" if shown else "csv")
                browser.open(server.url + HOME)
                browser.find("#empty")
                expect(browser.all("#query")[0].property("value"), "")  # it is kept once
            self.check_console(401)

    def test_page_003_early(self):
        """page-003: what is not ready says so, and turns into what is, without a reload."""
        browser = self.browser
        with self.serve("early", "--workers", "0") as server:
            info = {"field": ["id", "title", "transaction"], "query": "", **ALL_TIME}
            record = server.call(API, {"query_type": "Discover", "query_info": info}, SESSION).json()
            browser.open(f"{server.url}{HOME}{record['id']}/")
            browser.script("window.marker = 'not reloaded'")
            expect(browser.text("h1"), "What are you doing here?")
            assert "were you invited" in browser.text(), browser.text()
            assert "0 rows so far" in browser.text(), browser.text()
            seen = set()
            with self.serve("early", "--set", "batch_rows=20", "--set", "chunk_bytes=300", "--set", "readers=0",
                            "--set", "poll_milliseconds=20", user_logs_in=None):
                def ended():
                    state = browser.all("[data-state=EARLY] #progress")
                    seen.update(each.text for each in state)
                    if len(seen) == 2:
                        self.browser.screenshot(pathlib.Path(SCREENSHOTS, "early-with-rows.png"))
                    return browser.text("h1") == "All done."
                wait_for(ended, lambda: browser.text(), 120)
            expect(browser.script("return window.marker"), "not reloaded")
            assert any(not text.startswith("0 rows") for text in seen), seen
            assert "10,009 rows" in browser.text(), browser.text()
            wait_for(lambda: "All done." in browser.find("#messages").text)
            self.check_console()

    def test_early_look_and_cancel(self):
        browser = self.browser
        with self.serve("cancel", "--workers", "0") as server:
            record = server.call(API, {"query_type": "Discover", "query_info": ERRORS}).json()
            browser.open(f"{server.url}{HOME}{record['id']}/")
            browser.find("[data-state=EARLY]")
            self.shoot("early")
            browser.control("Cancel").click()
            self.shoot("question")
            expect(browser.focused().text, "Keep it")
            browser.press("Escape")
            expect(browser.focused().text, "Cancel")  # the focus is where it was
            browser.press("Enter")
            browser.press("Shift+Tab", "Enter") if browser.focused().text == "Cancel it" else browser.press("Tab", "Enter")
            browser.find("#empty")
            expect(server.call(f"{API}{record['id']}/").status, 404)
            self.check_console()

    def test_page_004_expired(self):
        """page-004: an export that expired offers a new one."""
        browser = self.browser
        with self.serve("expired", "--set", "expiration_seconds=1") as server:
            tag, events = (server.wait(server.call(API, {"query_type": kind, "query_info": info}).json()["id"])
                           for kind, info in (("Issues-by-Tag", ISSUE), ("Discover", ERRORS)))
            wait_for(lambda: server.call(f"{API}{events['id']}/").json()["status"] == "EXPIRED")
            browser.open(f"{server.url}{HOME}{tag['id']}/")
            expect(browser.text("h1"), "This is awkward.")
            expect(browser.control("Start a New Download").property("href"), server.url + "/organizations/acme/issues/")
            assert not browser.has_control("Download CSV") and not browser.has_control("Open in Discover")
            self.shoot("expired")
            browser.control("Start a New Download").click()
            browser.find("#group")
            browser.open(f"{server.url}{HOME}{events['id']}/")
            expect(browser.control("Start a New Download").property("href"), server.url + "/organizations/acme/discover/queries/")
            browser.control("Open in Discover").click()
            expect(browser.find("#query").property("value"), "level:error")
            browser.control("Export All to CSV").click()
            wait_for(lambda: len(browser.all(".export")) == 3)
            wait_for(lambda: server.call(API).json()[0]["status"] != "EARLY")
            self.check_console()

    def test_failed_and_retry(self):
        browser = self.browser
        with self.serve("failed", "--set", "on_limit=fail", "--set", "max_rows=5") as server:
            record = server.call(API, {"query_type": "Discover", "query_info": ERRORS}, SESSION).json()
            record = server.wait(record["id"])
            expect(record["status"], "FAILED")
            browser.open(f"{server.url}{HOME}{record['id']}/")
            browser.find("[data-state=FAILED]")
            expect(browser.text("#reason"), record["error"]["detail"])
            self.shoot("failed")
            browser.open(server.url + HOME)
            expect(browser.text(".status"), "Failed")
            assert record["error"]["detail"] in browser.text(".export")
        with self.serve("failed", "--workers", "0") as server:
            browser.open(f"{server.url}{HOME}{record['id']}/")
            browser.control("Retry").click()
            browser.find("[data-state=EARLY]")
            expect(browser.focused().tag, "h1")
            with self.serve("failed", "--set", "poll_milliseconds=20", user_logs_in=None):
                wait_for(lambda: browser.text("h1") == "All done.", lambda: browser.text())
            assert "497 rows" in browser.text()
            self.check_console()

    def test_foreign_and_unknown(self):
        """What belongs to others looks like what nobody has."""
        browser = self.browser
        with self.serve("foreign") as server:
            theirs = server.call(API, {"query_type": "Issues-by-Tag", "query_info": ISSUE},
                                 {"Authorization": "Bearer kim-token"}).json()
            texts = []
            for path in (f"{HOME}{theirs['id']}/", f"{HOME}77/", f"/organizations/nowhere/data-export/{theirs['id']}/"):
                browser.open(server.url + path)
                expect(browser.text("h1"), "404 - Not Found")
                texts.append(browser.text())
            expect(len(set(texts)), 1)
            self.shoot("error")
            browser.open(server.url + "/organizations/nowhere/data-export/")
            wait_for(lambda: "404 - Not Found" in browser.text("#trouble"))
            self.check_console(404)

    def test_list(self):
        """Pages, cancel, delete; where the focus goes."""
        browser = self.browser
        with self.serve("list") as server:
            for limit in range(1, 23):
                server.wait(server.call(API, {"query_type": "Discover", "query_info": ERRORS, "limit": limit}).json()["id"])
            browser.open(server.url + HOME)
            wait_for(lambda: len(browser.all(".export")) == 20)
            assert "22 exports" in browser.text("#pages") and not browser.has_control("Newer")
            self.shoot("list")
            older = browser.control("Older")
            older.click()
            wait_for(lambda: len(browser.all(".export")) == 2)
            assert not browser.has_control("Older")
            first, second = (each.find(".title").attribute("href") for each in browser.all(".export"))
            browser.all(".export")[0].find("button").click()
            browser.find("dialog")
            browser.control("Delete it").click()
            wait_for(lambda: len(browser.all(".export")) == 1)
            expect(browser.focused().attribute("href"), second)
            expect(server.call("/api/0" + first).status, 404)
            browser.control("Newer").click()
            wait_for(lambda: len(browser.all(".export")) == 20)
            expect(browser.script("return getComputedStyle(document.querySelector('dialog') ?? document.body).display"), "block")
            self.check_console()

    def test_markup_is_text(self):
        browser = self.browser
        evil = "<img src=x onerror=window.marked=1><script>window.marked=1</script>"
        with self.serve("markup", user_logs_in=None) as server, Front(server.url) as front:
            self.log_in(front.url)
            hurt = DETAILS | {"fileName": evil, "checksum": evil, "query": {"type": "Discover", "info": {
                "field": [evil], "query": evil, "sort": evil, "start": evil, "project": [evil]}}, "warnings": [{"detail": evil}],
                "user": {"id": "9", "username": evil, "email": evil}}
            front.answer("GET", API + "5/", 200, hurt)
            browser.open(front.url + HOME + "5/")
            browser.find("#checksum")
            expect(browser.text().count(evil), 8)
            front.answer("GET", API + "5/", 200, hurt | {"status": "FAILED", "error": {"detail": evil}})
            browser.open(front.url + HOME + "5/")
            expect(browser.text("#reason"), evil)
            front.answer("GET", API + "5/", 418, {"detail": evil})
            browser.open(front.url + HOME + "5/")
            assert browser.text("h1").startswith("418 - ") and evil in browser.text(), browser.text()
            front.answer("GET", LIST, 200, [hurt], {"Link": f'<{evil}>; rel="next"; results="true"; cursor="{evil}"'.replace("\n", "")})
            browser.open(front.url + HOME)
            assert evil in browser.text(".export"), browser.text()
            expect(browser.script("return [document.images.length, document.scripts.length, window.marked ?? null]"), [1, 1, None])
            refused = browser.script("try { document.body.innerHTML = '<b></b>'; return 'taken' } catch (e) { return e.name }")
            expect(refused, "TypeError")  # the policy keeps markup out of every page
            browser.console()

    def test_page_001_006_007_details(self):
        """page-001: one request; page-006 and page-007: which exports Discover can open."""
        browser = self.browser
        with self.serve("page_cases", user_logs_in=None) as server, Front(server.url) as front:
            self.log_in(front.url)

            def show(**changes) -> None:
                front.calls.clear()
                front.answer("GET", API + "5/", 200, DETAILS | changes)
                browser.open(front.url + HOME + "5/")
                browser.find("[data-state] h1")

            show()  # page-001: one request for the details
            time.sleep(2.5)
            expect(len(front.called("GET", API + "5/.*")), 1)
            assert browser.has_control("Open in Discover")  # page-006
            show(query={"type": "Issues-by-Tag", "info": {}})
            assert browser.has_control("Download CSV") and not browser.has_control("Open in Discover")  # page-007
            show(query=None)  # counts as Issues-by-Tag
            assert browser.has_control("Download CSV") and not browser.has_control("Open in Discover")
            show(format="jsonl", dateExpired=None, checksum=None)
            assert browser.has_control("Download JSONL") and not browser.all("time, #checksum")
            show(status="SOMETHING")
            expect(browser.text("h1"), "All done.")
            self.check_console()

    def test_button_002_003_005_006_009(self):
        """The cases of the button: button-002, button-003, button-005, button-006, button-009."""
        browser = self.browser
        with self.serve("button_cases", "--workers", "0", user_logs_in=None) as server, Front(server.url) as front:
            self.log_in(front.url)
            browser.open(front.url + "/organizations/acme/issues/")
            browser.find("#tag-project")
            for name, value in (("group", ISSUE["group"]), ("key", ISSUE["key"])):
                browser.find("#" + name).fill(value)
            button = browser.control("Export All to CSV")  # button-002
            expect((button.tag, button.enabled), ("button", True))

            # button-005: a button that is disabled sends nothing.
            browser.script("document.getElementById('submit').disabled = true")
            button.click()
            browser.find("#key").type("")
            browser.press("Enter")
            time.sleep(0.5)
            expect((front.called("POST", API), button.enabled), ([], False))
            browser.script("document.getElementById('submit').disabled = false")

            # button-009: what the server says is shown.
            front.answer("POST", API, 400, {"detail": "uh oh"})
            button.click()
            wait_for(lambda: browser.text("#form-problem") == "uh oh")
            expect((browser.find("#form-problem").attribute("role"), browser.focused().attribute("id")), ("alert", "form-problem"))
            expect(button.enabled, True)

            # button-006: one request, and no other while it is under way.
            front.calls.clear()
            front.answer("POST", API, 201, DETAILS | {"status": "EARLY", "fileName": None}, {"delay": 1.5})
            button.click()
            wait_for(lambda: not button.enabled)
            browser.script("document.getElementById('form').requestSubmit()")
            browser.find("#key").click()
            browser.press("Enter")
            wait_for(lambda: "Started." in browser.find("#messages").text)
            sent, = front.called("POST", API)
            expect(json.loads(sent[2]), {"format": "csv", "query_type": "Issues-by-Tag", "query_info": ISSUE})
            self.check_console(400)

            # An export that has its file already is downloaded at once.
            front.answer("POST", API, 201, DETAILS | {"fileName": "ready.csv"})
            front.answer("GET", API + "5/.download=true", 200, "rows", {"Content-Disposition": "attachment"})
            browser.control("New export").click()
            button.click()
            wait_for(lambda: browser.find("#messages").text == "Downloading ready.csv.")
            expect(browser.saved("ready.csv").read_text(), '"rows"')

            # button-003: without the feature, the button is there, and the server decides.
            self.log_in(front.url, "kim-token")
            browser.find("select.organization").click()
            browser.press("plain", "Enter")
            wait_for(lambda: browser.address == front.url + "/organizations/plain/data-export/")
            browser.control("New export").click()
            browser.find("#field").fill("id")
            browser.control("Export All to CSV").click()
            wait_for(lambda: browser.text("#form-problem") == "404 - Not Found.")
            self.check_console(404)

    def test_polling(self):
        """Less and less often, later when asked to, not at all while hidden."""
        browser = self.browser
        details = API + "5/"
        with self.serve("polling", user_logs_in=None) as server, Front(server.url) as front:
            self.log_in(front.url)
            front.calls.clear()
            front.answer("GET", details, 200, EARLY, lasting=True)
            browser.open(front.url + HOME + "5/")
            wait_for(lambda: len(front.called("GET", details)) == 5)
            times = [call[3] for call in front.called("GET", details)]
            gaps = [after - before for before, after in zip(times, times[1:])]
            assert gaps[0] < 1.6 and gaps[-1] > 2.2, gaps

            front.answers.append(("GET", details, 503, {"Retry-After": "4"}, b'{"detail":"Busy."}'))
            wait_for(lambda: "503 - Service Unavailable. Busy. Trying again in 4 s." in browser.text())
            busy = time.monotonic()
            assert "so far" in browser.text(), "what is known stays"
            count = len(front.called("GET", details))
            wait_for(lambda: len(front.called("GET", details)) > count)
            assert time.monotonic() - busy > 3, "it came back too early"
            wait_for(lambda: "Busy." not in browser.text())

            browser.script("Object.defineProperty(document, 'hidden', {configurable: true, get: () => true})")
            time.sleep(5)  # what is under way comes back
            count = len(front.called("GET", details))
            time.sleep(6)
            assert len(front.called("GET", details)) - count <= 1, "it went on while hidden"
            front.lasting.clear()
            front.answer("GET", details, 200, DETAILS, lasting=True)
            wait_for(lambda: browser.script("""Object.defineProperty(document, 'hidden', {configurable: true, get: () => false});
                document.dispatchEvent(new Event('visibilitychange')); return true"""))
            wait_for(lambda: browser.text("h1") == "All done.", seconds=30)
            self.check_console(503)

    def test_cancel_stops_polling(self):
        """What is being removed is not asked for, unless the removal fails."""
        browser = self.browser
        details = API + "5/"
        with self.serve("cancel_polling", user_logs_in=None) as server, Front(server.url) as front:
            self.log_in(front.url)
            front.answer("GET", details, 200, EARLY, lasting=True)
            browser.open(front.url + HOME + "5/")

            def cancel(status, body, done):
                """@return after which times it was asked for, from the request to remove it on"""
                count = len(front.called("GET", details))
                wait_for(lambda: len(front.called("GET", details)) > count)
                front.answer("DELETE", details, status, body, {"delay": 4})
                browser.control("Cancel").click()
                browser.find("dialog")
                browser.control("Cancel it").click()
                wait_for(lambda: front.called("DELETE", details))
                asked = front.called("DELETE", details)[-1][3]
                wait_for(done)
                return [call[3] - asked for call in front.called("GET", details) if call[3] > asked]

            waits = cancel(503, {"detail": "Busy."}, lambda: "Busy." in browser.find("#messages").text)
            assert all(wait > 3.9 for wait in waits), waits
            front.calls.clear()
            expect(cancel(204, None, lambda: browser.address == front.url + HOME), [])
            self.check_console(503)

    def test_lost_server(self):
        browser = self.browser
        with self.serve("lost", "--workers", "0") as server:
            server.call(API, {"query_type": "Discover", "query_info": ERRORS})
            browser.open(server.url + HOME)
            browser.find("[data-status=EARLY]")
        wait_for(lambda: "The server cannot be reached." in browser.text("#trouble"))
        assert browser.all(".export"), "what is known stays"
        self.shoot("lost")
        browser.console()

    def test_other_sites(self):
        """A page of another site can do nothing with the cookie, nor show the page in a frame."""
        browser = self.browser
        with self.serve("other_sites") as server:
            body = {"query_type": "Discover", "query_info": ERRORS}
            for headers, status in [({}, 201), ({"Origin": server.url}, 200), ({"Origin": "http://evil.example"}, 401),
                                    ({"Origin": "null"}, 401), ({"Sec-Fetch-Site": "same-site", "Origin": server.url}, 401),
                                    ({"Sec-Fetch-Site": "cross-site"}, 401), ({"Sec-Fetch-Site": "same-origin"}, 200)]:
                got = server.call(API, body, SESSION | headers)
                assert got.status == status or {got.status, status} == {200, 201}, (headers, got.status)
            expect(server.call("/auth/login", b"token=jane-token", {"Origin": "http://evil.example"}).status, 403)
            expect(server.call("/auth/logout", b"", {"Sec-Fetch-Site": "cross-site"}).status, 403)
            page = server.call(HOME, headers={"X": "y"})
            policy = page.headers["Content-Security-Policy"]
            for rule in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self'",
                         "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
                assert rule in policy and "unsafe" not in policy, policy
            expect(server.call(HOME, headers={"If-None-Match": page.headers["ETag"]}).status, 304)
            for path, kind in ((HOME, "text/html"), ("/assets/page.css", "text/css"), ("/assets/api.js", "text/javascript"),
                               ("/assets/icon.svg", "image/svg+xml")):
                answer = server.call(path, headers={"X": "y"})
                expect((answer.status, answer.headers["Content-Type"].split(";")[0], answer.headers["X-Content-Type-Options"],
                        answer.headers["Cache-Control"]), (200, kind, "nosniff", "no-cache"))
            for path in ("/assets/login.html", "/assets/../main.cpp", "/assets/", "/organizations/acme/", "/organizations//data-export/",
                         "/organizations/acme/data-export/1/2/", "/auth/other"):
                expect(server.call(path, headers={"X": "y"}).status, 404)


SETTLED = """
const changes = document.getAnimations().filter((each) => each instanceof CSSTransition);
return Promise.allSettled(changes.map((each) => each.finished)).then(() => changes.length);
"""

CONTRAST = """
const parse = (text) => text.match(/[\\d.]+/g).map(Number);
const light = (c) => { const [r, g, b] = c.map((v) => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
const behind = (node) => { for (; node; node = node.parentElement) { const c = parse(getComputedStyle(node).backgroundColor); if (c[3] !== 0) return c; } return [255, 255, 255]; };
const low = [];
for (const node of document.querySelectorAll('body *')) {
  const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
  if (!own || !node.checkVisibility() || node.matches(':disabled, option')) continue;
  const [a, b] = [parse(getComputedStyle(node).color), behind(node)].map((c) => light(c.slice(0, 3))).sort((x, y) => y - x);
  if ((a + .05) / (b + .05) < 4.5) low.push(`${node.tagName}.${node.className} ${node.textContent.trim().slice(0, 30)} ${((a + .05) / (b + .05)).toFixed(2)}`);
}
return low;
"""


def described(browser: Browser, element) -> str:
    identities = (element.attribute("aria-describedby") or "").split()
    return " ".join(browser.script("return document.getElementById(arguments[0])?.textContent ?? ''", each) for each in identities)


def tab_to(browser: Browser, name: str) -> None:
    """Goes on with the Tab key; whatever has the focus on the way shows it."""
    for _ in range(60):
        browser.press("Tab")
        focused = browser.focused()
        ring = browser.script("""const node = document.activeElement.matches('.segments input') ? document.activeElement.nextElementSibling : document.activeElement;
            return getComputedStyle(node).outlineStyle""")
        assert focused.tag == "body" or ring != "none", f"the focus is not seen on {focused.name}"
        if focused.name == name:
            return
    raise AssertionError(f"no way to {name}")


def main() -> None:
    pathlib.Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, Browser() as browser:
        browser.look(1280)
        browser.requests()
        tests = Tests(pathlib.Path(name), browser)
        chosen = sys.argv[5:] or [each for each in vars(Tests) if each.startswith("test_")]
        for test in chosen:
            began = time.monotonic()
            browser.open("about:blank")  # the page of the test before asks no more
            browser.console()
            try:
                getattr(tests, test)()
            except BaseException:
                browser.screenshot(pathlib.Path(SCREENSHOTS, "failed-test.png"))
                print(f"{test} failed at {browser.address}: {browser.console()}", file=sys.stderr)
                raise
            addresses = browser.requests()
            outside = [each for each in addresses if not each.startswith(("http://127.0.0.1:", "chrome://", "data:"))]
            expect(outside, [])
            print(f"{test}: {time.monotonic() - began:.1f} s, {len(addresses)} requests")


if __name__ == "__main__":
    main()
