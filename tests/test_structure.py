"""Both languages hold the same pages, sections and steps, and no published address is lost."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

import ids
from conftest import ROOT
from pages import built_pages, pairs

MAP = yaml.safe_load((ROOT / "tests/content-map.yml").read_text("utf-8"))


def test_every_page_and_section_of_the_content_map_is_there(site: Path) -> None:
    found = {(p.lang, p.url): [i for _, i in p.headings()] for p in built_pages(site)}
    for page in MAP["pages"]:
        for lang in ("zh", "en"):
            assert (lang, page["url"]) in found, f"{lang}: the page '{page['url']}' of tests/content-map.yml is missing"
            missing = [i for i in page["sections"] if i not in found[lang, page["url"]]]
            assert not missing, f"{lang}/{page['url']}: sections of tests/content-map.yml are missing: {missing}"
            order = [i for i in found[lang, page["url"]] if i in page["sections"]]
            assert order == page["sections"], f"{lang}/{page['url']}: the order of sections differs from tests/content-map.yml"


def test_no_page_stands_in_one_language_only(site: Path) -> None:
    by = {lang: {p.url for p in built_pages(site) if p.lang == lang} for lang in ("zh", "en")}
    assert by["zh"] == by["en"], f"write the counterpart of {by['zh'] ^ by['en']}"


def test_both_languages_have_the_same_headings(site: Path) -> None:
    for zh, en in pairs(site):
        assert zh.headings() == en.headings(), f"{zh.url}: headings differ: {set(zh.headings()) ^ set(en.headings()) or 'their order'}"


COUNTED = {
    "steps": ".//div[contains(@class,'steps')]/ol/li",
    "tables": ".//table",
    "table rows": ".//tr",
    "admonitions": ".//div[contains(@class,'admonition')]",
    "details": ".//details",
    "facts in the box": ".//div[contains(@class,'facts')]//dt",
    "internal links": ".//a[not(starts-with(@href,'http')) and not(contains(@class,'headerlink')) and not(contains(@class,'tel'))]",
    "external links": ".//a[starts-with(@href,'http')]",
    "phone links": ".//a[contains(@class,'tel')]",
    "Korean lines": ".//p[@class='ko']",
}


def test_both_languages_have_the_same_steps_tables_and_links(site: Path) -> None:
    for zh, en in pairs(site):
        for name, path in COUNTED.items():
            left, right = len(zh.article.xpath(path)), len(en.article.xpath(path))
            assert left == right, f"{zh.url}: {name}: Chinese has {left}, English {right}; make them equal"


def test_both_languages_lead_to_the_same_places(site: Path) -> None:
    def targets(page) -> list[str]:
        found = page.article.xpath(".//a[not(contains(@class,'headerlink'))]/@href")
        return sorted(re.sub(r"support\.apple\.com/[a-z]{2}-[a-z]{2}/", "support.apple.com/", t) for t in found if not t.startswith("#src-"))
    for zh, en in pairs(site):
        if zh.url != "about/":
            assert targets(zh) == targets(en), f"{zh.url}: links differ: {set(targets(zh)) ^ set(targets(en))}"


def test_both_languages_rest_on_the_same_facts(site: Path) -> None:
    for zh, en in pairs(site):
        sources = [sorted(p.tree.xpath("//section[@class='sources']//a/@href")) for p in (zh, en)]
        assert [s for s in sources[0] if s.startswith("http")] == [s for s in sources[1] if s.startswith("http")], \
            f"{zh.url}: the facts cited differ between the languages"


def test_headings_carry_written_ascii_ids(site: Path) -> None:
    for page in built_pages(site):
        for level, identifier in page.headings():
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", identifier), \
                f"{page.lang}/{page.url}: a heading of level {level} has the id '{identifier}'; write one: ## Title {{ #id }}"


def test_ids_are_unique_on_a_page(site: Path) -> None:
    for page in built_pages(site):
        doubled = {i for i in page.ids() if page.ids().count(i) > 1}
        assert not doubled, f"{page.lang}/{page.url}: ids stand twice: {doubled}"


def test_no_published_address_is_lost(site: Path) -> None:
    lost = ids.lost(site)
    assert not lost, f"published addresses are gone: {lost}; bring them back or give each a line in data/redirects.yml"


def test_every_address_is_locked(site: Path) -> None:
    new = ids.new(site)
    assert not new, f"new addresses are not locked yet: run `make ids` and commit tests/published.txt: {new[:5]}"


def test_a_lost_address_is_noticed(site: Path, monkeypatch) -> None:
    monkeypatch.setattr(ids, "locked", lambda: ["faq/#no-such-section", "gone/"])
    assert ids.lost(site) == ["faq/#no-such-section", "gone/"]


def test_every_page_has_a_title_and_an_answer_of_its_own(site: Path) -> None:
    seen: dict[str, str] = {}
    for page in built_pages(site):
        for name, path in (("title", "//title/text()"), ("description", "//meta[@name='description']/@content")):
            words = "".join(page.tree.xpath(path)).strip()
            assert words, f"{page.lang}/{page.url}: no {name}; is the front matter valid YAML?"
            other = seen.setdefault(words, page.url)
            assert other == page.url, f"{page.lang}/{page.url}: its {name} is that of {other}"
        assert not page.article.xpath("./hr[1]"), f"{page.lang}/{page.url}: its front matter was read as text; quote a value that holds a colon"
