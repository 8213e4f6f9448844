"""After one visit the guide is read without a network; a new version replaces the old one whole; and the copy can be taken back."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

import offline
from conftest import serve

READY = """async () => { await navigator.serviceWorker.ready; for (let n = 0; n < 200; n++) {
    if (navigator.serviceWorker.controller) return; await new Promise(done => setTimeout(done, 50)); } throw 'no worker took over'; }"""
CACHES = "async () => (await caches.keys()).filter(name => name.startsWith('guide '))"


@pytest.fixture
def own(site: Path, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A copy of the site that a test may change, and its address."""
    folder = shutil.copytree(site, tmp_path / "site")
    server, address = serve(folder)
    yield folder, address
    server.shutdown()


@pytest.fixture
def reader(chrome: Browser) -> Iterator[BrowserContext]:
    """A reader whose browser keeps copies."""
    context = chrome.new_context(viewport={"width": 360, "height": 740})
    yield context
    context.close()


def republish(folder: Path, is_kept: bool = True) -> None:
    """Make sw.js for a changed site, as a build would."""
    source = Path(offline.__file__).parent.parent / "overrides/assets/worker"
    shutil.copytree(source, folder / "assets/worker")
    version = re.search(r"site\.js\?v=(\w+)", (folder / "index.html").read_text("utf-8"))
    offline.publish(folder, version[1] if version else "", is_kept)


