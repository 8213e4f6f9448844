"""Makes one small sheet of the theme's two and the site's own: only what the built pages, or a script in them, can use."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any

import tinycss2

LINK = re.compile(r'\s*<link rel="stylesheet" href="(?P<root>[^"]*)assets/stylesheets/(?P<name>[^"]+)">')
UNUSED = ("assets/javascripts/lunr", "assets/javascripts/workers", "assets/images/favicon.png")
"""What the theme brings and no page asks for, beside its maps and the sheets that the one sheet replaces."""
RUNTIME = {
    "mark", "details", "summary", "article", "del", "nav", "ol", "li", "p", "h1", "h2",
    ".js", ".no-js", ".focus-visible", ".js-focus-visible", ".md-dialog--active", ".md-header--shadow",
    ".md-header__title--active", ".md-nav__link--active", ".md-nav__link--passed", ".md-typeset__scrollwrap",
    ".md-typeset__table", "[hidden]", "[open]", "[title]", "[data-md-color-switching]", "[data-md-scrolllock]",
    *(f".md-search-result__{part}" for part in ("article", "icon", "item", "link", "list", "meta", "more", "terms")),
}
"""Tags, classes and attributes that the theme's script adds to a page: search results, dialog, place in the page."""


class Elements(HTMLParser):
    """Collects what elements there are: each as a set of its tag, classes, id and attributes, as a selector writes them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[frozenset[str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {tag}
        for name, value in attrs:
            names |= {f"[{name}]", f"[{name}={value}]"}
            if name == "class":
                names |= {f".{word}" for word in (value or "").split()}
            elif name == "id":
                names.add(f"#{value}")
        self.found.add(frozenset(names))


class Usage:
    """Answers whether a selector can match anything in the pages, now or once a script has changed them."""

    def __init__(self, pages: Iterable[str], scripts: Iterable[str]) -> None:
        elements = Elements()
        for page in pages:
            elements.feed(page)
            elements.reset()
        self.having: dict[str, set[int]] = defaultdict(set)
        for number, names in enumerate(elements.found):
            for name in names:
                self.having[name].add(number)
        self.words = {word for script in scripts for word in re.findall(r"[\w-]+", script)}

    def may_appear(self, name: str) -> bool:
        """Whether a script may add this tag, class, id or attribute."""
        return name in RUNTIME or name.split("=")[0].strip(".#[]") in self.words

    def matches(self, selector: list[Any]) -> bool:
        """Whether every part of a selector, given as tokens, can match an element."""
        return all(self.exists(part) for part in compounds(selector))

    def exists(self, names: set[str]) -> bool:
        certain = [self.having.get(name, set()) for name in names if not self.may_appear(name)]
        return not certain or bool(set.intersection(*certain))


def compounds(selector: list[Any]) -> Iterator[set[str]]:
    """The parts of a selector between its combinators, each as the set of names it asks for; pseudo-classes ask nothing."""
    names: set[str] = set()
    before = ""
    for token in selector:
        if token.type == "whitespace" or token.type == "literal" and token.value in ">+~":
            yield names
            names = set()
        elif token.type == "ident" and before != ":":
            names.add(f".{token.value}" if before == "." else token.lower_value)
        elif token.type == "hash":
            names.add(f"#{token.value}")
        elif token.type == "[] block":
            text = re.sub(r"[\"']", "", tinycss2.serialize(token.content))
            exact = re.fullmatch(r"[\w-]+(=.*)?", text)
            names.add("[" + (text if exact else re.split(r"[^\w-]", text)[0]) + "]")
        before = token.value if token.type == "literal" else ""
    yield names


def split(tokens: list[Any]) -> list[list[Any]]:
    """Tokens parted at their commas."""
    parts: list[list[Any]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        elif token.type != "comment":
            parts[-1].append(token)
    return [strip(part) for part in parts]


def strip(tokens: list[Any]) -> list[Any]:
    """Tokens without white space at either end."""
    kept = list(tokens)
    while kept and kept[0].type == "whitespace":
        kept.pop(0)
    while kept and kept[-1].type == "whitespace":
        kept.pop()
    return kept


def selectors(prelude: list[Any]) -> Iterator[list[Any]]:
    """Each selector of a rule, with `:is(a, b)` written out, which browsers before 2021 do not know."""
    for selector in split(prelude):
        choices: list[list[list[Any]]] = []
        for token in selector:
            if token.type == "function" and token.lower_name == "is":
                choices[-1] = split(token.arguments)  # takes the place of its colon
            else:
                choices.append([[token]])
        for picked in product(*choices):
            yield [token for part in picked for token in part]


def tight(tokens: list[Any]) -> str:
    """Tokens as text, without comments and needless space."""
    text = "".join(" " if t.type == "whitespace" else t.serialize() for t in strip(tokens) if t.type != "comment")
    return text if '"' in text or "(" in text else re.sub(r" ?([,>~]) ?", r"\1", text)


def keep(rules: list[Any], usage: Usage) -> Iterator[tuple[str, list[tuple[str, str]] | list[Any]]]:
    """The rules that can match: (selector, declarations), or (at-rule, rules) for a group; empty ones are left out."""
    for rule in rules:
        if rule.type == "qualified-rule":
            kept = list(dict.fromkeys(tight(s) for s in selectors(rule.prelude) if usage.matches(s)))
            declarations = [
                (d.name, tight(d.value) + ("!important" if d.important else ""))
                for d in tinycss2.parse_blocks_contents(rule.content, skip_whitespace=True, skip_comments=True)
                if d.type == "declaration"
            ]
            if kept and declarations:
                yield ",".join(kept), declarations
        elif rule.type == "at-rule" and rule.content and rule.lower_at_keyword in ("media", "supports"):
            inner = list(keep(tinycss2.parse_rule_list(rule.content, True, True), usage))
            if inner:
                yield f"@{rule.lower_at_keyword} {tight(rule.prelude)}", inner
        elif rule.type == "at-rule" and rule.content:
            yield f"@{rule.lower_at_keyword} {tight(rule.prelude)}".strip(), [("", tight(rule.content))]


def write(rules: list[Any], used: str) -> str:
    """Rules as text; without the custom properties and animations that the text `used` does not name."""
    out = []
    for head, body in rules:
        if head.startswith("@keyframes") and head.split()[-1] not in used:
            continue
        if body and isinstance(body[0][1], list):
            inner = write(body, used)
        else:
            inner = ";".join(f"{name}:{value}" if name else value for name, value in body
                             if not name.startswith("--") or f"({name}" in used)
        if inner:
            out.append(f"{head}{{{inner}}}")
    return "".join(out)


def sheet(css: str, usage: Usage, scripts: str) -> str:
    """The part of a sheet that is used, as small as it can be written."""
    rules = list(keep(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), usage))
    text = write(rules, f"{css}{scripts}")
    while (shorter := write(rules, re.sub(r"@keyframes \S+{", "", text) + scripts)) != text:
        text = shorter
    return text


def one_sheet(pages: dict[Path, str], site: Path) -> dict[Path, str]:
    """Put one sheet in the place of all; gives the pages that link it. Removes from the site what no page asks for now."""
    folder = site / "assets/stylesheets"
    names = dict.fromkeys(match["name"] for page in pages.values() for match in LINK.finditer(page))
    scripts = [file.read_text("utf-8") for file in sorted((site / "assets/javascripts").glob("*.js")) if ".min." not in file.name]
    css = "".join(re.sub(r"/\*#.*", "", (folder / name).read_text("utf-8")) for name in names)
    text = sheet(css, Usage(pages.values(), scripts), " ".join(scripts))
    name = f"guide.{hashlib.sha256(text.encode()).hexdigest()[:8]}.css"
    for file in [*folder.iterdir(), *site.glob("assets/javascripts/**/*.map"), *(f for path in UNUSED for f in (site / path).rglob("*"))]:
        if file.is_file():
            file.unlink()
    (folder / name).write_text(text, "utf-8")
    return {file: LINK.sub("", page).replace("</title>", f'</title>\n<link rel="stylesheet" href="{link["root"]}assets/stylesheets/{name}">', 1)
            if (link := LINK.search(page)) else page for file, page in pages.items()}
