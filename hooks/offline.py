"""Makes what is read without a network: the worker that keeps the guide on a device, and the guide as one zip."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

LIMIT = 1_000_000
"""Bytes, compressed, up to which both languages are kept at once."""
FOLDER = "korean-sim-guide"
ADDRESS = re.compile(r'\b(href|src)="(?![a-z][a-z0-9+.-]*:|/|#)([^"#?]*)(?:\?v=\w+)?(#[^"]*)?"')


class TooLarge(ValueError):
    """The offline copy has outgrown LIMIT."""


def publish(site: Path, version: str, is_kept: bool) -> None:
    """Write guide.zip and sw.js into a finished site.

    version: what own scripts carry as ?v= in the pages. is_kept: whether readers keep a copy; if not, sw.js removes it.
    Raises TooLarge when the copy would weigh more than LIMIT.
    """
    workers = site / "assets/worker"
    worker, remover = ((workers / name).read_text("utf-8") for name in ("sw.js", "sw-off.js"))
    for file in workers.iterdir():
        file.unlink()
    workers.rmdir()
    if is_kept:
        kept = {address(file, site, version): file.read_bytes() for file in files(site)}
        weight = sum(len(gzip.compress(content)) for content in kept.values())
        if weight > LIMIT:
            raise TooLarge(f"the offline copy weighs {weight} bytes compressed, more than {LIMIT}: see hooks/offline.py")
        sums = {path: "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode() for path, content in kept.items()}
        text = json.dumps(sums, indent=0)
        stamp = hashlib.sha256(f"{worker}{text}".encode()).hexdigest()[:12]
        remover = worker.replace("{{version}}", stamp).replace("{{files}}", text)
    (site / "sw.js").write_text(remover, "utf-8")
    pack(site, site / "guide.zip")


def files(site: Path) -> Iterator[Path]:
    """The files that a reader needs without a network: pages, their assets, what search and tools read."""
    scripts = "".join(file.read_text("utf-8") for file in sorted((site / "assets/javascripts").glob("*.js")) if ".min." not in file.name)
    for file in sorted(site.rglob("*")):
        path = file.relative_to(site).as_posix()
        is_asset = path.startswith("assets/") and not path.startswith("assets/images/share-") and not path.endswith((".txt", ".md"))
        is_read = "search/" in path or path.startswith("data/") and path in scripts
        if file.is_file() and (is_asset or is_read or file.suffix == ".html"):
            yield file


def address(file: Path, site: Path, version: str) -> str:
    """A file's address below the root, as pages ask for it."""
    path = file.relative_to(site).as_posix()
    own = path.startswith("assets/javascripts/") and ".min." not in path
    return re.sub(r"(^|/)index\.html$", r"\1", path) + (f"?v={version}" if own else "")


def pack(site: Path, target: Path) -> None:
    """Write the whole guide as a zip whose pages open from disk; the same site gives the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted({*files(site), *(file for file in (site / "data").rglob("*.json"))}):
            if file.name == "404.html":
                continue
            content = file.read_bytes()
            if file.suffix == ".html":
                content = for_disk(content.decode()).encode()
            if file.name == "search_index.json":  # a page on disk may not fetch; the theme's script asks for a script there
                file, content = file.with_suffix(".js"), b"var __index = " + content
            entry = zipfile.ZipInfo(f"{FOLDER}/{file.relative_to(site).as_posix()}", (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)


def for_disk(page: str) -> str:
    """A page whose links name files, since a disk does not answer for a folder; the zip itself stays where it was published."""
    canonical = re.search(r'rel="canonical" href="([^"]*)"', page)

    def name(match: re.Match[str]) -> str:
        attribute, path, section = match.groups()
        if path.endswith("guide.zip") and canonical:
            path = urljoin(canonical[1], path)
        if path in (".", "..") or path.endswith(("/", "/.", "/..")):
            path = f"{path.rstrip('/')}/index.html"
        return f'{attribute}="{path}{section or ""}"'

    return ADDRESS.sub(name, page)
