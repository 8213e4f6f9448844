"""Writes each language's search index from the built pages, the register's names and the glossary's words."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Iterable

import opencc
import register as reg
from pypinyin import lazy_pinyin

PAGES: dict[str, tuple[float, float, str, str]] = {
    "faq/": (0.6, 1.5, "常见问题", "FAQ"),
    "": (0.8, 1.5, "先认卡", "Start"),
    "which-card/": (1.1, 1.3, "你的卡", "Your card"),
    "physical-sim/": (1.4, 0.7, "实体卡步骤", "SIM card steps"),
    "esim/": (1.3, 0.95, "eSIM 步骤", "eSIM steps"),
    "from-abroad/": (1.4, 1.0, "在国外", "From abroad"),
    "why/": (1.3, 0.9, "为什么", "Why"),
    "precautions/": (0.8, 1.0, "注意事项", "Precautions"),
    "planner/": (0.8, 0.6, "离境计划", "Leaving plan"),
    "korean/": (0.8, 1.0, "韩语", "Korean"),
    "carriers/": (0.7, 1.1, "名录", "Directory"),
    "carriers/travel-esim/": (0.7, 1.1, "名录", "Directory"),
    "about/": (0.6, 0.7, "关于", "About"),
}
"""A page's weight in the ranking, its sections' weight, and its short name in front of a result; others weigh 1."""

COMMON = (
    "do-i-need-to-cancel", "delete-esim-enough", "cancel-online",
    "already-left", "early-termination-fee", "charged-after-cancelling",
)
"""The questions of faq/ that a reader is offered when nothing was found."""

TERMS = "korean/#terms"
"""The section that explains the glossary's Korean terms."""

LEAD = 64
"""The longest first sentence shown, in Han characters; Latin ones may be twice as many."""

HAN = re.compile(r"[㐀-鿿]+")


class Missing(ValueError):
    """A section that search sends readers to is gone."""


def write(site: Path, register: reg.Register) -> None:
    """Replace the theme's index of both languages below `site` by the guide's own.

    `site` is the finished Chinese site with the English one in en/. Raises Missing when a section that is named here is gone.
    """
    docs = {lang: read(site, lang, register) for lang in ("zh", "en")}
    for lang, other, base in (("zh", "en", "en/"), ("en", "zh", "../")):
        index = {
            "config": {
                "lang": [lang],
                "pages": {url: {"page": page, "section": section, "name": zh if lang == "zh" else en} for url, (page, section, zh, en) in PAGES.items()},
                "terms": TERMS,
                "words": words(register, lang),
                "help": help_links(docs[lang]),
                "other": {"base": base, "known": known_in(docs[other]) if lang == "en" else ""},
            },
            "docs": docs[lang],
        }
        if lang == "zh":
            names = " ".join([*index["config"]["words"], *(f"{doc['title']} {doc.get('keys', '')}" for doc in docs[lang])])
            index["config"] |= {"fold": fold_table(json.dumps(index, ensure_ascii=False)), "pinyin": pinyin_table(names)}
        path = site / ("" if lang == "zh" else "en") / "search" / "search_index.json"
        path.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), "utf-8")


def read(site: Path, lang: str, register: reg.Register) -> list[dict[str, str]]:
    """The sections of a language's pages that say something: location, title, text (the first sentence), keys (other names), asked (readers' words)."""
    root = site if lang == "zh" else site / "en"
    docs: list[dict[str, str]] = []
    for path in sorted(root.rglob("index.html")):
        url = path.relative_to(root).as_posix().removesuffix("index.html")
        if (lang == "zh" and url.startswith("en/")) or url.endswith("sources/"):
            continue
        parser = Sections()
        parser.feed(path.read_text("utf-8"))
        for number, (anchor, title, text) in enumerate(parser.sections):
            if number and not text.strip():
                continue
            docs.append(entry(f"{url}#{anchor}" if number else url, anchor, title, text, lang, register))
    if gone := sorted(register.asked.keys() - {doc["location"] for doc in docs}):
        raise Missing(f"data/asked.yml has words for {', '.join(gone)}, which no page has")
    return docs


def entry(location: str, anchor: str, title: str, text: str, lang: str, register: reg.Register) -> dict[str, str]:
    """One section as the worker reads it; a provider's is made of its names and summary, the glossary's of its Korean terms."""
    doc = {"location": location, "title": title}
    if location in register.asked:
        doc["asked"] = register.asked[location][lang]
    if (provider := register.providers.get(anchor)) and location.startswith("carriers/"):
        names = [*provider["name"].values(), *provider.get("aliases", [])]
        doc["title"] = provider["name"][lang]
        return doc | {"text": shorten(provider["summary"][lang], LEAD), "keys": "|".join(name for name in shortest([doc["title"], *names]) if name != doc["title"])}
    if location == TERMS:
        terms = (t[key] for t in register.glossary if "ko" in t for key in ("ko", "romanisation") if key in t)
        return doc | {"text": first_sentence(text), "keys": "|".join(terms)}
    return doc | {"text": first_sentence(text)}


def first_sentence(text: str) -> str:
    """A section's first sentence, cut where it is long."""
    block = text.partition("\n")[0]
    match = re.match(r".+?(?:[。！？]|[.!?](?=\s|$))[”’）)]?", block)
    lead = match[0] if match else block
    return shorten(lead.strip(), LEAD if HAN.search(lead) else LEAD * 2)


