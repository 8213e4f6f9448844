"""The guide is served as it should be by a real web server, at the root and below a path; and the same commit gives the same bytes."""

from __future__ import annotations

import filecmp
import gzip
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conftest import ROOT, Watch, build

CONFIG = (ROOT / "hosting/nginx.conf").read_text("utf-8")


@pytest.fixture(scope="session")
def nginx() -> str:
    """A real nginx: one that is there, or Debian's."""
    if not shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") and shutil.which("apt-get") and os.geteuid() == 0:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environment, capture_output=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "nginx-light"], env=environment, capture_output=True)
    return (shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
            or pytest.skip("nginx is not there and could not be installed: apt-get install nginx-light"))


@pytest.fixture(scope="session", params=["", "/guide"], ids=["root", "below a path"])
def host(request: pytest.FixtureRequest, nginx: str, site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the guide behind hosting/nginx.conf, without a slash at its end."""
    folder = tmp_path_factory.mktemp("nginx")
    built = site
    if request.param:
        built = folder / "www/guide"
        done = build(built, SITE_URL=f"https://example.org{request.param}/")
        assert done.returncode == 0, done.stderr[-3000:]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = CONFIG.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/var/www/guide", str(folder / "www" if request.param else site))
    config = re.sub(r" (/en/|/404|/_)", rf" {request.param}\1", config)
    folder.chmod(0o755)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n{'user root;' if os.geteuid() == 0 else ''}\n"
        f"http {{ include /etc/nginx/mime.types; access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n{config}\n}}", "utf-8")
    running = subprocess.Popen([nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=subprocess.PIPE)
    for _ in range(50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        assert running.poll() is None, f"nginx refuses hosting/nginx.conf: {running.stderr.read().decode()}"  # type: ignore[union-attr]
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}{request.param}"
    running.terminate()
    running.wait()


def ask(address: str, **headers: str) -> tuple[int, HTTPMessage, bytes]:
    """The answer to a request: status, headers, body."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept-Encoding": "gzip", **headers})) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


@pytest.mark.parametrize("path", ["/", "/en/", "/faq/", "/assets/favicon.svg", "/no-such-page/"])
def test_every_answer_carries_the_headers(host: str, path: str) -> None:
    _, headers, _ = ask(host + path)
    for name, value in (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"),
                        ("Content-Security-Policy", "frame-ancestors 'none'"), ("Strict-Transport-Security", "max-age=31536000")):
        assert headers[name] == value, f"{path}: {name} is {headers[name]}"


def test_text_is_compressed(host: str, site: Path) -> None:
    sheet = next((site / "assets/stylesheets").iterdir()).name
    for path in ("/", "/faq/", "/search/search_index.json", "/sw.js", f"/assets/stylesheets/{sheet}"):
        status, headers, body = ask(host + path)
        assert status == 200 and headers["Content-Encoding"] == "gzip", f"{path} is not compressed"
        assert len(body) < len(gzip.decompress(body))


def test_what_is_named_by_its_content_is_kept_and_the_rest_asked_for_again(host: str, site: Path) -> None:
    sheet = next((site / "assets/stylesheets").iterdir()).name
    assert "immutable" in ask(f"{host}/assets/stylesheets/{sheet}")[1]["Cache-Control"]
    for path in ("/", "/sw.js", "/search/search_index.json"):
        _, headers, _ = ask(host + path)
        assert headers["Cache-Control"] == "no-cache", path
        assert ask(host + path, **{"If-Modified-Since": headers["Last-Modified"]})[0] == 304, f"{path} is sent again unchanged"


@pytest.mark.parametrize("path, words", [("/no-such-page/", "没有这一页"), ("/en/no-such-page/", "<h1>No such page")])
def test_a_missing_address_answers_404_in_its_language(host: str, path: str, words: str) -> None:
    status, _, body = ask(host + path)
    assert status == 404 and words in gzip.decompress(body).decode()[-20000:]


def test_an_address_without_its_last_slash_leads_to_the_page(page: Page, host: str) -> None:
    page.goto(f"{host}/en/faq")
    assert page.url == f"{host}/en/faq/"


@pytest.mark.parametrize("path", ["/", "/en/esim/", "/no-such-page/deep/", "/en/no-such-page/"])
def test_a_page_is_whole_where_it_is_served(page: Page, host: str, path: str) -> None:
    record = Watch(host)
    record.on(page)
    page.goto(host + path)
    page.locator("[data-toggles=__search]").click()
    page.keyboard.type("esim")
    page.locator(".md-search-result__link").first.wait_for()
    missing = [f for f in record.failures if path not in f]
    assert not missing and not record.foreign(), f"{missing} {record.foreign()}"
    page.keyboard.press("Escape")
    page.locator("a.switch").click()
    expect(page.locator("h1").first).to_be_visible()
    assert page.url.startswith(host)


def test_the_same_commit_gives_the_same_bytes(site: Path, tmp_path: Path) -> None:
    now = str(int(time.time()))
    twice = []
    for name in ("one", "two"):
        assert build(tmp_path / name, SOURCE_DATE_EPOCH=now).returncode == 0
        twice.append(tmp_path / name)
    files = [sorted(f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file()) for folder in twice]
    assert files[0] == files[1]
    _, different, failed = filecmp.cmpfiles(*map(str, twice), files[0], shallow=False)
    assert not different and not failed, f"built twice, these differ: {different}"
