"""A section is passed on by its heading's link: copied with its title, by share sheet or QR code, and found again by who opens it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from conftest import LANGS, Watch
from pages import built_pages
from reader import clipboard, stored, tab_to

BOTH = pytest.mark.parametrize("lang", LANGS)
SECTION = "delete-on-pixel"
TITLES = {"zh": "在 Pixel 上删除 eSIM - 韩国电话卡注销指南", "en": "Delete an eSIM on a Pixel - Cancel a Korean SIM"}


def address(server: str, lang: str) -> str:
    return f"{server}{LANGS[lang]}esim/#{SECTION}"


def press(page: Page, server: str, lang: str, query: str = "") -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{server}{LANGS[lang]}esim/{query}")
    page.locator(f"#{SECTION} .headerlink").click()
    expect(page.locator("dialog.share")).to_be_visible()


@BOTH
def test_a_press_copies_the_address_with_its_title(page: Page, server: str, lang: str) -> None:
    press(page, server, lang, "?from=a-friend")
    expect(page.locator("dialog.share [role=status]")).to_contain_text({"zh": "已复制", "en": "copied"}[lang])
    assert clipboard(page) == f"{TITLES[lang]}\n{address(server, lang)}"
    expect(page.locator(".share__address")).to_have_text(address(server, lang))
    assert page.url.endswith(f"#{SECTION}"), "the press does not lead to the section"


@BOTH
def test_the_qr_code_decodes_to_the_address(page: Page, server: str, lang: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        press(page, server, lang)
        expect(page.locator(".qr")).to_have_count(0)
        page.get_by_role("button", name={"zh": "二维码", "en": "QR code"}[lang]).click()
        expect(page.locator(".qr")).to_be_visible()
        found = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.locator(".qr").screenshot())))
        assert [code.text for code in found] == [address(server, lang)], f"the QR code of the {scheme} scheme reads {found}"
        assert page.locator(".qr").get_attribute("aria-label").endswith(address(server, lang))


@BOTH
def test_the_share_sheet_is_offered_where_there_is_one(page: Page, server: str, lang: str) -> None:
    name = {"zh": "分享…", "en": "Share…"}[lang]
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'share', {configurable: true, value: undefined})")
    press(page, server, lang)
    expect(page.get_by_role("button", name=name)).to_have_count(0)
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'share', {configurable: true, value: async what => { window.shared = what; }})")
    press(page, server, lang)
    page.get_by_role("button", name=name).click()
    assert page.evaluate("shared") == {"title": TITLES[lang], "url": address(server, lang)}


@BOTH
def test_where_copying_is_refused_the_page_says_what_to_do(page: Page, server: str, lang: str) -> None:
    page.add_init_script("""Object.defineProperty(Navigator.prototype, 'clipboard', {configurable: true, value: undefined});
      document.execCommand = () => false;""")
    press(page, server, lang)
    expect(page.locator("dialog.share [role=status]")).to_contain_text({"zh": "请按“复制”", "en": "press Copy"}[lang])
    assert page.locator("body > textarea, dialog textarea").count() == 0


@BOTH
def test_an_older_way_of_copying_is_used_where_the_newer_is_missing(page: Page, server: str, lang: str) -> None:
    page.add_init_script("""const own = navigator.clipboard;
      Object.defineProperty(Navigator.prototype, 'clipboard', {configurable: true, get: () => window.allow ? own : undefined});""")
    press(page, server, lang)
    expect(page.locator("dialog.share [role=status]")).to_contain_text({"zh": "已复制", "en": "copied"}[lang])
    page.evaluate("window.allow = true")
    assert clipboard(page) == f"{TITLES[lang]}\n{address(server, lang)}"


@BOTH
def test_a_section_is_passed_on_with_the_keyboard_alone(page: Page, server: str, lang: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address(server, lang))
    link = page.locator(f"#{SECTION} .headerlink")
    tab_to(page, link, 3)
    page.wait_for_timeout(300)
    assert link.evaluate("e => getComputedStyle(e).opacity") == "1", "the link of a heading is not seen when it has the focus"
    page.keyboard.press("Enter")
    expect(page.locator("dialog.share")).to_be_visible()
    tab_to(page, page.get_by_role("button", name={"zh": "二维码", "en": "QR code"}[lang]))
    page.keyboard.press("Enter")
    expect(page.locator(".qr")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.share")).to_be_hidden()
    expect(link).to_be_focused()


def test_heading_links_are_seen_and_large_enough_on_a_touch_screen(chrome: Browser, server: str, urls: list[str]) -> None:
    context = chrome.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, service_workers="block")
    page = context.new_page()
    for url in urls:
        page.goto(server + url)
        page.wait_for_timeout(200)
        faults = page.evaluate("""() => [...document.querySelectorAll('.md-content h1, .md-content h2, .md-content h3, .md-content h4')]
          .filter(h => h.id && h.id !== 'page-sources' && h.offsetParent).map(h => [h.id, h.querySelector('.headerlink')])
          .filter(([, a]) => { if (!a) return true; const b = a.getBoundingClientRect(), s = getComputedStyle(a);
             return b.width < 24 || b.height < 24 || s.opacity !== '1' || b.right > innerWidth; }).map(([id]) => id)""")
        assert not faults, f"{url}: headings without a visible link of 24 px: {faults}"
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("url", [f"esim/#{SECTION}", "korean/#phone-purpose", "en/faq/#proof", "en/carriers/travel-esim/#airalo"])
def test_an_opened_link_shows_its_section_below_the_header_and_marked(page: Page, server: str, url: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(server + url)
    page.wait_for_timeout(300)
    for _ in range(2):
        section = page.locator("#" + url.partition("#")[2])
        header = page.locator(".md-header").bounding_box()
        top = section.bounding_box()["y"]
        assert header["height"] <= top <= 200, f"{page.url}: the section stands at {top:.0f} px, the header ends at {header['height']:.0f}"
        plain = page.locator("h2:not(:target)").first.evaluate("e => getComputedStyle(e).boxShadow")
        assert section.evaluate("e => getComputedStyle(e).boxShadow") != plain, f"{page.url}: the section is not marked"
        page.locator("a.switch").click()
        page.wait_for_load_state()
        page.wait_for_timeout(300)


@BOTH
def test_nothing_is_loaded_before_the_press_and_nothing_kept_after_it(page: Page, watch: Watch, server: str, lang: str) -> None:
    page.goto(address(server, lang))
    page.wait_for_load_state("networkidle")
    assert not [url for url in watch.requests if any(name in url for name in ("share.js", "qr.js", "qrcode", "copy.js"))]
    before = stored(page)
    press(page, server, lang)
    page.get_by_role("button", name={"zh": "二维码", "en": "QR code"}[lang]).click()
    expect(page.locator(".qr")).to_be_visible()
    assert not watch.foreign() and not watch.failures
    page.goto(address(server, lang))
    assert json.loads(stored(page)) | {"history": 0} == json.loads(before) | {"history": 0}


def test_a_copy_opened_from_disk_passes_on_the_published_address(page: Page, site: Path) -> None:
    page.goto((site / "esim/index.html").as_uri())
    page.locator(f"#{SECTION} .headerlink").click()
    expect(page.locator(".share__address")).to_have_text(f"https://korean-sim.example/esim/#{SECTION}")


def test_link_previews_name_the_page_and_its_answer(site: Path) -> None:
    seen: dict[str, str] = {}
    for built in built_pages(site):
        if not built.tree.xpath("//meta[@property='og:url']"):
            continue
        name = f"{built.lang}/{built.url}"
        card = {p: "".join(built.tree.xpath(f"//meta[@property='og:{p}']/@content")) for p in ("title", "description", "url", "image", "locale", "site_name")}
        assert all(card.values()), f"{name}: a link preview lacks {[k for k, v in card.items() if not v]}"
        assert card["title"] in "".join(built.tree.xpath("//title/text()")), f"{name}: og:title and <title> differ"
        assert card["description"] == built.tree.xpath("//meta[@name='description']/@content")[0]
        assert card["url"].endswith({"zh": "/", "en": "/en/"}[built.lang] + built.url)
        assert card["locale"] == {"zh": "zh_CN", "en": "en_GB"}[built.lang]
        assert (site / card["image"].split("/", 3)[3]).exists(), f"{name}: the picture {card['image']} is not there"
        for kind in ("title", "description"):
            key = f"{kind}: {card[kind]}"
            assert key not in seen, f"{name}: its {kind} is that of {seen[key]}; write its own in the front matter"
            seen[key] = name
        assert 12 <= len(card["description"]) <= 200, f"{name}: a description of {len(card['description'])} characters"
