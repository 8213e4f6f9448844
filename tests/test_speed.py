"""A page is light, and what is loaded late never feels late: no tap, key or focus is lost before the theme's script is there."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import material
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from conftest import ROOT

KINDS = ("", "which-card/", "esim/", "from-abroad/", "faq/", "carriers/", "carriers/travel-esim/", "carriers/sources/", "planner/", "korean/", "about/")
LIMIT = 30 * 1024


def late(page: Page) -> Callable[[], None]:
    """Hold the theme's script back; gives the function that lets it through."""
    held: list[Route] = []
    page.route("**/bundle.*.js*", lambda route: held.append(route))

    def release() -> None:
        for route in held:
            route.continue_()

    return release


@pytest.mark.parametrize("url", [lang + kind for lang in ("", "en/") for kind in KINDS])
def test_a_page_stays_light(page: Page, server: str, site: Path, url: str) -> None:
    page.goto(server + url, wait_until="load")
    asked = page.evaluate("""() => { const {loadEventStart} = performance.getEntriesByType('navigation')[0];
        return performance.getEntriesByType('resource').filter(e => e.startTime < loadEventStart).map(e => e.name); }""")
    asked = [server + url, f"{server}assets/favicon.svg", *asked]
    files = [site / (path + "index.html" if not path or path.endswith("/") else path)
             for path in (address.removeprefix(server).partition("?")[0] for address in dict.fromkeys(asked))]
    sizes = {file.relative_to(site).as_posix(): len(gzip.compress(file.read_bytes(), 6)) for file in files}
    weight = sum(sizes.values())
    assert weight <= LIMIT, f"{weight} bytes before the load event: {sizes}"


@pytest.mark.parametrize("url", ["", "en/", "faq/", "en/faq/", "physical-sim/", "en/esim/"])
def test_the_first_14_kib_carry_the_first_screen(page: Page, server: str, site: Path, url: str) -> None:
    start = zlib.decompressobj(31).decompress(gzip.compress((site / url / "index.html").read_bytes(), 6)[:14 * 1024 - 500])
    page.route(server + url, lambda route: route.fulfill(body=start, content_type="text/html; charset=utf-8"))
    page.route("**/assets/**", lambda route: route.abort())
    page.goto(server + url)
    bottom = page.evaluate("document.querySelector('article').getBoundingClientRect().bottom")
    assert bottom >= 740, f"the first 14 KiB reach down to {bottom:.0f} px of a screen of 740 px"


@pytest.mark.parametrize("url", ["", "en/faq/"])
def test_reading_needs_neither_the_themes_script_nor_a_sheet(page: Page, server: str, url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server + url, wait_until="networkidle")
    page.mouse.wheel(0, 3000)
    page.wait_for_timeout(300)
    assert not [a for a in asked if "bundle." in a or ".css" in a or "search" in a], asked


def test_old_browsers_understand_the_styles(site: Path) -> None:
    sheet = next((site / "assets/stylesheets").glob("*.css")).read_text("utf-8")
    for word in (":is(", ":where(", "inset:", "@layer", "@container", "dvh"):
        assert word not in sheet, f"{word} is not known to a browser of 2020"


LATER = re.compile(r"\.at\(|\.findLast|\.to(Sorted|Reversed|Spliced)\(|\.replaceAll\(|structuredClone|Object\.(hasOwn|groupBy)\b|Intl\.Segmenter"
                   r"|randomUUID|\.showPicker|(\?\?|\|\||&&)=(?!=)|\bstatic\s*\{|\(\?<[=!]|\bawait\s+import\b")
"""Words and signs of JavaScript that a WebView of 2020 (Chrome 86), or an iPhone of 2022 (lookbehind), does not know."""


def test_old_browsers_understand_the_scripts(site: Path) -> None:
    files = [*site.glob("assets/**/*.js"), *site.glob("*.js"), site / "index.html"]  # site.js stands in every page
    assert len(files) > 12 and "window.guide=" in files[-1].read_text("utf-8")
    for file in files:
        found = LATER.search(file.read_text("utf-8"))
        assert not found, f"{file.relative_to(site)}: {found[0]} is not known to a browser of 2020"


@pytest.mark.parametrize("url", ["", "esim/#delete-on-pixel"])
def test_a_tap_and_keys_before_the_script_is_there_are_not_lost(chrome: Browser, server: str, url: str) -> None:
    context = chrome.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, service_workers="block")
    page = context.new_page()
    release = late(page)
    page.goto(server + url)
    page.locator("[data-toggles=__search]").tap()
    expect(page.locator(".md-search__input"), "the tap does not bring up the keyboard").to_be_focused(timeout=1000)
    page.keyboard.type("注销")
    release()
    expect(page.locator(".md-search-result__link").first).to_be_visible(timeout=10_000)
    page.wait_for_timeout(400)
    expect(page.locator("#__search"), "search closed by itself").to_be_checked()
    expect(page.locator(".md-search__input")).to_have_value("注销")
    context.close()


