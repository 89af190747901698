"""Chromium without a window, driven over the DevTools protocol on a pipe: JSON messages that end with a zero byte."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shlex
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_PATIENCE = 60


class Browser:
    """One page. Whatever script on it throws is kept in ``errors``."""

    def __init__(self, to: int, came: int) -> None:
        self.errors: list[str] = []
        self._to = to
        self._came = came
        self._rest = b""
        self._number = 0
        self._session: str | None = None
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime"):
            self._call(f"{domain}.enable")

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            said = self._next()
            if said.get("id") == self._number:
                assert "error" not in said, (method, said)
                result = said["result"]
                assert isinstance(result, dict)
                return result

    def _next(self) -> dict[str, Any]:
        end = time.monotonic() + _PATIENCE
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._came], [], [], max(end - time.monotonic(), 0))
            data = os.read(self._came, 1 << 16) if ready else b""
            if not data:
                raise TimeoutError("Chromium says nothing")
            self._rest += data
        said, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(said)
        if message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(message["params"]["exceptionDetails"])[:500])
        return message

    def open(self, page: Path, width: int, height: int, *, dark: bool = False) -> None:
        """Load a page into a window of that size."""
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", features=[scheme])
        self._call("Page.navigate", url=page.as_uri())
        self.until("document.readyState+location.protocol==='completefile:'")

    def value(self, expression: str) -> Any:
        """What a JavaScript expression comes to."""
        found = self._call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait for an expression to come true: some events are told of a little later."""
        end = time.monotonic() + _PATIENCE
        while not self.value(expression):
            assert time.monotonic() < end, expression
            time.sleep(0.02)

    def type(self, *keys: str) -> None:
        """Press keys, one after the other; ``Enter`` and ``Escape`` by their names."""
        for key in keys:
            text = {"text": key} if len(key) == 1 else {}
            self._call("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
            self._call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def click(self, css: str) -> None:
        """Click on the first element that is selected."""
        self.value(f"document.querySelector({json.dumps(css)}).click()")


@contextlib.contextmanager
def browser(program: str, folder: Path) -> Iterator[Browser]:
    """Chromium, with its files in ``folder``."""
    their_in, to = os.pipe()
    came, their_out = os.pipe()
    options = "--headless --no-sandbox --disable-gpu --hide-scrollbars --remote-debugging-pipe"
    command = (
        f"exec {shlex.quote(program)} {options} --user-data-dir={shlex.quote(str(folder))} 3<&{their_in} 4>&{their_out}"
    )
    process = subprocess.Popen(
        ["bash", "-c", command],
        pass_fds=(their_in, their_out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(their_in)
    os.close(their_out)
    try:
        yield Browser(to, came)
    finally:
        os.close(to)
        process.terminate()
        process.wait(_PATIENCE)
        os.close(came)
