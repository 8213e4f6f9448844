"""Korean lines are copied one by one, and those to say are shown full-screen, large enough to read across a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from conftest import LANGS, Watch
from reader import HOSTILE, clipboard, stored, tab_to

BOTH = pytest.mark.parametrize("lang", LANGS)
LANDSCAPE, PORTRAIT, SMALLEST = {"width": 740, "height": 360}, {"width": 360, "height": 740}, {"width": 320, "height": 568}
WAKE = """
  window.wake = [];
  Object.defineProperty(Navigator.prototype, 'wakeLock', { configurable: true, value: {
    request: async kind => { wake.push(kind); return { release: async () => { wake.push('released'); } }; } } });"""


def start(page: Page, server: str, lang: str, anchor: str = "phone-script") -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{server}{LANGS[lang]}korean/#{anchor}")
    expect(page.locator(".show").first, "cards.js added no buttons").to_be_visible()


@BOTH
def test_every_line_to_say_has_a_card_and_every_line_a_copy(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    for part in ("phone", "store"):
        lines = page.locator(f'.phrases[data-part="{part}"] > li')
        assert lines.count() == page.locator(f'.phrases[data-part="{part}"] > li .show').count() > 5
    assert page.locator('.phrases[data-part="letter"] .show').count() == 0
    everything = page.locator(".phrases > li, .terms > div").count()
    assert page.locator(".line-tools").count() == everything
    small = page.evaluate("[...document.querySelectorAll('.line-tools button')].filter(b => b.offsetParent && b.getBoundingClientRect().height < 24).length")
    assert not small, f"{small} buttons are lower than 24 px"


@BOTH
def test_copying_takes_the_korean_alone(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    for line in ("#phone-purpose", "#store-cancel-today", "#letter-thanks", ".terms > div"):
        row = page.locator(line).first
        row.locator(".line-tools button").last.click()
        expect(row.locator(".line-tools button").last).to_have_text({"zh": "已复制", "en": "Copied"}[lang])
        assert clipboard(page) == row.locator("[lang=ko]").first.inner_text()


@pytest.mark.parametrize("lang, size, least", [("zh", PORTRAIT, 30), ("en", LANDSCAPE, 26), ("en", SMALLEST, 26)])
def test_every_card_is_large_whole_and_unbroken(page: Page, server: str, lang: str, size: dict, least: int) -> None:
    page.set_viewport_size(size)
    start(page, server, lang)
    for part in ("phone", "store"):
        lines = page.locator(f'.phrases[data-part="{part}"] > li')
        lines.first.locator(".show").click()
        for n in range(lines.count()):
            shown = page.locator(".card__ko")
            assert shown.inner_text() == lines.nth(n).locator(".ko").inner_text()
            assert page.locator(".card__means").inner_text() == lines.nth(n).locator(".means").inner_text()
            room, box = page.locator(".card__room").bounding_box(), shown.bounding_box()
            assert box["y"] >= room["y"] - 1 and box["y"] + box["height"] <= room["y"] + room["height"] + 1, f"{part} {n + 1} is cut off"
            assert shown.evaluate("e => e.scrollWidth <= e.clientWidth"), f"{part} {n + 1} is wider than the screen"
            px = shown.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
            assert px >= least, f"{part} {n + 1} is only {px:.0f} px high on {size}"
            assert page.locator(".card").evaluate("e => e.scrollHeight <= e.clientHeight && e.clientWidth === innerWidth"), "the card does not fill the screen"
            if n < lines.count() - 1:
                page.keyboard.press("ArrowRight")
        page.keyboard.press("Escape")


@BOTH
def test_a_card_is_opened_turned_and_closed_with_the_keyboard_alone(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    tab_to(page, page.locator("#phone-open-english .show"))
    page.keyboard.press("Enter")
    expect(page.locator("dialog.card")).to_be_visible()
    expect(page.locator(".card__place")).to_have_text("1 / 16")
    page.keyboard.press("ArrowRight")
    tab_to(page, page.get_by_role("button", name={"zh": "下一句", "en": "Next"}[lang]))
    page.keyboard.press("Enter")
    expect(page.locator(".card__place")).to_have_text("3 / 16")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".card__ko")).to_have_text(page.locator("#phone-open-chinese .ko").inner_text())
    page.keyboard.press("Escape")
    expect(page.locator("dialog.card")).to_be_hidden()
    expect(page.locator("#phone-open-chinese .show"), "the focus does not return to the line that was shown").to_be_focused()


@BOTH
def test_date_and_number_are_filled_in_on_the_card_and_kept_nowhere(page: Page, watch: Watch, server: str, lang: str) -> None:
    start(page, server, lang)
    page.wait_for_load_state("networkidle")
    before, asked = stored(page), len(watch.requests)
    page.locator("#phone-leaving-on .show").click()
    page.locator(".card__fields input").fill("2031-02-03")
    assert page.locator(".card__ko").inner_text() == "2월 3일에 출국할 예정입니다."
    assert {"zh": "2 月 3 日", "en": "3 February"}[lang] in page.locator(".card__means").inner_text()
    page.locator(".card__bar button").nth(1).click()
    assert "2월 3일에 이미 출국" in page.locator(".card__ko").inner_text(), "the date is not taken over to the next card"
    page.locator(".card__bar button").nth(1).click()
    page.locator(".card__fields input").fill("010-1234-5678")
    assert "번호는 010-1234-5678이고" in page.locator(".card__ko").inner_text()
    page.locator(".card__fields input").fill(HOSTILE)
    assert HOSTILE in page.locator(".card__ko").inner_text() and page.locator(".card img").count() == 0, "typed markup became elements"
    page.keyboard.press("Escape")
    assert stored(page) == before and watch.requests[asked:] == [] and "broken" not in page.title()


@BOTH
def test_the_screen_is_kept_awake_while_a_card_is_open(page: Page, server: str, lang: str) -> None:
    page.add_init_script(WAKE)
    start(page, server, lang)
    page.locator("#store-store-open .show").click()
    page.wait_for_timeout(100)
    assert page.evaluate("wake") == ["screen"], "the card does not ask for the screen to stay on"
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)
    assert page.evaluate("wake") == ["screen", "released"], "the screen is not let go when the card is closed"


def test_cards_and_copies_work_when_the_network_is_gone(page: Page, server: str) -> None:
    start(page, server, "zh")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.locator("#phone-purpose .show").click()
    expect(page.locator(".card__ko")).to_have_text("휴대폰을 해지하려고 전화드렸습니다.")
    page.keyboard.press("Escape")
    page.locator("#phone-purpose .line-tools button").last.click()
    expect(page.locator("#phone-purpose .line-tools button").last).to_have_text("已复制")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_card_has_strong_contrast_in_both_schemes(page: Page, server: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    start(page, server, "en")
    page.locator("#phone-purpose .show").click()
    ratio = page.evaluate("""() => {
      const light = text => text.match(/[\\d.]+/g).slice(0, 3).map(c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
        .reduce((sum, c, n) => sum + c * [.2126, .7152, .0722][n], 0);
      const style = getComputedStyle(document.querySelector('.card__ko'));
      const pair = [light(style.color), light(getComputedStyle(document.querySelector('.card')).backgroundColor)].sort((a, b) => b - a);
      return [(pair[0] + .05) / (pair[1] + .05), pair[1] === light(style.color)]; }""")
    assert ratio[0] >= 12, f"contrast of the card is {ratio[0]:.1f} in the {scheme} scheme"
    assert ratio[1] == (scheme == "light"), f"the card does not follow the {scheme} scheme"