@pytest.mark.parametrize("key", ["Control+k", "Meta+k"])
def test_the_key_of_search_works_at_once(page: Page, server: str, key: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    release = late(page)
    page.goto(server + "en/")
    page.keyboard.press(key)
    page.keyboard.type("esim")
    release()
    expect(page.locator(".md-search__input")).to_have_value("esim")
    expect(page.locator(".md-search-result__link").first).to_be_visible(timeout=10_000)


def test_an_early_enter_opens_the_first_result(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    release = late(page)
    page.goto(server + "en/")
    page.locator(".md-search__input").click()
    page.keyboard.type("delete esim")
    page.keyboard.press("Enter")
    release()
    page.wait_for_url(lambda address: address.rstrip("/") != (server + "en").rstrip("/") and "query=" not in address, timeout=10_000)


def test_escape_closes_search_before_the_script_is_there(page: Page, server: str) -> None:
    late(page)
    page.goto(server)
    page.locator("[data-toggles=__search]").click()
    expect(page.locator("#__search")).to_be_checked()
    page.keyboard.press("Escape")
    expect(page.locator("#__search")).not_to_be_checked(timeout=1000)


def test_a_script_that_does_not_come_is_said_and_asked_for_again(page: Page, server: str) -> None:
    page.route("**/bundle.*.js*", lambda route: route.abort())
    page.goto(server)
    page.locator("[data-toggles=__search]").click()
    expect(page.locator(".md-search-result__meta")).to_contain_text("没有载入")
    page.unroute("**/bundle.*.js*")
    page.keyboard.press("Escape")
    page.locator("[data-toggles=__search]").click()
    page.keyboard.type("注销")
    expect(page.locator(".md-search-result__link").first).to_be_visible(timeout=10_000)


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_when_the_themes_script_comes(page: Page, server: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(server + "esim/")
    where = "[...document.querySelectorAll('article > *, .md-nav__link')].map(e => Math.round(e.getBoundingClientRect().top + scrollY))"
    before = page.evaluate(where)
    page.locator(".md-search__input" if width > 960 else "[data-toggles=__search]").click()
    page.keyboard.type("a")
    page.locator(".md-search-result__meta").wait_for()
    page.wait_for_timeout(1000)
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert page.evaluate(where) == before, "the theme's script or the whole sheet moves the page"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("url", [lang + kind for lang in ("", "en/") for kind in ("which-card/", "planner/", "korean/", "carriers/travel-esim/")])
def test_nothing_moves_when_a_tool_comes(page: Page, server: str, url: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for tool in ("chooser", "planner", "letter", "cards", "directory"):
        page.route(f"**/{tool}.js*", lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.goto(server + url, wait_until="networkidle")
    shift = page.evaluate("""() => new Promise(done => {
        let shift = 0;
        new PerformanceObserver(list => { for (const entry of list.getEntries()) shift += entry.value; })
          .observe({type: 'layout-shift', buffered: true});
        setTimeout(() => done(shift), 300); })""")
    assert shift < .01, f"a script that comes late moves what is read: layout shift {shift:.3f}"


LOOK = """() => [...document.querySelectorAll('body, body *:not(script, option, .md-search__output *, .md-dialog, .md-dialog *)')].map(e => {
    const style = getComputedStyle(e), look = {};
    for (const name of ['display', 'position', 'visibility', 'opacity', 'color', 'background-color', 'width', 'height', 'top', 'left', 'z-index',
      'font-family', 'font-size', 'font-weight', 'line-height', 'list-style-type', 'text-decoration-line', 'text-align', 'white-space', 'overflow',
      'transform', 'float', 'border-top', 'border-left', 'border-bottom', 'border-right', 'mask-image', 'fill', 'counter-reset', 'break-after',
      'margin-top', 'margin-right', 'margin-bottom', 'margin-left', 'padding-top', 'padding-right', 'padding-bottom', 'padding-left', 'cursor',
    ]) look[name] = style.getPropertyValue(name);
    return [e.outerHTML.slice(0, 100), look]; })"""
"""How everything looks, but for what stays out of sight until the theme's script brings the whole sheet."""


@pytest.mark.parametrize("width, scheme", [(360, "light"), (1280, "dark")])
@pytest.mark.parametrize("url", ["", "en/from-abroad/", "which-card/", "no-such-page/"])
def test_the_cut_styles_look_like_the_whole_sheets(chrome: Browser, server: str, url: str, width: int, scheme: str) -> None:
    whole = [next((Path(material.__file__).parent / "templates/assets/stylesheets").glob(f"{name}.*.min.css")) for name in ("main", "palette")]
    css = "".join(file.read_text("utf-8") for file in [*whole, ROOT / "overrides/assets/stylesheets/site.css"])
    page = chrome.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True, service_workers="block")
    page.goto(server + url, wait_until="networkidle")
    page.wait_for_timeout(600)
    cut = page.evaluate(LOOK)
    page.evaluate("document.querySelectorAll('style').forEach(style => style.remove())")
    page.add_style_tag(content=css)
    page.wait_for_timeout(600)
    # The innermost first: what holds them changes with them.
    for (html, ours), (_, theirs) in reversed(list(zip(cut, page.evaluate(LOOK), strict=True))):
        changed = {name: f"{value} instead of {theirs[name]}" for name, value in ours.items() if value != theirs[name]}
        assert not changed, f"hooks/slim.py cuts what {html} needs: {changed}"
    page.close()
