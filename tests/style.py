"""The rules of CONTRIBUTING.md that a program can hold: `python tests/style.py` lists where docs/ and data/ break them."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import autocorrect_py as autocorrect
import jinja2
import lxml.html
import yaml

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "hooks"))

import macros  # noqa: E402
import register as reg  # noqa: E402

MEND = {
    "ANSWER": "标题下面先写一句回答，再放表格、列表或提示框 / begin the section with a sentence that answers its heading",
    "TERMS": "换成 data/glossary.yml 里的说法；要提到这个写法，就放进引号 / use the glossary's word; to mention this one, quote it",
    "DATES": "2026 年 11 月 22 日、3,850 韩元 / 22 November 2026, KRW 3,850",
    "盘古": "中文与西文、数字之间空一格，全角标点两侧不空格，中文句子用全角标点",
    "短句": "拆成两句；一句不超过 40 个字，一段不超过五句",
    "称呼": "称“你”，不用客套",
    "强调": "用粗体，不用斜体；标点放在粗体外面",
    "SHORT": "split it; at most 25 words a sentence",
    "PLAIN": "use British spelling",
    "NO ITALICS": "leave Korean and Chinese upright; the build marks them with lang",
    "CHARS": "换成普通字符 / type the ordinary character",
    "STOP": "句末加标点 / end the sentence with a stop",
    "IDS": "写明标识，两种语言相同 / write an id, the same in both languages: ## Title { #id }",
    "LANG": "mark it up: <span lang=\"ko\">…</span> (the build does so for text; see hooks/guide.py)",
    "MARKUP": "标记没有生效，成了文字 / this markup was not understood and is printed as it stands",
}
"""Rule -> how to mend what breaks it."""

HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff"
HANGUL = r"\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
STOPS = {"zh": "。！？：；…", "en": ".!?:"}
CLOSERS = "”’）》」)\"'"
MAX_HAN, MAX_WORDS, MAX_SENTENCES = 40, 25, 5
POLITE = r"您|小编|亲们|亲爱的"
AMERICAN = r"\b(?:colors?|centers?|favorites?|behavior|travelers?|traveling|traveled|labeled|dialed|dialing|fulfill|enrollment|catalogs?|gray|organiz\w+|recogniz\w+|authoriz\w+|apologiz\w+)\b"
"""In small letters only: a name such as "Tourist Call Center" is written as its owner writes it."""
DATES = {
    "zh": rf"[₩￦]\s?\d|\d\s*韩币|韩币\s*\d|(?:KRW|USD)\s?\d|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}",
    "en": r"[₩￦]\s?\d|\b\d(?:[\d,.]*\d)?\s?(?:KRW|won)\b|KRW\d|\b(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}\b|\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b",
}
BUTTON = r"\[[^\]]+\]\([^)]+\)\{[^{}]*\}"
"""A paragraph that is one link with a class: a button, no sentence."""
ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0"  # invisible
    "\u0370-\u03ff\u0400-\u052f"                                                   # Greek, Cyrillic
    "\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f"                              # radicals and compatibility forms of Han
    "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff61-\uff9f\U0001d400-\U0001d7ff\u2010\u2011\u2212]")  # full-width, half-width, mathematical


@dataclass(frozen=True)
class Fault:
    """A place that breaks a rule."""

    rule: str
    file: str
    line: int
    found: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.found} → {MEND[self.rule]}"


@dataclass(frozen=True)
class Text:
    """Words that readers see. kind: paragraph, item, cell, heading, title; words: as written, macros and tags not yet taken out."""

    file: str
    line: int
    lang: str
    kind: str
    words: str

    def fault(self, rule: str, found: str) -> Fault:
        return Fault(rule, self.file, self.line, found)


# --- From files to texts -----------------------------------------------------------------------------------------------

def page_texts(file: str, source: str) -> Iterator[Text]:
    """The texts of a Markdown page; `file` is "docs/zh/…" or "docs/en/…"."""
    lang = file.split("/")[1]
    front, kind, opened, words = False, "paragraph", 0, ""
    for number, raw in enumerate([*source.splitlines(), ""], 1):
        line = raw.strip()
        if line == "---" and (front or number == 1):
            front = not front
            continue
        if front:
            if match := re.match(r"(title|description):\s*(.+)", line):
                yield Text(file, number, lang, "title", match[2].strip("'\""))
            continue
        begins = re.match(r"(#+ |[-*+] |\d+\. |: {3}|\||!!!|\?\?\?|<(?!span|a |br|time)|\{%|$)", line)
        if words and begins:
            yield Text(file, opened, lang, "title" if line.startswith(":") or re.fullmatch(BUTTON, words) else kind, words)
            words = ""
        if not begins:
            opened, kind, words = (opened, kind, f"{words} {line}") if words else (number, "paragraph", line)
            continue
        rest = line[begins.end():]
        match begins[1].strip() or "blank":
            case "|":
                if not re.fullmatch(r"[|\s:-]+", line):
                    for cell in re.split(r"(?<!\\)\|", line.strip("|")):
                        yield Text(file, number, lang, "cell", cell.strip())
            case "!!!" | "???":
                yield Text(file, number, lang, "title", next(iter(re.findall(r'"(.+)"', rest)), ""))
            case mark if mark.startswith("#"):
                yield Text(file, number, lang, "heading", line)
            case mark if mark.startswith("<"):
                yield Text(file, number, lang, "cell", re.sub(r"<[^>]*>", "", line))
            case "blank" | "{%":
                pass
            case mark:
                opened, kind, words = number, "paragraph" if mark == ":" else "item", rest


UNREAD = {"synonyms", "misspellings", "avoid", "aliases", "sources", "name"}
"""Fields of data/ that hold what others write, not what the guide says."""
KINDS = dict.fromkeys(("claim", "conflict", "meaning", "question", "meanwhile"), "paragraph") | {"title": "title", "do": "title"}
"""What the fields of data/ hold: whole sentences, or a title; the others may hold a few words, as list items do."""


def data_texts(file: str, source: str) -> Iterator[Text]:
    """The texts in both languages of a YAML file of the register."""
    def walk(node: yaml.Node, field: str) -> Iterator[Text]:
        if isinstance(node, yaml.SequenceNode):
            for child in node.value:
                yield from walk(child, field)
        elif isinstance(node, yaml.MappingNode):
            for key, child in node.value:
                if key.value in UNREAD:
                    continue
                if key.value in ("zh", "en") and isinstance(child, yaml.ScalarNode):
                    yield Text(file, child.start_mark.line + 1, key.value, KINDS.get(field, "item"), child.value.strip())
                else:
                    yield from walk(child, key.value)
    if root := yaml.compose(source, yaml.CSafeLoader):
        yield from walk(root, "")


VALUES = {"val", "path", "fee", "phone", "contact"}
"""The macros that print words within a sentence."""


@cache
def macros_of(lang: str) -> dict[str, Callable[..., str]]:
    """The macros as a page of a language prints them; those that print marks or whole blocks print nothing here."""
    found: dict[str, Callable[..., str]] = {}
    page = SimpleNamespace(meta={}, file=SimpleNamespace(abs_src_path=__file__))
    macros.define_env(SimpleNamespace(
        variables={"register": reg.load(ROOT), "lang": lang, "root": ROOT}, page=page,
        macro=lambda function: found.setdefault(function.__name__, function)))
    return {name: function if name in VALUES else lambda *_, **__: "" for name, function in found.items()}


def plain(words: str, value: Callable[[str], str]) -> str:
    """The words that a reader sees: without Markdown and tags; `value` gives what stands for a macro."""
    words = re.sub(r"<!--.*?-->|\s*(?<!\{)\{:? ?[#.a-z][^{}]*\}(?!\})", "", words)
    words = re.sub(r"<br ?/?>", "\n", re.sub(r'<span class="mark".*?</span>', "X", words))
    words = re.sub(r"!?\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?:[^()]|\([^()]*\))*\)", r"\1", words)
    words = re.sub(r"\{\{.*?\}\}", lambda m: value(m[0]), words)
    return unescape(re.sub(r"<[^>]*>|\*\*|`|^#+ ", "", words)).strip()


@cache
def counted(text: Text) -> str:
    """The words to count: each macro's output stands as one word."""
    return plain(text.words, lambda macro: "X" if re.match(r"\{\{\s*(\w*)", macro)[1] in VALUES else "")


