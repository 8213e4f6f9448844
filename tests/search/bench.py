"""Types every question of a list into the search box and prints how well it is answered, beside the theme's own search.

usage: bench.py [list.tsv]     lines of: language, question, intent of content-map.yml, and, where known, kind and split
       bench.py --speed        instead: how long a key waits for its results, and a query as the text grows

The theme's own search is the same pages with Material's worker and index, jieba installed, in the same run. The rank of a
question is that of the first acceptable link among the links shown.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import material
import yaml
from playwright.sync_api import Browser, Error, Page, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import browser as chromium  # noqa: E402
from conftest import LANGS, ROOT, build, serve  # noqa: E402

QUESTIONS = HERE / "queries.tsv"
INTENTS: dict[str, list[str]] = yaml.safe_load((HERE.parent / "content-map.yml").read_text("utf-8"))["intents"]

COUNT_ANSWERS = """
  window.searches = { asked: null, open: 0 };
  const Original = window.Worker;
  window.Worker = class extends Original {
    constructor(url) {
      super(url);
      this.addEventListener("message", ({ data }) => { if (data.type === 3) searches.open--; });
    }
    postMessage(message) {
      if (message.type === 2) { searches.open++; searches.asked = message.data; }
      super.postMessage(message);
    }
  };
"""
ANSWERED = """text => new Promise(done => {
  const check = () => searches.asked === text && !searches.open ? done() : setTimeout(check, 5);
  check();
})"""
SHOWN = """list => [...list.querySelectorAll("a")].filter(link => link.offsetParent).map(link => link.href)"""
BUILD_WITHOUT_OURS = """
import sys
sys.path.insert(0, "hooks")
import search
search.write = lambda *_: None
from mkdocs.__main__ import cli
cli(["build", "--quiet", "--site-dir", sys.argv[1]])
"""


@dataclass(frozen=True)
class Question:
    """What a reader types on a language's pages, and what is meant by it."""

    lang: str
    text: str
    intent: str
    kind: str = "all"
    split: str = "all"


@dataclass
class Score:
    """The ranks of some questions' first acceptable links (0: none among those shown), and how many got no link at all."""

    ranks: list[int] = field(default_factory=list)
    empty: int = 0

    def add(self, rank: int, shown: list[str]) -> None:
        """Count a question."""
        self.ranks.append(rank)
        self.empty += not shown

    def hit(self, most: int) -> float:
        """The share of questions answered among the first `most` links."""
        return sum(0 < rank <= most for rank in self.ranks) / len(self.ranks)

    def mrr(self) -> float:
        """The mean of 1/rank, 0 beyond the tenth link."""
        return sum(1 / rank for rank in self.ranks if 0 < rank <= 10) / len(self.ranks)

    def none(self) -> float:
        """The share of questions without any link."""
        return self.empty / len(self.ranks)

    def __str__(self) -> str:
        return f"{len(self.ranks):4}  {self.hit(1):6.3f}  {self.hit(3):6.3f}  {self.mrr():6.3f}  {self.none():6.3f}"


def questions(path: Path = QUESTIONS) -> list[Question]:
    """The questions of a list. Raises ValueError, with the line, where an intent is unknown."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        question = Question(*line.split("\t"))
        if question.intent not in INTENTS or question.lang not in LANGS:
            raise ValueError(f"{path}:{number}: no such intent or language: {line}")
        found.append(question)
    return found


def ask(browser: Browser, address: str, asked: Iterable[Question]) -> dict[Question, list[str]]:
    """The links that the box shows for each question, in order, as places below its language's root."""
    answers = {}
    pages: dict[str, Page] = {}
    for question in asked:
        root = address + LANGS[question.lang]
        if question.lang not in pages:
            context = browser.new_context(viewport={"width": 1280, "height": 900}, service_workers="block")
            context.add_init_script(COUNT_ANSWERS)
            page = pages[question.lang] = context.new_page()
            page.goto(root)
            page.locator(".md-search__input").click()
            page.keyboard.type("a")
            page.evaluate(ANSWERED, "a")
        page = pages[question.lang]
        box = page.locator(".md-search__input")
        box.fill("")
        page.keyboard.insert_text(question.text)
        box.press("Shift")  # the theme answers keys only
        page.evaluate(ANSWERED, question.text)
        links = page.locator(".md-search-result__list").evaluate(SHOWN)
        answers[question] = [link.removeprefix(root) for link in links]
    for page in pages.values():
        page.context.close()
    return answers


def rank(question: Question, shown: list[str]) -> int:
    """The place of the first acceptable link, from 1; 0 when none is shown."""
    return next((n for n, place in enumerate(shown, 1) if place in INTENTS[question.intent]), 0)


def scores(answers: dict[Question, list[str]]) -> dict[tuple[str, str], Score]:
    """Scores by language and group: "all", each kind, and the two splits."""
    found: defaultdict[tuple[str, str], Score] = defaultdict(Score)
    for question, shown in answers.items():
        for group in dict.fromkeys(("all", question.split, question.kind)):
            found[question.lang, group].add(rank(question, shown), shown)
    return found


