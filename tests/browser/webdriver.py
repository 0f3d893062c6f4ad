"""A browser under test: headless Chromium behind ChromeDriver, spoken to in the WebDriver protocol."""

import base64
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # WebDriver, section 12.1
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c", "Space": " ", "Shift": "\ue008", "Control": "\ue009",
        "ArrowRight": "\ue014", "ArrowDown": "\ue015"}


class WebDriverError(Exception):
    pass


def wait_for(condition, what: str = "nothing came", seconds: float = 40):
    end = time.monotonic() + seconds
    while True:
        try:
            if result := condition():
                return result
        except WebDriverError as error:  # what it looked at has just been replaced
            what = f"{what}; {error}"[:600]
        assert time.monotonic() < end, what() if callable(what) else what
        time.sleep(0.05)


class Element:
    def __init__(self, browser: "Browser", identity: str):
        self.browser = browser
        self.identity = identity

    def _get(self, what: str):
        return self.browser.command("GET", f"/element/{self.identity}/{what}")

    def _post(self, what: str, **body):
        return self.browser.command("POST", f"/element/{self.identity}/{what}", body)

    text = property(lambda self: self._get("text"))
    role = property(lambda self: self._get("computedrole"))
    name = property(lambda self: self._get("computedlabel"))
    tag = property(lambda self: self._get("name"))
    shown = property(lambda self: self._get("displayed"))
    enabled = property(lambda self: self._get("enabled"))

    def attribute(self, name: str):
        return self._get(f"attribute/{name}")

    def property(self, name: str):
        return self._get(f"property/{name}")

    def click(self) -> None:
        self._post("click")

    def type(self, text: str) -> None:
        self._post("value", text=text)

    def fill(self, text: str) -> None:
        self._post("clear")
        if text:
            self.type(text)

    def find(self, selector: str) -> "Element":
        found = self._post("element", using="css selector", value=selector)
        return Element(self.browser, found[ELEMENT])


class Browser:
    """From `with` to its end. Its pages reach 127.0.0.1 and nothing else; files that it saves are in `downloads`."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.downloads = pathlib.Path(self.folder.name, "downloads")
        self.downloads.mkdir()
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.driver.stdout:
            if port := re.search(r"successfully on port (\d+)", line):
                break
        self.url = f"http://127.0.0.1:{port[1]}/session"
        arguments = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--lang=en-GB",
                     "--disable-background-networking", "--disable-component-update", "--no-first-run",
                     f"--user-data-dir={self.folder.name}/profile", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")  # it refuses to run as root with one
        capabilities = {"browserName": "chrome", "goog:chromeOptions": {"args": arguments},
                        "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        try:
            session = self.command("POST", "", {"capabilities": {"alwaysMatch": capabilities}})
        except BaseException:
            self.driver.terminate()
            raise
        self.url += "/" + session["sessionId"]
        self.devtools("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.command("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.folder.cleanup()

    def command(self, method: str, path: str, body=None):
        data = json.dumps(body if body is not None else {}).encode() if method == "POST" else None
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise WebDriverError(f"{value['error']}: {value['message']}") from None

    def devtools(self, method: str, **parameters):
        return self.command("POST", "/goog/cdp/execute", {"cmd": method, "params": parameters})

    def open(self, url: str) -> None:
        self.command("POST", "/url", {"url": url})

    address = property(lambda self: self.command("GET", "/url"))
    title = property(lambda self: self.command("GET", "/title"))

    def script(self, text: str, *arguments):
        return self.command("POST", "/execute/sync", {"script": text, "args": list(arguments)})

    def all(self, selector: str, using: str = "css selector") -> list[Element]:
        found = self.command("POST", "/elements", {"using": using, "value": selector})
        return [Element(self, each[ELEMENT]) for each in found]

    def find(self, selector: str) -> Element:
        """The first element that is shown, as soon as there is one."""
        return wait_for(lambda: next((each for each in self.all(selector) if each.shown), None), f"no {selector}")

    def control(self, name: str) -> Element:
        """The button or link with this text."""
        path = f"//button[normalize-space()='{name}'] | //a[normalize-space()='{name}']"
        return wait_for(lambda: next((each for each in self.all(path, "xpath") if each.shown), None), f"no control {name}")

    def has_control(self, name: str) -> bool:
        path = f"//button[normalize-space()='{name}'] | //a[normalize-space()='{name}']"
        return any(each.shown for each in self.all(path, "xpath"))

    def text(self, selector: str = "main") -> str:
        return self.find(selector).text

    def focused(self) -> Element:
        return Element(self, self.command("GET", "/element/active")[ELEMENT])

    def press(self, *keys: str) -> None:
        """Keys by their name, or texts; `Shift+Tab` are two keys at once."""
        actions = []
        for key in keys:
            held = [KEYS.get(each, each) for each in key.split("+")] if key in KEYS or "+" in key[1:] else None
            for part in [held] if held else [[letter] for letter in key]:
                actions += [{"type": "keyDown", "value": each} for each in part]
                actions += [{"type": "keyUp", "value": each} for each in reversed(part)]
        self.command("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def cookies(self) -> list[dict]:
        return self.command("GET", "/cookie")

    def saved(self, pattern: str) -> pathlib.Path:
        """The file that a download became, once it is whole: until then there are others beside it, or it is empty."""
        def whole():
            file = next(self.downloads.glob(pattern), None)
            return file if file and file.stat().st_size > 0 and not list(self.downloads.glob("*.crdownload")) else None
        return wait_for(whole, f"no download {pattern}")

    def forget_cookies(self) -> None:
        self.devtools("Network.clearBrowserCookies")

    def look(self, width: int, dark: bool = False) -> None:
        """The size of the window, and which colours the system prefers."""
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.devtools("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def screenshot(self, path: pathlib.Path) -> None:
        """The whole page, however long."""
        taken = self.devtools("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(taken["data"]))

    def console(self) -> list[dict]:
        """What the browser had to complain about since the last call."""
        return [entry for entry in self.command("POST", "/se/log", {"type": "browser"}) if entry["level"] == "SEVERE"]

    def requests(self) -> list[str]:
        """The addresses that pages asked for since the last call."""
        events = [json.loads(entry["message"])["message"] for entry in self.command("POST", "/se/log", {"type": "performance"})]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
