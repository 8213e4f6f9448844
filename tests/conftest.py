"""What the tests share: the guide built once, served on loopback, and a Chromium that records what it asks for."""

from __future__ import annotations

import functools
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

import browser as chromium

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "hooks"))

LANGS = {"zh": "", "en": "en/"}
"""Language -> where its pages begin below the site's root."""


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves a built site as a static host does, with its 404 page."""

    def log_message(self, *_: object) -> None:
        pass

    def send_error(self, code: int, *args: object, **kwargs: object) -> None:
        page = Path(self.directory) / ("en/404.html" if self.path.startswith("/en/") else "404.html")
        if code != 404 or not page.exists():
            return super().send_error(code, *args, **kwargs)
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve(folder: Path) -> tuple[http.server.ThreadingHTTPServer, str]:
    """Serve a folder on a free port of loopback; gives the server and its address with a slash at the end."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}/"


def build(into: Path, root: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `mkdocs build --strict` on a checkout; gives the finished process with its output."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(into)]
    return subprocess.run(command, cwd=root, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"} | environment,
                          capture_output=True, text=True)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built guide."""
    folder = tmp_path_factory.mktemp("site")
    done = build(folder)
    assert done.returncode == 0, f"mkdocs build --strict failed:\n{done.stderr[-4000:]}"
    return folder


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[str]:
    """The address at which the built guide is served."""
    running, address = serve(site)
    yield address
    running.shutdown()


@pytest.fixture(scope="session")
def urls(site: Path) -> list[str]:
    """The address of every page below the root, both languages, "" first."""
    return sorted(p.parent.relative_to(site).as_posix().removeprefix(".") + "/" for p in site.rglob("index.html"))


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """One headless Chromium for the whole run."""
    path = chromium.find()
    assert path, chromium.ADVICE
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=chromium.ARGS)
        yield running
        running.close()


@dataclass
class Watch:
    """What a page did that a reader would not see."""

    address: str
    requests: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    def on(self, page: Page) -> None:
        """Begin to record a page."""
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("response", lambda r: r.status >= 400 and self.failures.append(f"{r.status} {r.url}"))
        # What the reader leaves behind by going on is no failure.
        page.on("requestfailed", lambda r: r.failure == "net::ERR_ABORTED" or self.failures.append(f"{r.failure} {r.url}"))
        page.on("console", lambda m: m.type in ("error", "warning") and "blocked by Playwright" not in m.text and self.console.append(m.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))

    def foreign(self) -> list[str]:
        """Requests that left for another host."""
        return [url for url in self.requests if not url.startswith((self.address, "data:", "blob:"))]


@pytest.fixture
def context(chrome: Browser) -> Iterator[BrowserContext]:
    """A fresh profile, as wide as a small phone."""
    fresh = chrome.new_context(viewport={"width": 360, "height": 740}, service_workers="block")
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A fresh page on a small phone."""
    return context.new_page()


@pytest.fixture
def watch(page: Page, server: str) -> Watch:
    """A record of what `page` asks for and complains of."""
    record = Watch(server)
    record.on(page)
    return record