@cache
def printed(text: Text) -> str:
    """The words as they are printed, with the values of the register."""
    return plain(text.words, lambda macro: jinja2.Environment().from_string(macro).render(macros_of(text.lang)))


# --- Rules -------------------------------------------------------------------------------------------------------------

def sentences(words: str, lang: str) -> list[str]:
    """The sentences of a text."""
    if lang == "zh":
        return [s for s in re.split(rf"(?<=[。！？])[{CLOSERS}]*", words) if re.search(r"\w", s)]
    words = re.sub(r"\b(e\.g|i\.e|etc|vs|No|a\.m|p\.m|approx|Co|Ltd|Inc|St)\.(?=\s)", r"\1", words)
    return [s for s in re.split(rf"(?<=[.!?])[{CLOSERS}]*\s+", words) if re.search(r"\w", s)]


def length(sentence: str, lang: str) -> int:
    """Han characters, with each run of Latin or Hangul as one; or English words, with each menu path as one."""
    if lang == "zh":
        return len(re.findall(rf"[{HAN}]|[^{HAN}\W][^{HAN}，。；：、！？（）“”]*", sentence))
    sentence = re.sub(r"\S+(?: \S+)?(?: › \S+)+", "path", sentence)
    return len([word for word in re.split(r"[\s/—–]+", sentence) if re.search(r"\w", word)])


