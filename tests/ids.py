"""The lock of published addresses: `python tests/ids.py SITE` adds the new ones of a built site to tests/published.txt."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from pages import BuiltPage, built_pages

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "tests/published.txt"


def locked() -> list[str]:
    """Every address ever published, the same in both languages: "faq/" or "faq/#proof"."""
    return LOCK.read_text("utf-8").split() if LOCK.exists() else []


def present(site: Path) -> list[str]:
    """Every address of a built site that its Chinese and its English half share."""
    return both(site, lambda page: {page.url or "/", *(f"{page.url}#{i}" for _, i in page.headings())})


def moved(site: Path) -> list[str]:
    """Every address at which both halves of a built site lead on to where its section is now."""
    return both(site, lambda page: {f"{page.url}#{i}" for i in page.tree.xpath("//*[@class='moved']/@id")})


def both(site: Path, addresses: Callable[[BuiltPage], set[str]]) -> list[str]:
    by: dict[str, set[str]] = {"zh": set(), "en": set()}
    for page in built_pages(site):
        by[page.lang] |= addresses(page)
    return sorted(by["zh"] & by["en"])


def lost(site: Path) -> list[str]:
    """Locked addresses that a built site neither holds nor redirects."""
    redirected = yaml.safe_load((ROOT / "data/redirects.yml").read_text("utf-8")) or {}
    return sorted(set(locked()) - set(present(site)) - set(moved(site)) - set(redirected))


def new(site: Path) -> list[str]:
    """Addresses of a built site that are not locked."""
    return sorted(set(present(site)) - set(locked()))


if __name__ == "__main__":
    LOCK.write_text("\n".join(sorted({*locked(), *present(Path(sys.argv[1]))})) + "\n", "utf-8")
