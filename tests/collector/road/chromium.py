"""A real Chromium without a network, driven over its DevTools protocol as far as tests need."""

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import connect
from websockets.sync.connection import Connection

ANSWER_S = 60
LARGEST_MESSAGE = 64 * 1024 * 1024
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0"),
    *("--disable-dev-shm-usage", "--disable-extensions", "--disable-background-networking"),
    *("--disable-component-update", "--mute-audio", "--proxy-server=127.0.0.1:9"),
    *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
)


class Failed(Exception):
    """What the browser or the page said."""


class Browser:
    """One Chromium; every tab is a phone of its own, that shares nothing with the others."""

    def __init__(self, socket: Connection) -> None:
        self.socket = socket
        self.number = 0
        self.events: list[dict[str, Any]] = []

    def ask(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        self.number += 1
        said: dict[str, Any] = {"id": self.number, "method": method, "params": params}
        if session is not None:
            said["sessionId"] = session
        self.socket.send(json.dumps(said))
        while (answer := self.receive()).get("id") != self.number:
            self.events.append(answer)
        if "error" in answer:
            raise Failed(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def receive(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.socket.recv(timeout=ANSWER_S))
        return answer

    def event(self, method: str) -> dict[str, Any]:
        """The parameters of the next event of that name, awaited if it has not come yet."""
        while True:
            for answer in self.events:
                if answer.get("method") == method:
                    self.events.remove(answer)
                    params: dict[str, Any] = answer["params"]
                    return params
            self.events.append(self.receive())

    def open(self, path: Path, before: str = "") -> "Tab":
        """A page opened from its file; `before` is a script that runs ahead of the page's own."""
        context = self.ask("Target.createBrowserContext")["browserContextId"]
        target = self.ask("Target.createTarget", url="about:blank", browserContextId=context)
        attached = self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        tab = Tab(self, attached["sessionId"], context)
        tab.ask("Page.enable")
        tab.ask("Runtime.enable")
        tab.ask("Network.enable")
        tab.offline()
        tab.size(360, 740)
        if before:
            tab.ask("Page.addScriptToEvaluateOnNewDocument", source=before)
        tab.ask("Page.navigate", url=path.as_uri())
        self.event("Page.loadEventFired")
        tab.run("page.ready")
        return tab


class Tab:
    """A page in a browser."""

    def __init__(self, browser: Browser, session: str, context: str) -> None:
        self.browser = browser
        self.session = session
        self.context = context

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        return self.browser.ask(method, self.session, **params)

    def offline(self) -> None:
        off = {"latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
        self.ask("Network.emulateNetworkConditions", offline=True, **off)

    def size(self, width: int, height: int) -> None:
        scale = {"deviceScaleFactor": 2, "mobile": True}
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, **scale)

    def run(self, script: str) -> Any:
        """The value of a script, awaited. Errors: Failed with what it threw."""
        answer = self.ask(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        if "exceptionDetails" in answer:
            raise Failed(json.dumps(answer["exceptionDetails"], ensure_ascii=False)[:2_000])
        return answer["result"].get("value")

    def call(self, function: str, *values: Any) -> Any:
        """A function of the page on plain values."""
        return self.run(f"{function}({', '.join(map(json.dumps, values))})")

    def until(self, script: str, limit_s: float = 20) -> Any:
        """The first true value of a script that is asked again and again."""
        end = time.monotonic() + limit_s
        while not (value := self.run(script)):
            if time.monotonic() > end:
                raise Failed(f"never: {script}; the page says: {self.text()[:500]}")
            time.sleep(0.02)
        return value

    def text(self) -> str:
        return str(self.run("document.body.innerText"))

    def click(self, name: str) -> None:
        self.run(f"document.getElementById({json.dumps(name)}).click()")

    def type_into(self, name: str, text: str) -> None:
        """Typed as a keyboard types: focus, characters, and what the browser makes of them."""
        self.run(f"document.getElementById({json.dumps(name)}).focus()")
        self.ask("Input.insertText", text=text)

    def give_picture(self, path: Path) -> None:
        document = self.ask("DOM.getDocument")["root"]["nodeId"]
        node = self.ask("DOM.querySelector", nodeId=document, selector="#picture")["nodeId"]
        self.ask("DOM.setFileInputFiles", files=[str(path)], nodeId=node)

    def close(self) -> None:
        self.browser.ask("Target.disposeBrowserContext", browserContextId=self.context)

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))


@contextmanager
def chromium(folder: Path, film: Path) -> Iterator[Browser]:
    """A browser whose camera shows that film; `folder` is its own."""
    program = shutil.which("chromium") or "/usr/bin/chromium"
    own = (f"--user-data-dir={folder}", f"--use-file-for-fake-video-capture={film}")
    process = subprocess.Popen((program, *FLAGS, *own, "about:blank"), stderr=subprocess.DEVNULL)
    try:
        with connect(address(folder), max_size=LARGEST_MESSAGE, proxy=None) as socket:
            yield Browser(socket)
    finally:
        process.terminate()
        process.wait(timeout=ANSWER_S)


def address(folder: Path) -> str:
    """Where a browser that is starting says it listens."""
    told, end = folder / "DevToolsActivePort", time.monotonic() + ANSWER_S
    while not told.is_file() or told.read_text(encoding="ascii").count("\n") < 1:
        if time.monotonic() > end:
            raise Failed("Chromium did not start")
        time.sleep(0.02)
    port, path = told.read_text(encoding="ascii").splitlines()
    return f"ws://127.0.0.1:{port}{path}"
