"""Reads the built pages for the tests: their article, headings, links and ids."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import lxml.html

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass
class BuiltPage:
    """A page as it was built. url: below its language's root, "" or "faq/"; lang: "zh" or "en"."""

    file: Path
    lang: str
    url: str

    @cached_property
    def tree(self) -> lxml.html.HtmlElement:
        return lxml.html.document_fromstring(self.file.read_text("utf-8"))

    @cached_property
    def article(self) -> lxml.html.HtmlElement:
        """The text that writers wrote: without the list of sources, which the build adds."""
        article = lxml.html.fromstring(lxml.html.tostring(self.tree.xpath("//article[contains(@class,'md-content__inner')]")[0], encoding="unicode"))
        for section in article.xpath(".//section[@class='sources']"):
            section.drop_tree()
        return article

    def headings(self) -> list[tuple[str, str]]:
        """(level, id) of every heading of the text, in order; id is "" where there is none."""
        return [(h.tag, h.get("id", "")) for h in self.article.iter(*HEADINGS)]

    def ids(self) -> list[str]:
        return self.tree.xpath("//@id")

    def links(self) -> list[str]:
        """Every address that the page names: links, images, scripts, sheets."""
        return self.tree.xpath("//*[not(self::link[@rel='canonical'])]/@href | //@src")


def built_pages(site: Path) -> list[BuiltPage]:
    """Every page of the built site except the 404 pages."""
    pages = []
    for file in sorted(site.rglob("index.html")):
        url = file.parent.relative_to(site).as_posix().removeprefix(".")
        lang, url = ("en", url.removeprefix("en").lstrip("/")) if url == "en" or url.startswith("en/") else ("zh", url)
        pages.append(BuiltPage(file, lang, f"{url}/" if url else ""))
    return pages


def pairs(site: Path) -> list[tuple[BuiltPage, BuiltPage]]:
    """Every page with its counterpart, (Chinese, English); pages without one are left out."""
    by = {(p.lang, p.url): p for p in built_pages(site)}
    return [(by["zh", url], by["en", url]) for lang, url in sorted(by) if lang == "zh" and ("en", url) in by]