def until(page: Page, condition: str, advice: str) -> None:
    """Wait for a condition, an asynchronous function of the page; browsers look for a new worker when a page has been quiet for a while."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    pytest.fail(advice)


def first_visit(reader: BrowserContext, address: str) -> Page:
    page = reader.new_page()
    page.goto(address)
    page.evaluate(READY)
    return page


def test_after_one_visit_every_page_of_both_languages_is_there(reader: BrowserContext, own: tuple[Path, str], urls: list[str]) -> None:
    page = first_visit(reader, own[1])
    reader.set_offline(True)
    for url in urls:
        page.goto(own[1] + url)
        expect(page.locator("h1").first, f"{url} is not there offline").to_be_visible()
        expect(page.locator(".offline"), f"{url} does not say that it is a copy").to_contain_text(re.compile(r"20\d\d"))


@pytest.mark.parametrize("url, query", [("", "注销"), ("en/", "cancel")])
def test_search_works_without_a_network(reader: BrowserContext, own: tuple[Path, str], url: str, query: str) -> None:
    page = first_visit(reader, own[1])
    reader.set_offline(True)
    page.goto(own[1] + url)
    page.locator("[data-toggles=__search]").click()
    page.keyboard.type(query)
    expect(page.locator(".md-search-result__link").first).to_be_visible(timeout=10_000)


def test_an_unknown_address_answers_offline_in_its_language(reader: BrowserContext, own: tuple[Path, str]) -> None:
    page = first_visit(reader, own[1])
    reader.set_offline(True)
    page.goto(own[1] + "en/no-such-page/")
    expect(page.locator("h1")).to_contain_text("No such page")


def test_online_a_page_comes_from_the_network(reader: BrowserContext, own: tuple[Path, str]) -> None:
    folder, address = own
    page = first_visit(reader, address)
    file = folder / "faq/index.html"
    file.write_text(file.read_text("utf-8").replace("<h1", '<p id="fresh">fresh</p><h1', 1), "utf-8")
    page.goto(address + "faq/")
    expect(page.locator("#fresh"), "an old copy was shown although the network answers").to_be_visible()
    expect(page.locator(".offline")).to_be_hidden()


def test_a_new_version_replaces_the_old_one_whole(reader: BrowserContext, own: tuple[Path, str]) -> None:
    folder, address = own
    page = first_visit(reader, address)
    before = page.evaluate(CACHES)
    for file in (folder / "faq/index.html", folder / "en/faq/index.html"):
        file.write_text(file.read_text("utf-8").replace("<h1", '<p id="fresh">fresh</p><h1', 1), "utf-8")
    republish(folder)
    page.goto(address)
    until(page, f"async () => {{ const names = await ({CACHES})(); return names.length === 1 && names[0] !== {before[0]!r}; }}",
          "the old copy is still there")
    reader.set_offline(True)
    for url in ("faq/", "en/faq/"):
        page.goto(address + url)
        expect(page.locator("#fresh")).to_be_visible()


def test_half_a_version_is_never_kept(reader: BrowserContext, own: tuple[Path, str]) -> None:
    folder, address = own
    page = first_visit(reader, address)
    before = page.evaluate(CACHES)
    for file in (folder / "faq/index.html", folder / "esim/index.html"):
        file.write_text(file.read_text("utf-8").replace("<h1", '<p id="fresh">fresh</p><h1', 1), "utf-8")
    republish(folder)
    file.write_text("a host in the middle of an update", "utf-8")
    page.goto(address)
    page.evaluate("async () => { const r = await navigator.serviceWorker.getRegistration(); await r.update().catch(() => {}); }")
    page.wait_for_timeout(2000)
    until(page, f"async () => (await ({CACHES})()).join() === {before[0]!r}", "a copy was made although one of its files was of another version")
    reader.set_offline(True)
    page.goto(address + "faq/")
    expect(page.locator("#fresh"), "half of the new version is shown").to_have_count(0)


def test_the_switch_removes_copy_and_worker(reader: BrowserContext, own: tuple[Path, str]) -> None:
    folder, address = own
    page = first_visit(reader, address)
    republish(folder, is_kept=False)
    page.goto(address)
    until(page, f"async () => !(await ({CACHES})()).length && !(await navigator.serviceWorker.getRegistration())", "the copy or its worker is still there")
    page.goto(address + "faq/")
    expect(page.locator("h1").first).to_be_visible()
    page.wait_for_timeout(500)
    assert not page.evaluate(CACHES), "the next page made a copy again"


def test_a_worker_that_fails_breaks_nothing(reader: BrowserContext, own: tuple[Path, str]) -> None:
    folder, address = own
    page = first_visit(reader, address)
    (folder / "sw.js").write_text("throw new Error('broken');", "utf-8")
    page.goto(address + "faq/")
    expect(page.locator("h1").first).to_be_visible()
    page.evaluate("async () => { for (const name of await caches.keys()) await caches.delete(name); }")
    page.goto(address + "esim/")
    expect(page.locator("h1").first, "without its copy the worker does not let the network through").to_be_visible()


def test_a_slow_network_does_not_keep_a_reader_waiting(reader: BrowserContext, own: tuple[Path, str]) -> None:
    page = first_visit(reader, own[1])
    reader.route("**/faq/", lambda route: None)  # never answered
    page.goto(own[1] + "faq/", timeout=8000)
    expect(page.locator("h1").first).to_be_visible()


def test_the_copy_stays_small(site: Path) -> None:
    kept = re.findall(r'^"([^"]*)": "sha256-', (site / "sw.js").read_text("utf-8"), re.M)
    assert len(kept) > 40, "sw.js lists too few files: see hooks/offline.py"
    assert not [path for path in kept if path.endswith((".map", ".png", ".zip"))], "sw.js keeps what nobody reads"


@pytest.mark.parametrize("start", ["index.html", "en/index.html"])
def test_the_zip_opens_from_disk(chrome: Browser, site: Path, tmp_path: Path, start: str) -> None:
    with zipfile.ZipFile(site / "guide.zip") as archive:
        archive.extractall(tmp_path)
    root = tmp_path / offline.FOLDER
    context = chrome.new_context(viewport={"width": 1280, "height": 740})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
    page.goto((root / start).as_uri())
    page.locator(".md-nav--primary a.md-nav__link", has_text=re.compile("常见问题|Questions|FAQ")).first.click()
    expect(page).to_have_url(re.compile(r"faq/index\.html"))
    page.locator("a.switch").click()
    expect(page.locator("h1").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px", "the sheet is missing"
    for file in root.rglob("*.html"):
        for address in re.findall(r' (?:href|src)="(?![a-z]+:|#)([^"#?]*)', file.read_text("utf-8")):
            assert (file.parent / address).is_file(), f"{file.relative_to(root)}: leads to {address}, which is not in the zip"
    assert not complaints, complaints
    context.close()
