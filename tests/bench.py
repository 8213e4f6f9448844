"""Measures the guide beside stock Material built from the same pages: bytes, paint, shift, Lighthouse, build time (`make bench`)."""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import material
from playwright.sync_api import Browser, sync_playwright

import browser as chromium

ROOT = Path(__file__).parent.parent
PAGES = ("", "which-card/", "esim/", "faq/", "carriers/", "carriers/travel-esim/", "planner/", "korean/", "about/")
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
"""Lighthouse's slow 4G; the processor is slowed four times, as there."""


@functools.cache
def packed(file: Path) -> bytes:
    """A file, compressed as hosts do on the fly."""
    return gzip.compress(file.read_bytes(), 6)


class Compressing(http.server.SimpleHTTPRequestHandler):
    """Serves a folder as a static host does: HTTP/1.1, connections kept, text compressed with gzip."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            return self.send_error(404)
        body = packed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path.name) + ("; charset=utf-8" if path.suffix == ".html" else ""))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve(folder: Path) -> str:
    """Serve a folder, compressed, on a free port of loopback until the program ends; gives its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Compressing, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


def build(project: Path, into: Path) -> float:
    """Build a checkout; gives the seconds it took."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(into)], cwd=project, check=True,
                   env=os.environ | {"NO_MKDOCS_2_WARNING": "1"})
    return time.perf_counter() - started


def copy(into: Path) -> Path:
    """A copy of this checkout's sources."""
    into.mkdir()
    for name in ("docs", "data", "hooks", "overrides"):
        shutil.copytree(ROOT / name, into / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.glob("mkdocs*.yml"):
        shutil.copy(file, into)
    return into


def stock(project: Path) -> Path:
    """Turn a copy into stock Material: the same pages, none of the overrides, and nothing done after the build."""
    config = project / "mkdocs.yml"
    text = config.read_text("utf-8")
    config.write_text(re.sub(r"^  (favicon|logo|alternate|generator):.*\n", "", text, flags=re.M), "utf-8")
    theme = Path(material.__file__).parent / "templates"
    for file in (project / "overrides").rglob("*.html"):
        if (theme / file.relative_to(project / "overrides")).exists():
            file.unlink()
    (project / "hooks/finish.py").write_text("class ThemeChanged(Exception): pass\ndef finish(*_, **__): pass\n", "utf-8")
    (project / "hooks/search.py").write_text("class Missing(Exception): pass\ndef write(*_): pass\n", "utf-8")
    return project


def measure(browser: Browser, address: str) -> dict[str, float]:
    """One cold visit on a slow phone: bytes received before the load event, largest paint (ms), layout shift."""
    context = browser.new_context(viewport={"width": 412, "height": 823}, device_scale_factor=1.75, is_mobile=True, has_touch=True,
                                  service_workers="block")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    received: list[tuple[float, float]] = []
    loaded: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: received.append((event["timestamp"], event["encodedDataLength"])))
    devtools.send("Page.enable")
    devtools.on("Page.loadEventFired", lambda event: loaded.append(event["timestamp"]))
    page.goto(address, wait_until="load")
    page.wait_for_timeout(1500)
    paint, shift = page.evaluate("""() => new Promise(done => {
        let paint = 0, shift = 0;
        new PerformanceObserver(list => { for (const entry of list.getEntries()) paint = entry.startTime; })
          .observe({type: 'largest-contentful-paint', buffered: true});
        new PerformanceObserver(list => { for (const entry of list.getEntries()) shift += entry.value; })
          .observe({type: 'layout-shift', buffered: true});
        setTimeout(() => done([paint, shift]), 300);
    })""")
    context.close()
    return {"bytes": sum(size for moment, size in received if moment <= loaded[0]), "LCP": paint, "CLS": shift}


