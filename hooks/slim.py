"""Makes one small sheet of the theme's two and the site's own: only what the built pages, or a script in them, can use."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any

import tinycss2

LINK = re.compile(r'\s*<link rel="stylesheet" href="(?P<root>[^"]*)assets/stylesheets/(?P<name>[^"]+)">')
TOOL = re.compile(r'data-tool="([\w-]+)"')
LATE = re.compile(r"md-search-result|md-dialog|scrollbar-thumb")
"""What nothing needs before the theme's script is there."""
NEEDLESS = re.compile(r"transition|animation|will-change|backface|-moz-osx|-webkit-(font-smoothing|tap-highlight)")
"""Properties that only make things move or look smoother; a page is smaller, and calmer, without."""
UNUSED = ("assets/javascripts/lunr/**/*", "assets/javascripts/workers/*", "assets/images/favicon.png")
"""What the theme brings and no page asks for, beside its maps and the sheets that the one sheet replaces."""
ALWAYS = {".js", ".no-js", "[hidden]", "[open]", "[data-md-color-scheme=slate]"}
"""What this site's own script, on every page, changes in it."""
LATER = {
    "mark", "details", "summary", "article", "del", "nav", "ol", "li", "p", "h1", "h2",
    ".focus-visible", ".js-focus-visible", ".md-dialog--active", ".md-header--shadow", ".md-header__title--active",
    ".md-nav__link--active", ".md-nav__link--passed", ".md-typeset__scrollwrap", ".md-typeset__table",
    "[title]", "[data-md-color-switching]", "[data-md-scrolllock]",
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


@dataclass
class Rule:
    """A rule of a sheet. head: an at-rule's words, or ""; selectors: each as its text and what its parts ask for."""

    head: str
    selectors: list[tuple[str, list[set[str]]]] = field(default_factory=list)
    declarations: list[tuple[str, str]] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


class Usage:
    """Answers whether a selector can match anything in some pages, now or once a script has changed them.

    scripts: texts in which a word may be the name of a tag, class, id or attribute; added: such names, as selectors write them.
    """

    def __init__(self, pages: Iterable[str], scripts: Iterable[str], added: set[str]) -> None:
        elements = Elements()
        for page in pages:
            elements.feed(page)
            elements.reset()
        self.having: dict[str, set[int]] = defaultdict(set)
        for number, names in enumerate(elements.found):
            for name in names:
                self.having[name].add(number)
        self.added = added
        self.words = {word for script in scripts for word in re.findall(r"[\w-]+", script)}

    def matches(self, parts: list[set[str]]) -> bool:
        """Whether every part of a selector can match an element."""
        return all(self.exists(names) for names in parts)

    def exists(self, names: set[str]) -> bool:
        certain = [self.having.get(name, set()) for name in names
                   if name not in self.added and not all(word in self.words for word in re.findall(r"[\w-]+", name))]
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
    text = re.sub(r'="([\w-]+)"]', r"=\1]", text)
    return text if '"' in text or "(" in text else re.sub(r" ?([,>~]) ?", r"\1", text)


def parse(rules: list[Any]) -> Iterator[Rule]:
    """The rules of a sheet that tinycss2 has read."""
    for rule in rules:
        if rule.type == "qualified-rule":
            found = {tight(selector): list(compounds(selector)) for selector in selectors(rule.prelude)}
            yield Rule("", list(found.items()), [
                (d.name, tight(d.value) + ("!important" if d.important else ""))
                for d in tinycss2.parse_blocks_contents(rule.content, skip_whitespace=True, skip_comments=True)
                if d.type == "declaration" and not NEEDLESS.match(d.name)
            ])
        elif rule.type == "at-rule" and rule.content:
            head = f"@{rule.lower_at_keyword} {tight(rule.prelude)}".strip()
            if rule.lower_at_keyword in ("media", "supports"):
                yield Rule(head, rules=list(parse(tinycss2.parse_rule_list(rule.content, True, True))))
            else:
                yield Rule(head, declarations=[("", tight(rule.content))])


def early(rules: list[Rule]) -> list[Rule]:
    """The rules without those that nothing needs before the theme's script is there."""
    return [Rule(rule.head, [(text, parts) for text, parts in rule.selectors if not LATE.search(text)], rule.declarations, early(rule.rules))
            for rule in rules]


def matching(rules: list[Rule], usage: Usage) -> Iterator[Rule]:
    """The rules that can match, without animations."""
    for rule in rules:
        found = [selector for selector in rule.selectors if usage.matches(selector[1])]
        if found or rule.head and not rule.head.startswith("@keyframes"):
            yield Rule(rule.head, found, rule.declarations, list(matching(rule.rules, usage)))


def write(rules: list[Rule], named: str, later: Mapping[str, set[str]] = MappingProxyType({})) -> str:
    """The rules as text, without the custom properties that the text `named` does not name, and without what a later rule of the

    same selector says again. later: what such rules say after these, by selector.
    """
    out: list[str] = []
    said = defaultdict(set, {text: set(names) for text, names in later.items()})
    for rule in reversed(rules):
        texts = [text for text, _ in rule.selectors]
        body = write(rule.rules, named, said) if rule.rules else ";".join(
            f"{name}:{value}" if name else value for name, value in rule.declarations
            if (not name.startswith("--") or f"({name}" in named)
            and (not texts or "!" in value or any(name not in said[text] for text in texts)))
        if body:
            out.append(f"{rule.head or ','.join(texts)}{{{body}}}")
        for text in texts:
            said[text].update(name for name, _ in rule.declarations)
    return "".join(reversed(out))


def used(rules: list[Rule], usage: Usage, scripts: str) -> str:
    """The part of a sheet that is used, as small as it can be written."""
    rules = list(matching(rules, usage))
    text = ""
    while (more := write(rules, text + scripts)) != text:
        text = more
    return text


def one_sheet(pages: dict[Path, str], site: Path) -> dict[Path, str]:
    """Put into each page the styles that it can use, and publish one sheet of all for site.js to add with the theme's script.

    Gives the changed pages. Removes from the site what no page asks for now.
    """
    folder = site / "assets/stylesheets"
    names = dict.fromkeys(match["name"] for page in pages.values() for match in LINK.finditer(page))
    scripts = {f.stem: f.read_text("utf-8") for f in sorted((site / "assets/javascripts").glob("*.js")) if ".min." not in f.name}
    css = "".join(re.sub(r"/\*#.*", "", (folder / name).read_text("utf-8")) for name in names)
    rules = list(parse(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))
    css = used(rules, Usage(pages.values(), scripts.values(), ALWAYS | LATER), " ".join(scripts.values()))
    name = f"guide.{hashlib.sha256(css.encode()).hexdigest()[:8]}.css"
    for file in [*folder.iterdir(), *site.glob("assets/javascripts/**/*.map"), *(f for path in UNUSED for f in site.glob(path))]:
        if file.is_file():
            file.unlink()
    (folder / name).write_text(css, "utf-8")
    styled = {}
    for file, page in pages.items():
        tools = [scripts.get(tool, "") for tool in TOOL.findall(page)]
        style = used(early(rules), Usage([page], tools, ALWAYS), " ".join(tools)) if LINK.search(page) else ""
        styled[file] = (LINK.sub("", page).replace("</title>", f"</title>\n<style>{style}</style>", 1)
                        .replace(" data-theme=", f' data-sheet="{name}" data-theme=', 1)) if style else page
    return styled
