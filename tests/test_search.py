"""Search finds the answer in the words that readers use, in the real box, and no input breaks it."""

from __future__ import annotations

import functools
import gzip
import json
import random
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

import register
import search
from conftest import LANGS, ROOT, Watch

sys.path.insert(0, str(Path(__file__).parent / "search"))
import bench  # noqa: E402

BUDGET = 40_000
"""Bytes, gzipped, that search may cost a reader of one language: engine, index, worker, dialog."""
SCRIPTS = ("assets/vendor/minisearch/index.js", "assets/javascripts/search-worker.js", "assets/javascripts/search.js")
HOSTILE = [
    "", " ", "\t\n", "注销" * 5000, "cancel my sim " * 800, "a" * 10_000, "zhuxiao" * 1500, "😀" * 500, "👩‍👩‍👧‍👦🇰🇷", "\ud800", "\0",
    "'", '"', "`", "\\", "\\u0041", "(((((", "[a-", "(a+)+$", ".*.*.*.*x", "^$|?*+{}", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "&lt;b&gt;", "“”‘’《》", "，。！？", "--- ...", "__proto__", "constructor", "hasOwnProperty toString", "zhu'x", "zh", "ㅎㅐㅈ", "해ㅈ", "ｅＳＩＭ", "é́́́́́",
    "%00%ff", "null", "undefined", "NaN", "{{ page }}", "#12", "'zhuxiao", "1" * 300, "\u202etxt", "注" * 199 + "a" * 300,
]
WORKER = """async ([address, queries]) => {
  const index = await (await fetch(address + "search/search_index.json")).json();
  const worker = new Worker(document.querySelector("#__config").textContent.match(/"search": "([^"]*)"/)[1]);
  const told = message => new Promise((done, failed) => {
    worker.onmessage = event => done(event.data);
    worker.onerror = event => failed(new Error(event.message));
    worker.postMessage(message);
  });
  await told({ type: 0, data: { ...index, options: {} } });
  const answers = [];
  for (const query of queries) {
    let best = Infinity, answer;
    for (let n = 0; n < (queries.length < 100 ? 3 : 1); n++) {
      const start = performance.now();
      answer = await told({ type: 2, data: query });
      best = Math.min(best, performance.now() - start);
    }
    answers.push({ query, ms: best, places: answer.data.items.map(([item]) => item.location), titles: answer.data.items.map(([item]) => item.title) });
  }
  worker.terminate();
  return answers;
}"""


def tell_worker(page: Page, server: str, lang: str, queries: list[str]) -> list[dict[str, Any]]:
    """What the worker itself answers, with the shortest of its times."""
    page.goto(server + LANGS[lang])
    return page.evaluate(WORKER, [server + LANGS[lang], queries])


def index_of(site: Path, lang: str) -> dict[str, Any]:
    return json.loads((site / LANGS[lang] / "search/search_index.json").read_text("utf-8"))


def open_box(page: Page) -> None:
    """Go to the box as a reader does: by its icon where the screen is narrow."""
    icon = page.locator("[data-toggles=__search]")
    (icon if icon.is_visible() else page.locator(".md-search__input")).click()
    expect(page.locator(".md-search__input")).to_be_focused()


def search_for(page: Page, text: str) -> None:
    """Open the box, and type."""
    open_box(page)
    page.keyboard.type(text)
    expect(page.locator(".md-search-result__list a, .search-extra a").first).to_be_visible()


@pytest.mark.parametrize("lang", LANGS)
def test_no_input_breaks_or_stalls_the_worker(page: Page, server: str, lang: str) -> None:
    for answer in tell_worker(page, server, lang, HOSTILE):
        shown = answer["query"][:40]
        assert answer["ms"] < 100, f"{shown!r} takes {answer['ms']:.0f} ms: see LONGEST and WORDS in search-worker.js"
        for title in answer["titles"]:
            assert not re.search(r"<(?!/?mark>)", title), f"{shown!r}: a title is not escaped: {title}"


@pytest.mark.parametrize("lang", LANGS)
def test_any_piece_of_a_heading_finds_its_section(page: Page, server: str, site: Path, lang: str) -> None:
    rng = random.Random(20261122)
    titles = {doc["location"]: doc["title"] for doc in index_of(site, lang)["docs"]}
    pieces = []
    for place, title in titles.items():
        for _ in range(4):
            start, length = rng.randrange(len(title)), rng.randint(2, 6)
            piece = title[start:start + length].strip()
            if len(re.findall(r"[^\W_]", piece)) >= 2:
                pieces.append((place, piece))
    missed = []
    plain = functools.partial(re.sub, r"[\W_]+", " ")
    letters = {place: plain(re.sub("['’]", "", title)).lower() for place, title in titles.items()}
    for (place, piece), answer in zip(pieces, tell_worker(page, server, lang, [piece for _, piece in pieces])):
        first = answer["places"][:3]
        if place not in first and not (len(first) == 3 and all(plain(re.sub("['’]", "", piece)).strip().lower() in letters[other] for other in first)):
            missed.append(f"{piece!r} of {titles[place]!r}: {first}")
    assert len(missed) <= len(pieces) * 0.02, f"{len(missed)} of {len(pieces)} pieces miss their section:\n" + "\n".join(missed)


