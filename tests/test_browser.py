"""Every page behaves in a real browser: nothing fails, nothing leaves, the switch keeps the place, search answers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import Watch


def test_no_page_fails_complains_or_calls_another_host(context: BrowserContext, server: str, urls: list[str]) -> None:
    for url in urls:
        page = context.new_page()
        record = Watch(server)
        record.on(page)
        page.goto(server + url)
        page.wait_for_load_state("networkidle")
        assert not record.failures, f"{url}: {record.failures}"
        assert not record.foreign(), f"{url}: asks another host: {record.foreign()}"
        assert not record.console, f"{url}: {record.console}"
        page.close()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_is_wider_than_its_screen(chrome: Browser, server: str, urls: list[str], width: int) -> None:
    page = chrome.new_page(viewport={"width": width, "height": 800})
    for url in urls:
        page.goto(server + url)
        wide = page.evaluate("document.documentElement.scrollWidth") - width
        assert wide <= 0, f"{url}: {wide} px wider than a screen of {width} px"
    page.close()


@pytest.mark.parametrize("url, lang", [("", "zh-Hans"), ("en/", "en"), ("faq/", "zh-Hans"), ("en/faq/", "en")])
def test_a_page_names_its_language(page: Page, server: str, url: str, lang: str) -> None:
    page.goto(server + url)
    assert page.locator("html").get_attribute("lang") == lang


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("start, end", [
    ("#must-cancel", "en/#must-cancel"), ("en/#must-cancel", "#must-cancel"),
    ("esim/#delete-on-pixel", "en/esim/#delete-on-pixel"), ("en/which-card/#whose-name", "which-card/#whose-name"),
])
def test_the_language_switch_keeps_page_and_section(page: Page, watch: Watch, server: str, start: str, end: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(server + start)
    page.locator("a.switch").click()
    expect(page).to_have_url(server + end)
    page.wait_for_load_state("networkidle")
    section = page.locator("#" + end.partition("#")[2])
    expect(section).to_be_in_viewport()
    assert not watch.failures, watch.failures


def test_the_language_switch_keeps_a_section_reached_by_a_link(page: Page, server: str) -> None:
    page.goto(server + "faq/")
    page.evaluate("location.hash = '#proof'")
    page.locator("a.switch").click()
    expect(page).to_have_url(server + "en/faq/#proof")


@pytest.mark.parametrize("start, end", [("esim/", "en/esim/"), ("en/", "")])
def test_the_language_switch_works_without_javascript(chrome: Browser, server: str, start: str, end: str) -> None:
    context = chrome.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(server + start)
    page.locator("a.switch").click()
    expect(page).to_have_url(server + end)
    context.close()


@pytest.mark.parametrize("url", ["faq/", "en/faq/"])
def test_the_contents_in_the_menu_scroll_to_their_end(page: Page, server: str, url: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(server + url)
    page.locator("[data-toggles=__drawer]").click()
    page.locator(".md-nav__link[for=__toc]").click()
    names = page.locator(".md-sidebar--primary .md-nav--secondary a")
    names.first.hover()
    page.mouse.wheel(0, 20_000)
    expect(names.last, "the list of sections is longer than the screen and does not scroll").to_be_in_viewport()


@pytest.mark.parametrize("url", ["esim/", "en/esim/"])
def test_a_label_of_the_facts_box_is_not_broken(page: Page, server: str, url: str) -> None:
    page.goto(server + url)
    for width in (320, 360, 600, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        lines = page.evaluate("""() => [...document.querySelectorAll('.facts dt')].map(label => {
            const range = document.createRange();
            range.selectNodeContents(label);
            return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size; })""")
        assert set(lines) == {1}, f"at {width} px a label stands on {max(lines)} lines"


@pytest.mark.parametrize("url", ["esim/", "en/planner/"])
def test_a_page_is_readable_without_its_styles(chrome: Browser, server: str, url: str) -> None:
    page = chrome.new_page(viewport={"width": 360, "height": 740}, java_script_enabled=False, service_workers="block")
    page.route(server + url, lambda route: route.fulfill(body=re.sub(r"<style>.*?</style>", "", route.fetch().text()), content_type="text/html"))
    page.goto(server + url)
    large = [box for icon in page.locator("svg").all() if (box := icon.bounding_box()) and max(box["width"], box["height"]) > 48]
    assert not large, f"an icon without styles is {large[0]['width']:.0f} px wide"
    assert page.get_by_role("link").first.get_attribute("class") == "md-skip", "what leads past the menu does not stand first"
    page.close()


def test_a_missing_address_answers_in_its_language(page: Page, server: str) -> None:
    page.goto(server + "no-such-page/")
    expect(page.locator("h1")).to_have_text(re.compile("没有这一页"))
    page.goto(server + "en/no-such-page/")
    expect(page.locator("h1")).to_have_text(re.compile("No such page"))
    page.get_by_role("link", name="start from your kind of card").click()
    expect(page).to_have_url(server + "en/")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("url, query, words", [("", "注销", "注销"), ("en/", "cancel", "cancel")])
def test_the_search_box_finds_something(page: Page, server: str, url: str, query: str, words: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(server + url)
    if width < 960:
        page.locator("[data-toggles=__search]").click()
    else:
        page.locator(".md-search__input").click()
    page.locator(".md-search__input").type(query, delay=30)
    expect(page.locator(".md-search-result__link").first).to_contain_text(re.compile(words, re.I), timeout=10_000)


@pytest.mark.parametrize("url", ["", "en/"])
def test_the_front_page_answers_on_the_first_screen_of_a_phone(page: Page, server: str, url: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(server + url)
    rows = page.locator("#start ~ .md-typeset__scrollwrap tr, #start ~ table tr")
    assert rows.count() >= 7
    bottom = max(rows.nth(n).bounding_box()["y"] + rows.nth(n).bounding_box()["height"] for n in range(7))
    assert bottom <= 740, f"the table of cards ends {bottom - 740:.0f} px below the first screen"


def test_lines_of_text_stay_readable(chrome: Browser, server: str) -> None:
    page = chrome.new_page(viewport={"width": 1600, "height": 900})
    for url, limit in (("why/", 40), ("en/why/", 80)):
        page.goto(server + url)
        longest = page.evaluate("""width => {
          let most = 0;
          for (const p of document.querySelectorAll('.md-content__inner > p')) {
            const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
            const lines = {};
            for (let node; (node = walker.nextNode());) for (let i = 0; i < node.length; i++) {
              const range = document.createRange(); range.setStart(node, i); range.setEnd(node, i + 1);
              const box = range.getBoundingClientRect();
              if (!box.width || node.parentElement.closest('.cites')) continue;
              const key = Math.round(box.bottom / 8); lines[key] = (lines[key] || 0) + (width === 'half' && /[\x20-\x7e]/.test(node.data[i]) ? .5 : 1);
            }
            most = Math.max(most, ...Object.values(lines));
          }
          return most; }""", "half" if limit == 40 else "full")
        assert longest <= limit, f"{url}: a line of {longest} characters; at most {limit} (two Latin characters count as one Han)"
    page.close()