def long_sentences(text: Text) -> Iterator[Fault]:
    """短句, SHORT."""
    limit, rule, unit = (MAX_HAN, "短句", "个字") if text.lang == "zh" else (MAX_WORDS, "SHORT", " words")
    found = sentences(counted(text), text.lang)
    for sentence in found:
        if (size := length(sentence, text.lang)) > limit:
            yield text.fault(rule, f"{size}{unit}“{sentence.strip()}”")
    if text.lang == "zh" and text.kind == "paragraph" and text.file.startswith("docs/") and len(found) > MAX_SENTENCES:
        yield text.fault("短句", f"一段 {len(found)} 句“{found[0][:20]}…”")


def spacing(text: Text) -> Iterator[Fault]:
    """盘古: half-width punctuation and spaces beside Han, then autocorrect's rules, which Korean's own digits ("2단계") do not follow."""
    words = re.sub(rf"\d+(?=[{HANGUL}])|(?<=[{HANGUL}])\d+", "", printed(text))
    if text.lang == "zh":
        amiss = [*re.finditer(rf"[{HAN}”）]\s?[,;:!?()]|[,;!?()][{HAN}]|[{HAN}]\.(?:\s|$)", words),
                 *re.finditer(rf"(?<=[{HAN}]) (?=[{HAN}，。；：！？、（）])|(?<=[，。；：！？、（）]) (?!›)", words)]
        yield from (text.fault("盘古", f"“{words[max(0, m.start() - 6):m.end() + 6]}”") for m in amiss)
        if amiss:
            return
    autocorrect.load_config(json.dumps(LINTER[text.lang]))
    for result in autocorrect.lint_for(words, "text").lines:
        yield text.fault("盘古", f"“{result.old}”应作“{result.new}”")


