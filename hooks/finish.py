"""The last step of a build, on the whole built site: pages mended and tightened, one sheet, a content policy, an offline copy."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import offline
import rjsmin
import slim

OWN_SCRIPT = re.compile(r"(assets/javascripts/(?!\S*\.min\.)[\w/-]+\.js)(?=\")")
SITE_SCRIPT = re.compile(r"(<script data-src=[^>]*>)(?=</script>)")
INLINE_SCRIPT = re.compile(r"<script(?: data-src=[^>]*)?>(.*?)</script>", re.S)
INLINE_STYLE = re.compile(r"<style>(.*?)</style>", re.S)
MENDS = {
    '<input class="md-toggle" data-md-toggle="drawer" type="checkbox" id="__drawer" autocomplete="off">':
        '<input class="md-toggle" data-md-toggle="drawer" type="checkbox" id="__drawer" aria-label="{menu}">',
    '<input class="md-toggle" data-md-toggle="search" type="checkbox" id="__search" autocomplete="off">':
        '<input class="md-toggle" data-md-toggle="search" type="checkbox" id="__search" aria-label="{search}">',
    '<input class="md-nav__toggle md-toggle" type="checkbox" id="__toc">':
        '<input class="md-nav__toggle md-toggle" type="checkbox" id="__toc" aria-label="{toc}">',
}
"""The theme's markup -> what it should be: the toggles of menu, search and contents need a name, and may not carry `autocomplete`."""
WORDS = {
    "zh": {"menu": "菜单", "search": "搜索框", "toc": "本页内容"},
    "en": {"menu": "Menu", "search": "Search box", "toc": "Table of contents"},
}
POLICY = ("default-src 'none'", "img-src 'self' data:", "connect-src 'self'", "worker-src 'self'", "manifest-src 'self'",
          "base-uri 'none'", "form-action 'none'")
HEADERS = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What a host should send with every file, beside the policy."""


class ThemeChanged(ValueError):
    """The theme has other markup than MENDS corrects."""


def finish(site: Path, moved: dict[str, str], is_kept: bool = True) -> None:
    """Finish a built site in place.

    moved: addresses of pages, below their language's root -> where they are now. is_kept: whether readers keep an offline copy.
    Raises ThemeChanged, or offline.TooLarge.
    """
    pages = {file: file.read_text("utf-8") for file in sorted(site.rglob("*.html"))}
    scripts = sorted(file for file in (site / "assets").rglob("*.js") if ".min." not in file.name)
    for file in (f for f in scripts if f.parent.name == "javascripts"):
        file.write_text(rjsmin.jsmin(file.read_text("utf-8")), "utf-8")
    version = digest(b"".join(file.read_bytes() for file in scripts)).hex()[:8]
    pages = {file: OWN_SCRIPT.sub(rf"\1?v={version}", tighten(mend(page, "en" if file.is_relative_to(site / "en") else "zh")))
             for file, page in pages.items()}
    pages = slim.one_sheet(pages, site)
    script = site / "assets/javascripts/site.js"  # small, and on every page: a file of its own would be one more wait
    code = script.read_text("utf-8")
    script.unlink()
    for file, page in pages.items():
        page = pages[file] = SITE_SCRIPT.sub(lambda tag: tag[0] + code, page)
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy([page])}">'
        file.write_text(page.replace('<meta charset="utf-8">', f'<meta charset="utf-8">{meta}', 1), "utf-8")
    (site / "_headers").write_text(headers(policy(pages.values())), "utf-8")
    (site / "_redirects").write_text(redirects(moved), "utf-8")
    offline.publish(site, version, is_kept)


def mend(page: str, lang: str) -> str:
    """A page with the theme's faults corrected; raises ThemeChanged when one is there that MENDS does not know."""
    for fault, better in MENDS.items():
        page = page.replace(fault, better.format_map(WORDS[lang]))
    page = re.sub(r"<svg(?![^>]* width=)", '<svg width="24" height="24"', page)  # where no styles are read it would be as wide as the page
    if unnamed := re.search(r'<input class="[^"]*md-toggle(?![^>]*aria-label)[^>]*>', page):
        raise ThemeChanged(f"the theme now writes {unnamed[0]}: see MENDS in hooks/finish.py")
    return page


def tighten(page: str) -> str:
    """A page without the white space that templates leave at the ends of lines; <pre> and <textarea> keep theirs."""
    parts = re.split(r"(<pre.*?</pre>|<textarea.*?</textarea>)", page, flags=re.S)
    return "".join(part if n % 2 else re.sub(r"\s*\n\s*", "\n", part) for n, part in enumerate(parts))


def digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def policy(pages: object) -> str:
    """The content policy that lets these pages, and nothing else, run: their inline scripts and styles are named by hash."""
    def sources(pattern: re.Pattern[str]) -> str:
        found = {text for page in pages for text in pattern.findall(page)}  # type: ignore[attr-defined]
        return " ".join(["'self'", *sorted(f"'sha256-{base64.b64encode(digest(text.encode())).decode()}'" for text in found)])

    return "; ".join([*POLICY, f"script-src {sources(INLINE_SCRIPT)}", f"style-src {sources(INLINE_STYLE)}"])


def headers(content_policy: str) -> str:
    """The `_headers` file that Cloudflare Pages and Netlify read."""
    every = HEADERS | {"Content-Security-Policy": f"{content_policy}; frame-ancestors 'none'"}
    lines = ["/*", *(f"  {name}: {value}" for name, value in every.items()),
             "/assets/stylesheets/*", "  Cache-Control: public, max-age=31536000, immutable"]
    return "\n".join(lines) + "\n"


def redirects(moved: dict[str, str]) -> str:
    """The `_redirects` file that Cloudflare Pages and Netlify read; its last line gives Netlify the English 404 page."""
    lines = [f"/{lang}{old} /{lang}{new} 301" for old, new in moved.items() for lang in ("", "en/")]
    return "\n".join([*lines, "/en/* /en/404.html 404"]) + "\n"
