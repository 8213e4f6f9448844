"""Everyone can use every page: axe finds nothing, the keyboard reaches everything and sees where it is, targets are large enough."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

AXE = (Path(__file__).parent / "vendor/axe/axe.min.js").read_text("utf-8")
RUN = """async () => (await axe.run(document, {resultTypes: ['violations'],
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})).violations.map(
    v => `${v.id} (${v.help}): ` + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(' · '))"""
RUN_COLOURS = re.sub(r"runOnly: \[.*?\]", "runOnly: ['color-contrast', 'link-in-text-block']", RUN)
SMALL = """least => [...document.querySelectorAll('a, button, input, select, summary, textarea')].filter(e => {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (!box.width || style.visibility === 'hidden' || style.display === 'inline' || e.closest('[hidden]') || style.opacity === '0') return false;
    return Math.min(box.width, box.height) < least && !(e.labels && e.labels.length);
  }).map(e => e.outerHTML.slice(0, 120))"""


def visit(chrome: Browser, width: int, scheme: str, **options: object) -> Page:
    """A page with axe in it; axe itself is let past the content policy, which other tests keep."""
    page = chrome.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True, service_workers="block", **options)
    page.add_init_script(AXE)
    return page


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_no_barrier_on_any_page(chrome: Browser, server: str, urls: list[str], width: int) -> None:
    page = visit(chrome, width, "light")
    found = {}
    for url in [*urls, "no-such-page/", "en/no-such-page/"]:
        page.goto(server + url)
        found[url] = page.evaluate(RUN)
        page.emulate_media(color_scheme="dark")  # it changes colours only
        found[f"{url} dark"] = page.evaluate(RUN_COLOURS)
        page.emulate_media(color_scheme="light")
    page.close()
    assert not any(found.values()), "\n".join(f"{url}: {fault}" for url, faults in found.items() for fault in faults)


@pytest.mark.parametrize("width, scheme", [(320, "light"), (1280, "dark")])
@pytest.mark.parametrize("url, words", [("faq/", "注销"), ("en/faq/", "cancel")])
def test_axe_finds_no_barrier_in_an_open_search(chrome: Browser, server: str, url: str, words: str, width: int, scheme: str) -> None:
    page = visit(chrome, width, scheme)
    page.goto(server + url)
    open_search(page)
    page.keyboard.type(words)
    page.locator(".md-search-result__link").first.wait_for()
    assert not page.evaluate(RUN), page.evaluate(RUN)
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("url", ["", "en/esim/"])
def test_axe_finds_no_barrier_in_an_open_menu(chrome: Browser, server: str, url: str, scheme: str) -> None:
    page = visit(chrome, 320, scheme)
    page.goto(server + url)
    page.locator("[data-toggles=__drawer]").click()
    assert not page.evaluate(RUN), page.evaluate(RUN)
    page.close()


def open_search(page: Page) -> None:
    button = page.locator("[data-toggles=__search]")
    (button if button.is_visible() else page.locator(".md-search__input")).click()


@pytest.mark.parametrize("width", [320, 1280])
def test_every_target_is_large_enough(chrome: Browser, server: str, urls: list[str], width: int) -> None:
    page = chrome.new_page(viewport={"width": width, "height": 800}, service_workers="block")
    for url in urls:
        page.goto(server + url)
        assert not (small := page.evaluate(SMALL, 24)), f"{url}: smaller than 24 px: {small}"
    page.close()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("url", ["", "en/esim/", "planner/", "en/korean/"])
def test_the_keyboard_sees_where_it_is(page: Page, server: str, url: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(server + url)
    for _ in range(70):
        page.keyboard.press("Tab")
        state = page.evaluate("""async () => {
            const e = document.activeElement;
            if (e === document.body) return null;
            const isIn = () => { const box = e.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; };
            for (const start = performance.now(); performance.now() - start < 2000 && !isIn();) await new Promise(requestAnimationFrame);  // the browser scrolls to it
            const box = e.getBoundingClientRect(), style = getComputedStyle(e), header = document.querySelector('.md-header');
            const bar = header.getBoundingClientRect().bottom;
            return {html: e.outerHTML.slice(0, 120), marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
                || !!e.closest('.md-search__form') || e.id === '__toc' || !e.matches(':focus'),  // a part of a date field
              seen: box.width > 0 && style.visibility !== 'hidden' && box.bottom > 0 && box.top < innerHeight,
              free: header.contains(e) || e.matches('.md-skip') || !!e.closest('.md-sidebar') || box.bottom > bar};
        }""")
        if state is None:
            break
        assert state["seen"], f"{url}: the focus is on something that is not on the screen: {state['html']}"
        assert state["marked"], f"{url}: no outline on {state['html']}"
        assert state["free"], f"{url}: the header covers {state['html']}"


def test_a_letter_alone_is_no_command(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(server + "en/esim/")
    page.locator(".md-search__input").fill("refund")
    page.locator(".md-search-result__link").first.wait_for()
    page.keyboard.press("Escape")
    page.locator("#esim").click()
    for key in "sf/pn.,":
        page.keyboard.press(key)
        page.wait_for_timeout(50)
    assert page.evaluate("document.activeElement === document.body") and page.url == server + "en/esim/", "WCAG 2.1.4"


def test_the_menu_opens_and_closes_by_keyboard(page: Page, server: str) -> None:
    page.goto(server + "esim/")
    button = page.locator("[data-toggles=__drawer]")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('.md-sidebar--primary')"), "Tab leaves the open menu"
    page.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(button).to_be_focused()


@pytest.mark.parametrize("url", ["", "faq/", "en/carriers/", "planner/", "en/korean/"])
def test_text_at_twice_its_size_needs_no_sideways_scrolling(chrome: Browser, server: str, url: str) -> None:
    page = chrome.new_page(viewport={"width": 640, "height": 400}, device_scale_factor=2, service_workers="block")
    page.goto(server + url)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
    page.close()


def test_forced_colours_keep_the_buttons_visible(chrome: Browser, server: str) -> None:
    page = chrome.new_page(viewport={"width": 360, "height": 700}, forced_colors="active", service_workers="block")
    page.goto(server)
    for name in ("__drawer", "__search"):
        fill, back = page.evaluate("""name => [getComputedStyle(document.querySelector(`[data-toggles=${name}] svg`)).fill,
            getComputedStyle(document.querySelector('.md-header')).backgroundColor]""", name)
        assert fill != back, f"the icon of {name} has the colour of what is behind it: {fill}"
    page.close()


def test_nothing_moves_for_those_who_ask_for_stillness(chrome: Browser, server: str) -> None:
    page = chrome.new_page(reduced_motion="reduce", service_workers="block")
    page.goto(server + "esim/")
    moving = page.evaluate("""() => [...document.querySelectorAll('*')].filter(e => {
        const style = getComputedStyle(e);
        return style.transitionDuration.split(',').some(t => parseFloat(t) > 0) || style.animationName !== 'none';
    }).length""")
    assert not moving, f"{moving} elements move although the reader asked for less motion"
    page.close()