LINTER = {
    "zh": {"rules": {"space-bracket": 0, "halfwidth-punctuation": 0, "fullwidth": 1, "no-space-fullwidth-quote": 1, "space-word": 1}},
    "en": {"rules": {"space-bracket": 0, "halfwidth-punctuation": 1, "fullwidth": 0, "no-space-fullwidth-quote": 0, "space-word": 1}},
}
"""autocorrect's settings, per language: brackets and full stops are held by the rules here, Chinese quotes are no matter of English."""


@cache
def banned() -> list[tuple[str, str, re.Pattern[str]]]:
    """(word that pages must not use, the glossary's word, how to find it)."""
    glossary = yaml.safe_load((ROOT / "data/glossary.yml").read_text("utf-8"))
    found = []
    for entry in glossary:
        for word in {*entry.get("misspellings", []), *entry.get("avoid", [])}:
            latin = word.isascii()
            pattern = re.compile(rf"\b{re.escape(word)}\b" if latin else re.escape(word), re.IGNORECASE)
            found.append((word, entry["en" if latin else "ko" if re.search(f"[{HANGUL}]", word) else "zh"], pattern))
    return found


def terms(text: Text) -> Iterator[Fault]:
    """TERMS. A word in quotation marks is mentioned, not used."""
    words = printed(text)
    for word, better, pattern in banned():
        for match in pattern.finditer(words):
            if not (words[:match.start()].endswith(("“", "‘", '"')) and words[match.end():].startswith(("”", "’", '"'))):
                yield text.fault("TERMS", f"“{match[0]}”：{better}")


def manners(text: Text) -> Iterator[Fault]:
    """称呼, PLAIN, DATES."""
    words = printed(text)
    if text.lang == "zh":
        yield from (text.fault("称呼", f"“{m[0]}”") for m in re.finditer(POLITE, words))
    else:
        yield from (text.fault("PLAIN", f"“{m[0]}”") for m in re.finditer(AMERICAN, words))
    yield from (text.fault("DATES", f"“{m[0]}”") for m in re.finditer(DATES[text.lang], words))


def emphasis(text: Text) -> Iterator[Fault]:
    """强调, NO ITALICS."""
    words = re.sub(r"\{\{.*?\}\}|`[^`]*`|\]\([^)]*\)", "", text.words)
    bare = re.sub(r"\*\*(.*?)\*\*", r"\1", words)
    for match in re.finditer(r"(?<![\w*])([*_])(?=[^\s*_])([^*_]*[^\s*_])\1(?![\w*])|<(?:em|i)>(.*?)</", bare):
        if re.search(f"[{HAN}{HANGUL}]", match[0]):
            yield text.fault("强调" if text.lang == "zh" else "NO ITALICS", f"“{match[0]}”")
    if text.lang == "zh":
        for match in re.finditer(r"\*\*([^*]*[，。、；：！？,.;:!?])\*\*", words):
            yield text.fault("强调", f"“{match[0]}”")


def stops(text: Text) -> Iterator[Fault]:
    """STOP: a paragraph ends in a stop; a list item or a short text does if there is one inside it. A space follows it in English."""
    words = printed(text).rstrip(CLOSERS)
    if text.lang == "en":
        yield from (text.fault("STOP", f"“{m[0]}”") for m in re.finditer(r"[a-z]{2,}[.!?][A-Z][a-z]+ ", words))
    if text.kind not in ("paragraph", "item") or not words:
        return
    inside = re.search("[。！？]" if text.lang == "zh" else r"[a-z)][.!?]\s+[A-Z]", words)
    if (inside or text.kind == "paragraph") and not words.endswith(tuple(STOPS[text.lang])):
        yield text.fault("STOP", f"“…{words[-20:]}”")


def headings(text: Text) -> Iterator[Fault]:
    """IDS."""
    if text.kind == "heading" and not re.search(r" \{ #[a-z0-9]+(-[a-z0-9]+)*( [^}]*)? \}$", text.words):
        yield text.fault("IDS", f"“{text.words}”")


RULES = (long_sentences, spacing, terms, manners, emphasis, stops, headings)


