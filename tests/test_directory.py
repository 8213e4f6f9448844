"""The directory narrows to a kind and to a name as the reader types; every address in it still leads to its entry."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from conftest import LANGS, ROOT, Watch
from reader import HOSTILE, stored, tab_to

BOTH = pytest.mark.parametrize("lang", LANGS)
PROVIDERS = [yaml.safe_load(path.read_text("utf-8")) for path in sorted((ROOT / "data/providers").glob("*.yml"))]


def start(page: Page, server: str, lang: str, anchor: str = "") -> None:
    page.goto(f"{server}{LANGS[lang]}carriers/{anchor}")
    expect(page.locator("#directory-name"), "directory.js put no field on the page").to_be_visible()


def shown(page: Page) -> int:
    return page.locator("[data-kind]:visible").count()


def status(page: Page) -> str:
    return page.locator(".directory-filter [role=status]").inner_text()


@BOTH
def test_all_entries_stand_until_the_reader_asks(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    assert shown(page) == len(PROVIDERS)
    assert str(len(PROVIDERS)) in status(page)


SPELLINGS = [("airalo", "airalo"), ("AIRALO", "airalo"), ("SK텔레콤", "skt"), ("Ｋ Ｔ m", "kt-m-mobile"), ("lgu+", "lg-uplus"), ("lg  u", "lg-uplus"), ("mobile hello", "hello-mobile")]


@BOTH
def test_a_name_is_found_in_any_of_its_spellings(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    for typed, found in SPELLINGS:
        page.locator("#directory-name").fill(typed)
        expect(page.locator(f"#{found}")).to_be_visible()
        assert 0 < shown(page) < 12, f"'{typed}' leaves {shown(page)} entries"


@BOTH
def test_every_provider_is_found_by_its_own_name(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    lost = page.evaluate("""async names => {
      const field = document.querySelector('#directory-name'), lost = [];
      for (const [id, name] of names) {
        field.value = name; field.dispatchEvent(new Event('input', {bubbles: true}));
        if (document.getElementById(id).closest('[hidden]')) lost.push([id, name]);
      }
      return lost; }""", [[p["id"], name] for p in PROVIDERS for name in [*p["name"].values(), *p.get("aliases", [])]])
    assert not lost, f"not found by their own name: {lost}"


@BOTH
def test_kinds_narrow_the_list_with_the_keyboard_alone(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    tab_to(page, page.locator("#directory-name"), 200)
    for kind, name in {"mvno": ("虚拟运营商", "Budget carriers"), "pocket-wifi": ("随身 Wi-Fi", "Pocket Wi-Fi")}.items():
        button = page.get_by_role("button", name=name[lang == "en"])
        tab_to(page, button)
        page.keyboard.press("Enter")
        count = sum(p["kind"] == kind for p in PROVIDERS)
        assert shown(page) == count and str(count) in status(page)
        assert button.get_attribute("aria-pressed") == "true" and page.locator(".directory-filter [aria-pressed=true]").count() == 1
        assert page.locator(f"#{kind}").is_visible() and not page.locator("#travel-esim").is_visible(), "an empty section keeps its heading"


@BOTH
def test_a_name_that_is_not_there_is_answered(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    page.locator("#directory-name").fill("zzzz")
    assert shown(page) == 0 and status(page).startswith({"zh": f"{len(PROVIDERS)} 家里有 0 家", "en": "0 of"}[lang])
    expect(page.locator(".directory-filter__none")).to_contain_text({"zh": "没有这个名字", "en": "no such name"}[lang])
    page.locator("#directory-name").fill("")
    assert shown(page) == len(PROVIDERS)
    expect(page.locator(".directory-filter__none")).to_be_hidden()


@BOTH
def test_an_address_leads_to_an_entry_that_was_hidden(page: Page, server: str, lang: str) -> None:
    start(page, server, lang, "#tplus")
    page.locator("#directory-name").fill("kt m")
    expect(page.locator("#tplus")).to_be_hidden()
    page.evaluate("location.hash = '#wifibox'")
    expect(page.locator("#wifibox")).to_be_in_viewport()
    assert page.locator("#directory-name").input_value() == "" and shown(page) == len(PROVIDERS)
    page.locator("#directory-name").fill("kt m")
    page.locator(".md-content a[href='#lg-uplus']").first.click()
    expect(page.locator("#lg-uplus")).to_be_in_viewport()
    page.locator("#directory-name").fill("kt m")
    page.locator(".md-content a[href='#lg-uplus']").first.click()
    expect(page.locator("#lg-uplus"), "the same link does not work a second time").to_be_in_viewport()


@BOTH
def test_a_name_leads_to_its_entry_on_the_page_of_its_kind(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    page.locator("#directory-name").fill("holafly")
    page.locator("#holafly a").click()
    page.wait_for_url(f"**/{LANGS[lang]}carriers/travel-esim/#holafly")
    expect(page.locator("#holafly")).to_be_in_viewport()
    page.locator("#directory-name").fill("AIRLO")
    assert shown(page) == 1 and page.locator("#airalo").is_visible()
    assert str(sum(p["kind"] == "travel-esim" for p in PROVIDERS)) in status(page) and page.locator(".directory-filter button").count() == 0, "one kind needs no buttons"


@BOTH
def test_an_entrys_old_address_leads_to_its_page(page: Page, server: str, lang: str) -> None:
    page.goto(f"{server}{LANGS[lang]}carriers/#airalo")
    page.wait_for_url(f"**/{LANGS[lang]}carriers/travel-esim/#airalo")
    expect(page.locator("h3#airalo")).to_be_in_viewport()


@BOTH
def test_nothing_typed_leaves_the_page_or_becomes_markup(page: Page, watch: Watch, server: str, lang: str) -> None:
    start(page, server, lang)
    page.wait_for_load_state("networkidle")
    before, asked = stored(page), len(watch.requests)
    page.locator("#directory-name").focus()
    page.keyboard.type(HOSTILE)
    page.keyboard.press("Enter")
    page.locator("#directory-name").fill("airalo")
    page.keyboard.press("Enter")
    assert watch.requests[asked:] == [] and stored(page) == before
    assert page.locator(".directory-filter img").count() == 0 and "broken" not in page.title()


@BOTH
def test_without_javascript_the_directory_is_a_plain_list(chrome: Browser, server: str, lang: str) -> None:
    context = chrome.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{server}{LANGS[lang]}carriers/#kimchi-mobile")
    assert shown(page) == len(PROVIDERS) and page.locator("#directory-name").count() == 0
    context.close()