def compare(ours: str, theirs: str, pages: tuple[str, ...], runs: int) -> None:
    """Print each page's figures beside stock's."""
    print(f"{'page':24}{'bytes':>8}{'stock':>8}{'ratio':>7}{'LCP':>8}{'stock':>7}{'ratio':>7}{'CLS':>7}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGS)
        for page in (lang + page for lang in ("", "en/") for page in pages):
            here, there = (
                {key: statistics.median(run[key] for run in taken) for key in taken[0]}
                for taken in ([measure(browser, base + page) for _ in range(runs)] for base in (ours, theirs)))
            print(f"{page or '/':24}{here['bytes']:8.0f}{there['bytes']:8.0f}{here['bytes'] / there['bytes']:7.2f}"
                  f"{here['LCP']:8.0f}{there['LCP']:7.0f}{here['LCP'] / there['LCP']:7.2f}{here['CLS']:7.3f}", flush=True)
        browser.close()


def audit(address: str) -> dict[str, float]:
    """Lighthouse's four scores (of 100) and its simulated largest paint (ms) of one visit. Raises RuntimeError when it does not run."""
    done = subprocess.run(
        ["npx", "--yes", "lighthouse", address, "--quiet", "--output=json", "--chrome-flags=--headless=new " + " ".join(chromium.ARGS),
         "--only-categories=performance,accessibility,best-practices,seo"],
        capture_output=True, text=True, env=os.environ | {"CHROME_PATH": chromium.find() or ""})
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-300:])
    report = json.loads(done.stdout)
    scores = {name: 100 * category["score"] for name, category in report["categories"].items()}
    return scores | {"LCP": report["audits"]["largest-contentful-paint"]["numericValue"]}


def lighthouse(ours: str, theirs: str, pages: tuple[str, ...]) -> None:
    """Print Lighthouse's scores and paint beside stock's paint, medians of five runs, where node can run it."""
    if not shutil.which("npx"):
        return print("Lighthouse left out: it needs node (npx).")
    for page in (lang + page for lang in ("", "en/") for page in pages):
        try:
            here, there = ({key: statistics.median(run[key] for run in runs) for key in runs[0]}
                           for runs in ([audit(base + page) for _ in range(5)] for base in (ours, theirs)))
        except RuntimeError as error:
            return print(f"Lighthouse left out: {error}")
        scores = "  ".join(f"{name} {score:.0f}" for name, score in here.items() if name != "LCP")
        print(f"{page or '/':24}{scores}  LCP {here['LCP']:.0f}, stock {there['LCP']:.0f}, ratio {here['LCP'] / there['LCP']:.2f}", flush=True)


def scale(times: int, folder: Path) -> None:
    """Print the time of a build of the guide with its pages repeated, without the offline copy, which may not grow."""
    project = copy(folder)
    for lang in ("zh", "en"):
        pages = [p for p in (project / "docs" / lang).glob("*.md") if p.name != "index.md"]
        for number in range(1, times):
            for page in pages:
                (page.parent / f"copy-{number}").mkdir(exist_ok=True)
                shutil.copy(page, page.parent / f"copy-{number}" / page.name)
    config = project / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("omitted_files: warn", "omitted_files: ignore")
                      .replace("offline: true", "offline: false"), "utf-8")
    seconds = build(project, folder / "site")
    print(f"{times:5} times the pages: {len(list((folder / 'site').rglob('index.html')))} pages in {seconds:.1f} s", flush=True)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="visits a page; the median counts")
    parser.add_argument("--pages", nargs="*", default=PAGES)
    parser.add_argument("--lighthouse", action="store_true")
    parser.add_argument("--scale", type=int, nargs="*", default=[], help="time the build of so many times the pages")
    parser.add_argument("--site", type=Path, help="a built site to measure, instead of building it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = options.site or folder / "ours"
        if not options.site:
            print(f"built in {build(ROOT, ours):.1f} s")
        build(stock(copy(folder / "stock")), folder / "theirs")
        if options.runs:
            compare(serve(ours), serve(folder / "theirs"), tuple(options.pages), options.runs)
        if options.lighthouse:
            lighthouse(serve(ours), serve(folder / "theirs"), tuple(options.pages))
        for times in options.scale:
            scale(times, folder / f"times-{times}")


if __name__ == "__main__":
    main()