def test_words_for_a_section_that_is_gone_stop_the_build(site: Path) -> None:
    entries = register.load(ROOT)
    entries.asked["faq/#gone"] = {"zh": "词", "en": "word"}
    with pytest.raises(search.Missing, match="data/asked.yml has words for faq/#gone"):
        search.read(site, "zh", entries)


@pytest.mark.parametrize("lang", LANGS)
def test_readers_questions_find_their_answers(chrome: Browser, page: Page, server: str, lang: str) -> None:
    asked = [question for question in bench.questions() if question.lang == lang]
    told = tell_worker(page, server, lang, [question.text for question in asked])
    answers = {question: answer["places"] for question, answer in zip(asked, told)}
    sample = asked[::40]
    assert bench.ask(chrome, server, sample) == {question: answers[question] for question in sample}, "the box shows other links than the worker gave"
    scores = bench.scores(answers)
    for group in ("all", "tune", "held"):
        score = scores[lang, group]
        assert score.hit(1) >= 0.85 and score.hit(3) >= 0.95 and score.mrr() >= 0.90 and score.none() <= 0.01, (
            f"{lang}, {group}: n, hit@1, hit@3, MRR@10, none: {score}; `make bench-search` prints the misses")
    for (of, group), score in scores.items():
        if of == lang:
            assert score.hit(3) >= 0.80, f"{lang}, {group}: hit@3 is {score.hit(3):.2f}; `make bench-search` prints the misses"


@pytest.mark.parametrize("lang", LANGS)
def test_search_is_small(site: Path, lang: str) -> None:
    files = [*SCRIPTS, f"{LANGS[lang]}search/search_index.json"]
    sizes = {file: len(gzip.compress((site / file).read_bytes(), 9)) for file in files}
    assert sum(sizes.values()) <= BUDGET, f"{sum(sizes.values())} bytes gzipped, more than {BUDGET}: {sizes}; see LEAD in hooks/search.py and data/asked.yml"


def test_nothing_of_search_loads_before_the_box_is_touched(page: Page, watch: Watch, server: str) -> None:
    page.goto(server + "faq/")
    page.wait_for_load_state("networkidle")
    early = [url for url in watch.requests if re.search(r"search|minisearch|bundle", url)]
    assert not early, f"loaded before anyone searched: {early}"


@pytest.mark.parametrize("way", ["key", "input", "paste", "composition"])
def test_the_box_answers_every_kind_of_input(page: Page, server: str, way: str) -> None:
    page.goto(server)
    box = page.locator(".md-search__input")
    open_box(page)
    if way == "key":
        page.keyboard.type("esim")
    elif way == "input":  # voice and handwriting
        box.evaluate("box => { box.value = '违约金'; box.dispatchEvent(new InputEvent('input', { bubbles: true })); }")
    elif way == "paste":
        box.evaluate("box => { box.focus(); document.execCommand('insertText', false, '违约金'); }")
    else:
        client = page.context.new_cdp_session(page)
        for half in ("w", "wei", "wei yue jin"):
            client.send("Input.imeSetComposition", {"text": half, "selectionStart": len(half), "selectionEnd": len(half)})
        client.send("Input.insertText", {"text": "违约金"})
        assert box.input_value() == "违约金"
    expect(page.locator(".md-search-result__list a").first).to_be_visible()
    if way != "key":
        expect(page.locator(".md-search-result__list a").first).to_contain_text("违约金")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("start", ["", "faq/", "en/", "en/faq/"])
def test_enter_opens_the_first_result_in_view(page: Page, watch: Watch, server: str, start: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(server + start)
    root = server + ("en/" if start.startswith("en/") else "")
    page.evaluate("scrollTo(0, 900)")
    search_for(page, "early termination" if start.startswith("en/") else "违约金")
    first = page.locator(".md-search-result__list a").first.get_attribute("href")
    page.keyboard.press("Enter")
    expect(page).to_have_url(first)
    assert first.startswith(root), f"{first} leaves the reader's language"
    page.wait_for_timeout(600)
    section = page.locator("#" + first.partition("#")[2])
    expect(section).to_be_in_viewport()
    top = section.bounding_box()["y"]
    assert 0 <= top < 370, f"the section opens at {top} px, below the first half of the screen or under the header"
    assert not watch.failures and not watch.console, (watch.failures, watch.console)


def test_an_enter_before_the_results_waits_for_them(page: Page, server: str) -> None:
    page.goto(server)
    open_box(page)
    page.keyboard.insert_text("停机保号")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#susp"))


def test_enter_on_the_end_of_a_composition_opens_nothing(page: Page, server: str) -> None:
    page.goto(server)
    search_for(page, "esim")
    page.locator(".md-search__input").evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }))")
    page.wait_for_timeout(300)
    assert page.url == server


