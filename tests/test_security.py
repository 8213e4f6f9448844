"""The guide keeps to itself: a strict policy that its pages obey, no other host, nothing stored unasked, known foreign files."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from conftest import ROOT, Watch

PAGES = ["", "en/", "faq/", "en/esim/"]


def policies(site: Path) -> dict[str, str]:
    """Each page's own policy; "" where it has none."""
    found = {}
    for file in site.rglob("*.html"):
        match = re.search(r'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="([^"]*)">', file.read_text("utf-8"))
        found[file.relative_to(site).as_posix()] = match[1] if match else ""
    return found


def test_every_page_begins_with_a_policy_without_exceptions(site: Path) -> None:
    for page, policy in policies(site).items():
        assert policy.startswith("default-src 'none'; "), f"{page}: no content policy: see hooks/finish.py"
        assert "unsafe" not in policy and "*" not in policy and "http" not in policy, f"{page}: {policy}"


def test_no_page_holds_what_the_policy_forbids(site: Path) -> None:
    for file in site.rglob("*.html"):
        page = file.read_text("utf-8")
        assert not (found := re.findall(r"<[^>]*\s(?:style|on\w+)=[^>]*>", page)), f"{file}: {found[0]}"


def test_the_hosts_headers_name_every_page_and_forbid_framing(site: Path) -> None:
    headers = (site / "_headers").read_text("utf-8")
    for policy in policies(site).values():
        for source in re.findall(r"'sha256-[^']+'", policy):
            assert source in headers, f"_headers does not allow {source}"
    for line in ("frame-ancestors 'none'", "Strict-Transport-Security: max-age=", "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer",
                 "Permissions-Policy: ", "X-Frame-Options: DENY"):
        assert line in headers, f"_headers lacks {line}"
    assert max(map(len, headers.splitlines())) < 2000, "Cloudflare Pages takes no longer lines"


def test_every_page_lives_under_the_headers_with_an_empty_console(context: BrowserContext, server: str, site: Path, urls: list[str]) -> None:
    sent = dict(line.strip().split(": ", 1) for line in (site / "_headers").read_text("utf-8").split("\n/assets")[0].splitlines()[1:])
    page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(response=(answer := route.fetch()), headers={**answer.headers, **sent}))
    record = Watch(server)
    record.on(page)
    for url in urls:
        page.goto(server + url)
        page.locator("[data-toggles=__search]").click() if "404" not in url else None
        page.keyboard.type("esim")
        page.locator(".md-search-result__link").first.wait_for()
        assert not record.console and not record.failures, f"{url}: {record.console} {record.failures}"
        assert not record.foreign(), f"{url}: asks another host: {record.foreign()}"


def test_a_visit_stores_nothing(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    for url in PAGES:
        page.goto(server + url)
        page.locator("[data-toggles=__search]").click()
        page.keyboard.type("esim")
        page.locator(".md-search-result__link").first.wait_for()
    assert not context.cookies(), "no cookie may be set"
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0], page.evaluate("JSON.stringify(localStorage)")


@pytest.mark.parametrize("system, other", [("light", "slate"), ("dark", "default")])
def test_the_colour_scheme_follows_the_system_until_it_is_chosen(chrome: Browser, server: str, system: str, other: str) -> None:
    context = chrome.new_context(color_scheme=system, service_workers="block")
    page = context.new_page()
    page.goto(server)
    first = page.locator("body").get_attribute("data-md-color-scheme")
    assert first != other
    page.locator("button.scheme:visible").click()
    for url in ("faq/", "en/", "no-such-page/"):
        page.goto(server + url)
        expect(page.locator("body"), f"{url} forgets the scheme that was chosen").to_have_attribute("data-md-color-scheme", other)
    context.close()


@pytest.mark.parametrize("folder", ["overrides/assets/vendor", "tests/vendor"])
def test_every_foreign_file_is_listed_and_unchanged(folder: str) -> None:
    path = ROOT / folder
    listed = json.loads((path / "vendor.json").read_text("utf-8"))
    sums = {name: sum_ for library in listed.values() for name, sum_ in library["files"].items()}
    there = {f.relative_to(path).as_posix() for f in path.rglob("*") if f.is_file() and f.name != "vendor.json"}
    assert there == set(sums), f"{folder}/vendor.json and the files differ in {sorted(there ^ set(sums))}"
    for name, expected in sums.items():
        assert hashlib.sha256((path / name).read_bytes()).hexdigest() == expected, f"{folder}/{name} is not the file that was listed"
    for name, library in listed.items():
        assert library["version"] and library["licence"] and library["source"].startswith("npm:"), f"{folder}: {name} lacks its version, licence or source"
        assert any("licen" in file.lower() for file in library["files"]), f"{folder}: {name} comes without its licence"
