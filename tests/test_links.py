"""Every link, asset and anchor resolves, at the root of a host and below a sub-path."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import lxml.html
import pytest

import register
from conftest import ROOT, build
from pages import built_pages

BASE = "https://guide.example/some/path/"


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide built for a sub-path of a host."""
    folder = tmp_path_factory.mktemp("below")
    done = build(folder, SITE_URL=BASE)
    assert done.returncode == 0, done.stderr[-2000:]
    return folder


def broken(site: Path, base: str) -> list[str]:
    """Addresses on the site's pages that lead nowhere within it; `base` is where the site is served."""
    ids = {p.file: set(p.ids()) for p in built_pages(site)}
    found = []
    files = [(p.file, p.tree) for p in built_pages(site)]
    files += [(f, lxml.html.parse(str(f)).getroot()) for f in (site / "404.html", site / "en/404.html")]
    for file, tree in files:
        here = urljoin(base, file.relative_to(site).as_posix().removesuffix("index.html"))
        for link in tree.xpath("//*[not(self::link[@rel='canonical'])]/@href | //@src"):
            address, anchor = urldefrag(urljoin(here, link))
            if urlsplit(address).scheme not in ("http", "https") or urlsplit(address).netloc != urlsplit(base).netloc:
                continue
            if not address.startswith(base):
                found.append(f"{here}: {link} leaves the site's folder")
                continue
            target = site / unquote(address.removeprefix(base)).split("?")[0]
            target = target / "index.html" if target.is_dir() else target
            if not target.exists():
                found.append(f"{here}: {link} leads nowhere")
            elif anchor and anchor not in ids.get(target, set()):
                found.append(f"{here}: {link}: there is no such section")
    return found


def test_links_resolve_at_the_root(site: Path) -> None:
    assert not (wrong := broken(site, "https://korean-sim.example/")), "\n".join(wrong[:20])


VAGUE = set("click here,click this,go,here,information,learn more,more,more info,more information,right here,read more,see more,start,this,"
            "点击这里,点这里,这里,此处,更多,了解更多,详情,链接".split(","))
"""What a link may not be called: it says nothing where links are read one by one (the English ones are Lighthouse's)."""


def test_a_link_says_where_it_leads(site: Path) -> None:
    links = [(p.lang, p.url, link.text_content().strip()) for p in built_pages(site) for link in p.tree.iter("a")]
    assert not (vague := [link for link in links if link[2].lower() in VAGUE]), vague[:5]


def test_links_resolve_below_a_sub_path(below: Path) -> None:
    assert not (wrong := broken(below, BASE)), "\n".join(wrong[:20])


def test_a_broken_link_is_noticed(site: Path, tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text('<a href="nowhere/">x</a><a href="#none">x</a><a href="/root">x</a>', "utf-8")
    (tmp_path / "en").mkdir()
    for name in ("404.html", "en/404.html"):
        (tmp_path / name).write_text("<p>x</p>", "utf-8")
    assert len(broken(tmp_path, BASE)) == 3


def test_canonical_addresses_follow_the_host(below: Path) -> None:
    for page in built_pages(below):
        expected = BASE + ("en/" if page.lang == "en" else "") + page.url
        assert page.tree.xpath("//link[@rel='canonical']/@href") == [expected]
        assert page.tree.xpath("//meta[@property='og:url']/@content") == [expected]
        image = page.tree.xpath("//meta[@property='og:image']/@content")[0]
        assert image.startswith(BASE) and (below / image.removeprefix(BASE)).exists(), f"{expected}: no picture at {image}"


def test_the_sitemap_pairs_both_languages(below: Path) -> None:
    tree = lxml.etree.parse(str(below / "sitemap.xml"))
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    entries = {e.findtext("s:loc", namespaces=names): {a.get("hreflang"): a.get("href") for a in e.findall("x:link", names)}
               for e in tree.getroot().findall("s:url", names)}
    assert set(entries) == {BASE + ("en/" if p.lang == "en" else "") + p.url for p in built_pages(below)}
    for address, links in entries.items():
        assert set(links) == {"zh-Hans", "en", "x-default"}, f"{address}: hreflang is {set(links)}"
        assert address in links.values() and entries[links["en"]] == entries[links["zh-Hans"]] == links
    assert not (below / "en/sitemap.xml").exists()


def test_shared_assets_are_written_once(site: Path) -> None:
    assert not (site / "en/assets").exists(), "English pages must use the assets at the root"


def test_external_links_stand_in_the_register(site: Path) -> None:
    known = register.load(ROOT).urls()
    for page in built_pages(site):
        for link in page.tree.xpath("//a/@href"):
            if urlsplit(link).scheme in ("http", "https"):
                assert link in known, f"{page.lang}/{page.url}: {link} stands in no entry of data/; name its source there first"
            else:
                assert urlsplit(link).scheme in ("", "tel", "mailto"), f"{page.lang}/{page.url}: {link}"


def test_only_sources_without_https_are_linked_without_it(site: Path) -> None:
    sources = {s["url"] for _, e in register.load(ROOT).dated() for s in e["sources"]}
    for page in built_pages(site):
        plain = {l for l in page.links() if l.startswith("http://")}
        assert plain <= sources, f"{page.lang}/{page.url}: use https: {plain - sources}"