def answers(texts: list[Text], lines: list[str]) -> Iterator[Fault]:
    """ANSWER, as far as a program sees it: a heading is followed by a sentence or by a smaller heading."""
    for heading in (t for t in texts if t.kind == "heading"):
        number, following = next(((n, l) for n, l in enumerate(lines[heading.line:], heading.line + 1) if l.strip() and not re.fullmatch(BUTTON, l)), (0, ""))
        deeper = re.match("#+", following) and len(re.match("#+", following)[0]) > len(re.match("#+", heading.words)[0])
        if not deeper and not any(t.line == number and t.kind == "paragraph" for t in texts):
            yield Fault("ANSWER", heading.file, heading.line, f"“{heading.words}”")


def characters(file: str, source: str) -> Iterator[Fault]:
    """CHARS: characters that cannot be seen or that look like others, and letters in parts."""
    for number, line in enumerate(source.splitlines(), 1):
        for match in ODD.finditer(line):
            yield Fault("CHARS", file, number, f"U+{ord(match[0]):04X} {unicodedata.name(match[0], '')} in “{line[max(0, match.start() - 10):match.end() + 10]}”")
        if unicodedata.normalize("NFC", line) != line and not ODD.search(line):
            yield Fault("CHARS", file, number, f"letters in parts (not NFC) in “{line[:40]}”")


def markup(file: str, page: lxml.html.HtmlElement) -> Iterator[Fault]:
    """MARKUP: Markdown or a macro that a built page prints as it stands."""
    for place, words in runs(page):
        if match := re.search(r"\*\*|==|\{\{|\{%|\{ ?[#:.]|\]\(|^\s*(?:!!!|\?\?\?) ", words):
            yield Fault("MARKUP", file, place.sourceline or 0, f"“{words[max(0, match.start() - 15):match.end() + 15].strip()}”")


def voices(file: str, page: lxml.html.HtmlElement) -> Iterator[Fault]:
    """LANG: Korean in a built page, or Chinese in an English one, that no lang attribute marks. Part of an <option> cannot be marked."""
    for lang, run in (("ko", "[가-힣]+"), ("zh", f"[{HAN}]+")):
        for place, words in runs(page):
            here = next(iter(place.xpath("ancestor-or-self::*[@lang][1]/@lang")), "")
            part = place.tag == "option" and re.search(rf"[A-Za-z{HAN}]", words)
            if (match := re.search(run, words)) and not here.startswith(lang) and not part:
                yield Fault("LANG", file, place.sourceline or 0, f"“{match[0]}”")


def runs(page: lxml.html.HtmlElement) -> Iterator[tuple[lxml.html.HtmlElement, str]]:
    """Every run of words in the body of a page that readers see, with the element around it."""
    for text in page.xpath("//body//text()[not(ancestor::script or ancestor::style or ancestor::template or ancestor::code)]"):
        yield text.getparent().getparent() if text.is_tail else text.getparent(), str(text)


def check(file: str, source: str) -> list[Fault]:
    """Every fault of a file of docs/ or data/; `file` is its path below the root."""
    texts = list((page_texts if file.endswith(".md") else data_texts)(file, source))
    faults = [fault for text in texts for rule in RULES for fault in rule(text)]
    if file.endswith(".md"):
        faults += answers(texts, source.splitlines())
    return sorted({*faults, *characters(file, source)}, key=lambda f: (f.line, f.rule, f.found))


def files() -> list[str]:
    """The files that hold words for readers, below the root."""
    return sorted(p.relative_to(ROOT).as_posix() for pattern in ("docs/**/*.md", "data/**/*.yml") for p in ROOT.glob(pattern)
                  if p.name != "asked.yml")  # words only


if __name__ == "__main__":
    everything = [fault for file in sys.argv[1:] or files() for fault in check(file, (ROOT / file).read_text("utf-8"))]
    print("\n".join(map(str, everything)))
    sys.exit(bool(everything))