def build_theme_search(site: Path) -> None:
    """Build the guide into `site` with Material's own index, worker and behaviour in place of ours."""
    subprocess.run([sys.executable, "-c", BUILD_WITHOUT_OURS, str(site)], cwd=ROOT, check=True)
    worker = next(Path(material.__file__).parent.glob("templates/assets/javascripts/workers/search.*.min.js"))
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        page.write_text(text.replace("assets/javascripts/search-worker.js", f"assets/javascripts/{worker.name}"), "utf-8")
    shutil.copy(worker, site / "assets/javascripts")
    (site / "assets/javascripts/search.js").write_text("guide.search = () => {};", "utf-8")


KEYS = """async asked => {
  const box = document.querySelector(".md-search__input"), list = document.querySelector(".md-search-result__list");
  const shown = () => new Promise(done => new MutationObserver((_, watch) => { watch.disconnect(); requestAnimationFrame(() => setTimeout(done)); })
    .observe(list, { childList: true }));
  const waits = [];
  for (let n = 2; n <= asked.length; n++) {
    const start = performance.now();
    box.value = asked.slice(0, n);
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await shown();
    waits.push(performance.now() - start);
    await new Promise(done => setTimeout(done, 150));
  }
  return waits; }"""
GROWN = """async ([times, queries]) => {
  const index = await (await fetch("search/search_index.json")).json();
  const copies = n => index.docs.map(doc => ({ ...doc, location: n ? doc.location.replace(/(#|$)/, `copy${n}$1`) : doc.location }));
  const worker = new Worker(document.querySelector("#__config").textContent.match(/"search": "([^"]*)"/)[1]);
  const told = message => new Promise((done, failed) => { worker.onmessage = done; worker.onerror = event => failed(new Error(event.message || "the worker failed")); worker.postMessage(message); });
  const start = performance.now();
  await told({ type: 0, data: { ...index, docs: Array.from({ length: times }, (_, n) => copies(n)).flat() } });
  const ready = performance.now() - start, took = [];
  for (const query of queries) {
    const start = performance.now();
    await told({ type: 2, data: query });
    took.push(performance.now() - start);
  }
  worker.terminate();
  return { ready, took }; }"""


def speed(browser: Browser, address: str) -> None:
    """Print how long after a key the results stand there, with the page's own thread slowed four times, and a query's cost as the text grows."""
    for lang, typed in (("zh", ("注销了还在扣钱怎么办", "zhuxiao liucheng")), ("en", ("still charged after cancelling", "early termination fee"))):
        page = browser.new_context(viewport={"width": 412, "height": 823}, service_workers="block").new_page()
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(address + LANGS[lang])
        page.locator("[data-toggles=__search]").click()
        page.keyboard.type("a")
        page.locator(".md-search-result__link").first.wait_for()
        waits = sorted(wait for text in typed for wait in page.evaluate(KEYS, text))
        print(f"{lang}  from key to results, slowed 4 times: median {statistics.median(waits):.0f} ms, worst {waits[-1]:.0f} ms of {len(waits)} keys", flush=True)
        page.context.close()
        page = browser.new_context(service_workers="block").new_page()
        page.goto(address + LANGS[lang])
        queries = [q.text for q in questions() if q.lang == lang][::20]
        for times in (1, 10, 100, 1000):
            try:
                grown = page.evaluate(GROWN, [times, queries])
            except Error as error:
                print(f"{lang}  {times:5} times the text: {error.message.splitlines()[0]}", flush=True)
                break
            print(f"{lang}  {times:5} times the text: index ready in {grown['ready']:.0f} ms, a query median {statistics.median(grown['took']):.1f} ms, "
                  f"worst {max(grown['took']):.1f} ms", flush=True)
        page.context.close()


def main() -> None:
    """Run both engines over the list named on the command line, or the repository's, and print the tables."""
    is_speed = sys.argv[1:] == ["--speed"]
    asked = questions(Path(sys.argv[1]) if sys.argv[1:] and not is_speed else QUESTIONS)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        ours, theirs = Path(folder, "ours"), Path(folder, "theirs")
        done = build(ours)
        if done.returncode:
            sys.exit(done.stderr)
        chrome = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGS)
        if is_speed:
            return speed(chrome, serve(ours)[1])
        build_theme_search(theirs)
        for name, site in (("this guide", ours), ("Material's own, with jieba", theirs)):
            server, address = serve(site)
            answers = ask(chrome, address, asked)
            server.shutdown()
            print(f"\n{name:28}   n   hit@1   hit@3  MRR@10    none")
            for (lang, group), score in sorted(scores(answers).items()):
                print(f"  {lang}  {group:22} {score}")
            if site is ours:
                print("\nmisses (not among the first three):")
                for question, shown in answers.items():
                    if not 0 < rank(question, shown) <= 3:
                        print(f"  {question.lang}  {question.kind:12} {question.text}  [{question.intent}]  {' '.join(shown[:3])}")
        chrome.close()


if __name__ == "__main__":
    main()
