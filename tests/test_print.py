"""Any page prints on A4 as its text alone: nothing folded away, addresses after the links that leave, sources with their dates."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from conftest import LANGS

BOTH = pytest.mark.parametrize("lang", LANGS)
A4 = (595, 842)
LOOKALIKES = str.maketrans("⻚⻔⻅⻓⻋⻛⻢⻉⻘⻬⻝⻜⻩⻰⻥⻦⻣⻤⻆⻄⺠⺟戶", "页门见长车风马贝青齐食飞黄龙鱼鸟骨鬼角西民母户")
"""What a PDF reader gives for some Han where Unicode normalisation does not help, and what was printed."""


def flat(text: str) -> str:
    """A text without what line breaks and fonts change: spaces, and the look-alike radicals that a PDF reader gives for Han."""
    return re.sub(r"[\s\u2060]+", "", unicodedata.normalize("NFKC", text).translate(LOOKALIKES))


@dataclass
class Printed:
    """A page on paper: the text of each sheet, flattened, and the sheets' size in points."""

    sheets: list[str]
    size: tuple[int, int]

    @property
    def text(self) -> str:
        return "".join(self.sheets)


def print_page(page: Page, address: str, prepare: str = "") -> Printed:
    page.goto(address)
    page.wait_for_timeout(300)
    if prepare:
        page.evaluate(prepare)
    pdf = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    return Printed([flat(sheet.extract_text()) for sheet in pdf.pages], tuple(round(float(x)) for x in pdf.pages[0].mediabox[2:]))


@BOTH
@pytest.mark.parametrize("url", ["physical-sim/", "korean/"])
def test_paper_holds_the_text_and_nothing_of_the_screen(page: Page, server: str, lang: str, url: str) -> None:
    paper = print_page(page, server + LANGS[lang] + url)
    assert paper.size == A4, f"the sheet measures {paper.size} points; A4 is {A4}"
    assert flat(page.locator("h1").evaluate("e => e.firstChild.textContent")) in paper.text
    for heading in page.locator("h2[id]:visible").all():
        assert flat(heading.evaluate("e => e.firstChild.textContent")) in paper.text
    page.emulate_media(media="print")
    for chrome in (".md-header", ".md-footer", ".md-sidebar", ".md-search", "a.switch", ".headerlink", "button", "form", "dialog", ".md-skip"):
        for element in page.locator(chrome).all():
            assert not element.is_visible(), f"{url}: '{chrome}' is printed; hide it in the print part of site.css"
    for words in {"zh": ("大字显示", "全站目录", "本页内容"), "en": ("Showlarge", "Tableofcontents", "Skiptocontent")}[lang]:
        assert words not in paper.text, f"{url}: '{words}' is printed"


@BOTH
def test_links_that_leave_are_printed_with_their_address(page: Page, server: str, lang: str) -> None:
    paper = print_page(page, f"{server}{LANGS[lang]}physical-sim/")
    links = page.locator(".md-content a[href^='http']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert len(links) > 20
    missing = [link for link in links if f"<{flat(link)}>" not in paper.text]
    assert not missing, f"links that leave are printed without their address: {missing[:5]}"
    assert "tel:" not in paper.text and "<.." not in paper.text and "<#" not in paper.text, "an address is printed after a phone number or a link of the guide"


@BOTH
def test_sources_are_printed_with_the_day_they_were_checked(page: Page, server: str, lang: str) -> None:
    paper = print_page(page, f"{server}{LANGS[lang]}from-abroad/")
    count = page.locator(".sources ol li").count()
    days = page.locator(".sources li time").all_inner_texts()
    assert count > 10 and len(days) == count
    printed = paper.text[paper.text.rindex(flat(page.locator("#page-sources").inner_text())):]
    assert sum(printed.count(day) for day in set(days)) >= count, "the sources lose their dates on paper"


@BOTH
def test_what_is_folded_is_printed_unfolded(page: Page, server: str, lang: str) -> None:
    folded = """() => { const details = document.createElement('details'), summary = document.createElement('summary'), text = document.createElement('p');
      summary.textContent = 'Folded'; text.textContent = 'Unfolded on paper'; details.append(summary, text); document.querySelector('.md-content h1').after(details);
      const sheet = document.createElement('link'); sheet.rel = 'stylesheet'; const own = document.querySelector('script[data-sheet]');
      sheet.href = new URL('../stylesheets/' + own.dataset.sheet, new URL(own.dataset.src, location)); document.head.append(sheet); return new Promise(done => { sheet.onload = done; }); }"""
    paper = print_page(page, f"{server}{LANGS[lang]}why/", folded)
    assert "Unfoldedonpaper" in paper.text, "a closed <details> is printed closed"


@pytest.mark.parametrize("url, lang", [("physical-sim/", "en"), ("esim/", "zh"), ("from-abroad/", "en")])
def test_boxes_and_tables_are_not_broken_across_sheets(page: Page, server: str, lang: str, url: str) -> None:
    paper = print_page(page, server + LANGS[lang] + url)
    for block in page.locator(".md-content .facts, .md-content table").all():
        cells = [flat(text) for text in block.locator("dt, dd, th, td").all_inner_texts()]
        cells = [re.sub(r"\[\d+\].*", "", cell)[:12] for cell in cells]
        together = max(sum(cell in sheet for cell in cells) for sheet in paper.sheets)
        assert together >= 0.8 * len(cells), f"{url}: of the block '{cells[:2]}…' at most {together} of {len(cells)} cells stand on one sheet"


@BOTH
def test_the_dark_scheme_prints_dark_on_white(page: Page, server: str, lang: str) -> None:
    page.emulate_media(color_scheme="dark", media="print")
    page.goto(f"{server}{LANGS[lang]}why/")
    page.wait_for_timeout(300)
    assert page.evaluate("[document.body, document.querySelector('.md-content p')].map(e => getComputedStyle(e)).map(s => [s.color, s.backgroundColor])") \
        == [["rgb(0, 0, 0)", "rgb(255, 255, 255)"], ["rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"]]


@BOTH
def test_a_letter_that_was_filled_in_is_printed_as_filled_in(page: Page, server: str, lang: str) -> None:
    page.goto(f"{server}{LANGS[lang]}korean/#letter")
    page.locator("#letter-field-name").fill("WANG WU")
    text = flat("".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages))
    assert "WANGWU드림" in text
