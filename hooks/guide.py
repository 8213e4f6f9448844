"""What MkDocs runs while it builds: the register is read, English is built beside Chinese, foreign words are marked."""

from __future__ import annotations

import json
import os
import posixpath
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import finish
import macros
import offline
import register as reg
import search
from jinja2 import pass_context
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

ENGLISH = "mkdocs.en.yml"
SHARED = "assets/"
"""Files of the theme under this path are the same in both languages and are written once, by the Chinese build."""
MOVED = {"zh": "内容换了地方，点这里前往", "en": "This has moved: go to it"}


@event_priority(100)  # before the macros plugin, whose macros need the register
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Read the register and hand it to macros and templates."""
    root = Path(config.config_file_path).parent
    try:
        config.extra["register"] = reg.load(root)
    except reg.RegisterError as error:
        raise PluginError(f"The register in data/ has faults:\n{error}") from None
    config.extra["root"] = root
    config.extra["lang"] = "en" if is_english(config) else "zh"
    config.extra["root_url"] = config.site_url.removesuffix("en/") if is_english(config) else config.site_url
    if is_english(config):
        config.theme.static_templates -= {"sitemap.xml"}
    return config


def is_english(config: MkDocsConfig) -> bool:
    """Whether this is the English half of the build."""
    return Path(config.config_file_path).name == ENGLISH


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Leave the shared assets and the sitemap to the Chinese build."""
    if is_english(config):
        for file in [f for f in files if f.src_uri.startswith((SHARED, "sitemap.xml"))]:
            files.remove(file)
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Give each page its short name for menus and the absolute addresses of both its languages."""
    page.title = page.meta.get("short", page.title)
    root = config.extra["root_url"]
    chinese, english = root + page.url, f"{root}en/{page.url}"
    page.meta["alternates"] = [("zh-Hans", chinese), ("en", english), ("x-default", chinese)]
    return markdown


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Keep the questions and outcomes of the chooser, which are many and shown one at a time, out of the table of contents."""
    for title in page.toc:
        for section in title.children:
            section.children = [item for item in section.children if not item.id.startswith("choose-")]
    return html