def shorten(text: str, length: int) -> str:
    """The words of a text that fit into `length` characters, with an ellipsis where it was cut."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    cut = text[:length]
    return (cut.rsplit(" ", 1)[0] if text[length - 1].isascii() and " " in cut else cut) + "…"


def words(register: reg.Register, lang: str) -> list[str]:
    """The glossary as lists of words that mean the same to readers of a language, each one string parted by "|"."""
    def forms(term: reg.Entry) -> Iterable[str]:
        yield from (term[key] for key in ("zh", "en", "ko", "romanisation") if key in term and not (lang == "zh" and key == "en" and " " in term[key]))
        for synonyms in (term.get("synonyms", {}).get(key, []) for key in (lang, "ko")):
            yield from synonyms
        yield from (word for word in term.get("misspellings", []) if word.isascii() == (lang == "en"))

    return ["|".join(sorted(shortest(re.sub(r"[（(].*?[）)]", "", form).strip() for form in forms(term)))) for term in register.glossary]


def shortest(names: Iterable[str]) -> list[str]:
    """Names without those that hold another of them (退订套餐 holds 退订) or differ in spaces only."""
    def holds(name: str, other: str) -> bool:
        return f" {other} " in f" {name} " if other.isascii() else other in name

    spelt: dict[str, str] = {}
    for name in filter(None, names):
        spelt.setdefault(re.sub(r"\s+", "", name).lower(), name)
    plain = {re.sub(r"[\s\-]+", " ", name).lower(): name for name in spelt.values()}
    return [name for low, name in plain.items() if not any(holds(low, other) for other in plain if other != low)]


def known_in(docs: list[dict[str, str]]) -> str:
    """The Han characters of another language's headings, in both scripts: what is typed in them has results there."""
    headings = "".join(HAN.findall(" ".join(doc["title"] for doc in docs)))
    return "".join(sorted(set(headings + fold_table(headings))))


def help_links(docs: list[dict[str, str]]) -> list[str]:
    """Where a reader goes when nothing was found: the chooser, then the commonest questions."""
    places = ["which-card/", *(f"faq/#{anchor}" for anchor in COMMON)]
    if gone := set(places) - {doc["location"] for doc in docs}:
        raise Missing(f"search offers {', '.join(sorted(gone))}, which no page has: see COMMON in hooks/search.py")
    return places


def fold_table(text: str) -> str:
    """Traditional characters with the Simplified ones of `text` that they stand for, in pairs: "註注銷销…"."""
    every = "".join(map(chr, range(0x3400, 0xA000)))
    simple = opencc.OpenCC("t2s").convert("\n".join(every)).split("\n")
    used = set(text)
    return "".join(old + new for old, new in zip(every, simple) if new in used and old not in used)


def pinyin_table(text: str) -> str:
    """The characters of `text` by their readings in it, ü written u: "an安按ba吧…"."""
    readings: dict[str, set[str]] = {}
    for run in set(HAN.findall(text)):
        for character, reading in zip(run, lazy_pinyin(run)):
            if reading.isascii():
                readings.setdefault(reading.replace("v", "u"), set()).add(character)
    return "".join(reading + "".join(sorted(found)) for reading, found in sorted(readings.items()))


class Sections(HTMLParser):
    """Collects a built page's sections as (id, title, text), one line a block of text; what is no prose is left out."""

    SKIP = {"script", "style", "template", "aside", "form", "sup", "select", "textarea", "button"}
    SKIP_CLASS = {"headerlink", "cites", "mark", "sources", "provider__sources", "moved", "phrases", "chooser"}
    BLOCKS = {"p", "li", "dt", "dd", "tr", "div", "table", "ol", "ul", "dl", "summary", "section", "article"}
    CELLS = {"td", "th"}
    VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

    def __init__(self) -> None:
        super().__init__()
        self.sections: list[tuple[str, str, str]] = []
        self.open: list[tuple[str, bool]] = []
        self.inside = self.heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        classes = set((values.get("class") or "").split())
        if tag == "article" and "md-content__inner" in classes:
            self.inside, self.open = True, []
        if tag in self.VOID:
            return
        skipped = bool(self.open and self.open[-1][1]) or tag in self.SKIP or bool(classes & self.SKIP_CLASS) or "hidden" in values
        self.open.append((tag, skipped))
        if self.inside and not skipped and re.fullmatch("h[1-6]", tag):
            self.heading = True
            if values.get("id"):
                self.sections.append((values["id"], "", ""))
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if re.fullmatch("h[1-6]", tag):
            self.heading = False
        self._break(tag)
        while self.open and self.open.pop()[0] != tag:
            pass
        if not self.open:
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside and self.sections and not self.open[-1][1]:
            anchor, title, text = self.sections[-1]
            data = re.sub(r"\s+", " ", data.replace("\u2060", ""))
            self.sections[-1] = (anchor, (title + data).strip(), text) if self.heading else (anchor, title, text + data)

    def _break(self, tag: str) -> None:
        if self.inside and self.sections and (tag in self.BLOCKS or tag in self.CELLS):
            anchor, title, text = self.sections[-1]
            self.sections[-1] = (anchor, title, re.sub(r"\s*\n\s*", "\n", f"{text}\n").lstrip() if tag in self.BLOCKS else f"{text} ")