@pytest.mark.parametrize("lang, query, trail, words", [("zh", "退订扫码", "常见问题 ›", "解绑"), ("en", "unbind qr", "FAQ ›", "unbind")])
def test_a_result_says_where_it_leads_and_begins_the_answer(page: Page, server: str, lang: str, query: str, trail: str, words: str) -> None:
    page.goto(server + LANGS[lang])
    search_for(page, query)
    first = page.locator(".md-search-result__list li").first
    expect(first.locator("h1")).to_contain_text(trail)
    expect(first.locator("h1")).to_contain_text(words)
    expect(first.locator("p")).to_have_text(re.compile(r"...[。.！？…]\s*$"))
    expect(first.locator("mark").first).to_be_visible()


@pytest.mark.parametrize("lang, query", [("en", "注销"), ("en", "護照"), ("zh", "refund"), ("zh", "cancel esim")])
def test_one_line_offers_the_other_languages_results(page: Page, server: str, lang: str, query: str) -> None:
    page.goto(server + LANGS[lang])
    search_for(page, query)
    line = page.locator(".search-extra__other a")
    expect(line).to_have_count(1)
    line.click()
    expect(page).to_have_url(re.compile(re.escape(server) + (r"en/\?q=" if lang == "zh" else r"\?q=")))
    expect(page.locator(".md-search-result__list a").first).to_be_visible()
    expect(page.locator(".md-search__input")).to_have_value(query)


@pytest.mark.parametrize("lang, query", [("zh", "怎么注销"), ("en", "how to cancel"), ("zh", "zhuxiao")])
def test_a_question_in_the_pages_language_offers_no_other(page: Page, server: str, lang: str, query: str) -> None:
    page.goto(server + LANGS[lang])
    search_for(page, query)
    expect(page.locator(".md-search-result__list a").first).to_be_visible()
    expect(page.locator(".search-extra__other")).to_have_count(0)


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_found_offers_the_chooser_and_six_questions(page: Page, watch: Watch, server: str, lang: str) -> None:
    page.goto(server + LANGS[lang])
    open_box(page)
    page.keyboard.insert_text("qqqxxxzzz")
    links = page.locator(".search-extra a")
    expect(links).to_have_count(7)
    assert "which-card/" in links.first.get_attribute("href")
    expect(page.locator(".md-search-result__meta")).to_have_text(re.compile("没有找到|Nothing found"))
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert page.url == server + LANGS[lang], "Enter opened something that was not asked for"
    page.keyboard.press("ArrowDown")
    expect(links.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("which-card/"))
    assert not watch.console, watch.console


def test_the_dialog_survives_any_input(page: Page, watch: Watch, server: str) -> None:
    page.goto(server)
    search_for(page, "esim")
    box = page.locator(".md-search__input")
    for query in HOSTILE:
        if query.isprintable():
            box.fill(query)
    page.wait_for_timeout(500)
    assert page.locator(".md-search-result script, .md-search-result img").count() == 0
    box.fill("护照")
    expect(page.locator(".md-search-result__list a").first).to_contain_text("护照")
    assert not watch.console, watch.console


@pytest.fixture(scope="module")
def disk(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The guide unpacked from its zip."""
    folder = tmp_path_factory.mktemp("disk")
    zipfile.ZipFile(site / "guide.zip").extractall(folder)
    yield next(folder.iterdir())


@pytest.mark.parametrize("lang, query", [("zh", "违约金"), ("en", "early termination")])
def test_search_works_from_disk(page: Page, disk: Path, lang: str, query: str) -> None:
    page.goto((disk / LANGS[lang] / "index.html").as_uri())
    search_for(page, query)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"^file:.*/(faq|physical-sim)/index\.html#"))


def test_escape_closes_the_search_even_while_the_theme_starts(context: BrowserContext, server: str) -> None:
    for _ in range(3):
        page = context.new_page()
        page.goto(server)
        page.locator("[data-toggles=__search]").click()
        page.keyboard.type("esim")
        page.locator(".md-search-result__link").first.wait_for()
        page.keyboard.press("Escape")
        page.wait_for_timeout(300)
        assert not page.locator("#__search").is_checked(), "the search stays open after Escape: see keepOpen in site.js"
        page.close()