def on_env(env: Any, config: MkDocsConfig, files: Files) -> Any:
    """Give templates what they print of the register, and let English pages find the shared assets."""
    lang = config.extra["lang"]
    env.globals |= {
        "lang_id": lang,
        "theme_script": next(file.name for folder in config.theme.dirs for file in Path(folder).glob("assets/javascripts/bundle.*.min.js")),
        "confidence": {level: words[lang] for level, words in macros.CONFIDENCE.items()},
        "page_at": lambda path: files.get_file_from_path(path).page,
    }
    env.filters |= {
        "day": lambda text: macros.format_date(text, lang),
        "fact_of": config.extra["register"].fact,
        "is_due": reg.is_due,
    }
    in_language = env.filters["url"]

    @pass_context
    def from_root(context: Any, path: str) -> str:
        """The address, as a page of either language names it, of a path below the whole site's root."""
        up = f"{context['base_url']}/.." if lang == "en" else context["base_url"]
        address = posixpath.normpath(f"{up.rstrip('/')}/{path}")
        return f"{address.rstrip('/')}/" if path.endswith("/") or not path else address

    @pass_context
    def url(context: Any, path: str) -> str:
        return from_root(context, path) if path.startswith(SHARED) else in_language(context, path)

    env.filters |= {"from_root": from_root, "url": url}
    return env


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Leave a line for each section that moved away; mark each run of another language, for its glyphs and voice."""
    lang = config.extra["lang"]
    moved = "".join(
        f'<p class="moved" id="{old.partition("#")[2]}"><a href="{get_relative_url(new, page.url)}">{MOVED[lang]}</a></p>'
        for old, new in config.extra["register"].redirects.items()
        if "#" in old and old.partition("#")[0] == page.url
    )
    return mark_languages(output.replace("</article>\n", f"{moved}</article>\n", 1) if moved else output, lang)


def on_post_template(output: str, template_name: str, config: MkDocsConfig) -> str:
    """Mark the 404 page as the pages are marked."""
    return mark_languages(output, config.extra["lang"]) if template_name.endswith(".html") else output


@event_priority(-100)  # after the theme has written its search index
def on_post_build(config: MkDocsConfig) -> None:
    """Leave a page where one moved away; publish the register; build the English half, as strict, below the same address."""
    register: reg.Register = config.extra["register"]
    site = Path(config.site_dir)
    lang = config.extra["lang"]
    for old, new in register.redirects.items():
        if "#" not in old:
            address = get_relative_url(new, old)
            (site / old).mkdir(parents=True, exist_ok=True)
            (site / old / "index.html").write_text(
                f'<!doctype html><html lang="{config.theme["language"]}"><meta charset="utf-8"><title>{MOVED[lang]}</title>'
                f'<meta http-equiv="refresh" content="0; url={address}"><link rel="canonical" href="{config.site_url}{new}">'
                f'<p><a href="{address}">{MOVED[lang]}</a></p></html>\n', "utf-8")
    if is_english(config):
        return
    publish(register, config.extra["root"], site / "data")
    english = load_config(
        str(config.extra["root"] / ENGLISH),
        site_dir=os.path.join(config.site_dir, "en"),
        strict=config.strict,
    )
    english.site_url = f"{config.site_url}en/"
    english.plugins.on_startup(command="build", dirty=False)
    build(english)
    try:
        search.write(site, register)
        is_served = config.site_url.startswith(f"http://{config.dev_addr}/")  # by `mkdocs serve`, where a copy would be in the way
        moved = {old: new for old, new in register.redirects.items() if "#" not in old}
        finish.finish(site, moved, is_kept=config.extra["offline"] and not is_served)
    except (search.Missing, finish.ThemeChanged, offline.TooLarge) as error:
        raise PluginError(str(error)) from None


def publish(register: reg.Register, root: Path, folder: Path) -> None:
    """Write the register as JSON, with its schemas, for whoever wants to build on it."""
    shutil.copytree(root / "data/schema", folder / "schema")
    for name, entries in (("facts", register.facts), ("providers", register.providers)):
        text = json.dumps(list(entries.values()), ensure_ascii=False, indent=1)
        (folder / f"{name}.json").write_text(text + "\n", "utf-8")


def on_serve(server: Any, config: MkDocsConfig, builder: Any) -> Any:
    """Reload on a change in either language, in data/ and in overrides/."""
    root = config.extra["root"]
    for path in ("docs", "data", "overrides", ENGLISH):
        server.watch(str(root / path))
    return server


RUNS = {
    "ko": re.compile(r"[가-힣ㄱ-ㆎ]+(?:[ ·,./]*[가-힣ㄱ-ㆎ]+)*"),
    "zh-Hans": re.compile(r"[一-鿿]+(?:[ ，。、；：？！“”（）·]*[一-鿿]+)*"),
}


class LanguageMarker(HTMLParser):
    """Copies a page and puts <span lang> around runs of Hangul and, in English, of Han, where nothing marks them yet."""

    SKIP = {"script", "style", "title", "textarea", "option"}
    VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

    def __init__(self, lang: str) -> None:
        super().__init__(convert_charrefs=False)
        self.runs = RUNS if lang == "en" else {"ko": RUNS["ko"]}
        self.out: list[str] = []
        self.open: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.append(self.get_starttag_text() or "")
        if tag not in self.VOID:
            inside = self.open[-1][1] if self.open else None
            self.open.append((tag, dict(attrs).get("lang", inside)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.out.append(f"</{tag}>")
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        skipped = any(tag in self.SKIP for tag, _ in self.open)
        here = self.open[-1][1] if self.open else None
        for lang, run in self.runs.items():
            if not skipped and here != lang:
                data = run.sub(lambda m: f'<span lang="{lang}">{m[0]}</span>', data)
        self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.out.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.out.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.out.append(f"<!{decl}>")


def mark_languages(html: str, lang: str) -> str:
    """A page of language `lang` ("zh" or "en") with every run of Korean, and in English of Chinese, marked."""
    marker = LanguageMarker(lang)
    marker.feed(html)
    marker.close()
    return "".join(marker.out)
