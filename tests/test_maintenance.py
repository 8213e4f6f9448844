"""What keeps the guide true over time works: the list of due facts, the check of sources, the forms and workflows."""

from __future__ import annotations

import datetime as dt
import gzip
import http.server
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import register as reg
import sources
import stale
from conftest import ROOT


def entry(name: str, *urls: str, checked: str = "2026-01-01", **source: str) -> dict:
    kept = {"publisher": "Somebody", "kind": "news", "published": None, **source}
    return {"id": name, "checked": checked, "channels": [], "sources": [{"url": url, **kept} for url in urls]}


def test_due_entries_come_oldest_first_with_their_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(dt.datetime(2026, 9, 1, tzinfo=dt.timezone.utc).timestamp())))
    register = reg.Register(facts={n: entry(n, f"https://{n}.example/", checked=day) for n, day in
                                   (("fresh", "2026-08-30"), ("old", "2026-02-01"))},
                            providers={"older": entry("older", "https://older.example/", checked="2025-12-01")})
    text = stale.report(register)
    assert re.findall(r"^\d{4}.*", text, re.M) == ["2025-12-01  provider older  due", "2026-02-01  fact old  due"]
    assert "https://older.example/" in text and "fresh" not in text
    assert text.endswith("2 of 3 entries were checked more than 180 days ago.")
    assert "2026-08-30  fact fresh\n" in stale.report(register, everything=True)


class Host(http.server.BaseHTTPRequestHandler):
    """A host on loopback that answers as hosts in the world do, by path."""

    busy, most, seen = 0, 0, []

    def do_GET(self) -> None:
        Host.busy += 1
        Host.most = max(Host.most, Host.busy)
        Host.seen.append(self.path)
        try:
            self.answer(self.path.strip("/"))
        finally:
            Host.busy -= 1

    def answer(self, name: str) -> None:
        time.sleep(0.01)
        if name.isdigit():
            self.send_error(int(name))
        elif name == "silent":
            time.sleep(0.6)
        elif name == "moves":
            self.send_response(301)
            self.send_header("Location", "/new-place")
            self.end_headers()
        else:
            body, kind, coding = "<p>The <b>line</b>\n ends &amp; 해지</p>".encode(), "text/html; charset=utf-8", ""
            if name == "korean":
                body, kind = '<meta charset="euc-kr"><p>번호 <i>유지</i></p>'.encode("cp949"), "text/html"
            if name == "packed":
                body, coding = gzip.compress(body), "gzip"
            self.send_response(200)
            self.send_header("Content-Type", kind)
            if coding:
                self.send_header("Content-Encoding", coding)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def host() -> Iterator[str]:
    """The address of a host on loopback."""
    Host.busy, Host.most, Host.seen = 0, 0, []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.mark.parametrize("path, phrase, state", [
    ("page", None, "ok"), ("page", "the line ends & 해지", "ok"), ("page", "goes on", "phrase missing"),
    ("korean", "번호 유지", "ok"), ("packed", "the line ends", "ok"), ("moves", None, "moved"),
    ("404", None, "broken"), ("410", None, "broken"), ("403", None, "refused"), ("405", None, "refused"),
    ("429", None, "refused"), ("503", None, "refused"), ("500", None, "unreachable"), ("silent", None, "unreachable"),
])
def test_each_kind_of_answer_is_told_apart(host: str, path: str, phrase: str | None, state: str) -> None:
    answer = sources.ask(sources.Source(host + path, {phrase} if phrase else set()), timeout=0.3 if path == "silent" else 20)
    assert answer.state == state, answer


def test_a_host_is_asked_one_page_at_a_time_and_silence_twice(host: str) -> None:
    urls = [f"{host}{n}" for n in ("a", "b", "c", "500")]
    answers = sources.check([sources.Source(u) for u in urls], timeout=20, pause=0)
    assert Host.most == 1, "a host was asked for several pages at once"
    assert {answers[u].state for u in urls[:3]} == {"ok"}
    assert Host.seen.count("/500") == 2 and Host.seen.count("/a") == 1


@pytest.fixture
def run(host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run `make sources` over addresses of the host (or whole addresses): gives its exit code and its report, "" if none was written."""
    def go(*paths: str, strict: bool = False, **source: str) -> tuple[int, str]:
        urls = [p if "://" in p else host + p for p in paths]
        monkeypatch.setattr(sources.reg, "load", lambda root: reg.Register(facts={"some-fact": entry("some-fact", *urls, **source)}))
        into = tmp_path / "report.md"
        code = sources.main(["--strict"] if strict else [], into=into, timeout=20, pause=0)
        return code, into.read_text("utf-8") if into.exists() else ""
    return go


def test_the_report_names_page_reason_and_fact_and_blocks_nothing(run) -> None:
    code, text = run("page", "404", "403", "moves")
    assert code == 0
    assert "- broken: 1" in text and "- refused: 1" in text and "- ok: 1" in text
    assert re.search(r"## broken \(1\)\n\n.*\n\n- <http://127.0.0.1:\d+/404> — status 404 — some-fact\n", text)
    assert "/new-place" in text and "/page>" not in text


def test_only_what_is_gone_fails_when_asked_to_be_strict(run) -> None:
    assert run("page", "403", "429", "moves", strict=True)[0] == 0
    assert run("page", "404", strict=True)[0] == 1
    assert run("page", strict=True, expect="goes on")[0] == 1
    assert run("page", expect="goes on")[0] == 0


def test_without_a_network_it_says_so_kindly(run, capsys: pytest.CaptureFixture) -> None:
    assert run("http://127.0.0.1:9/a", "http://no-such-host.invalid/b", strict=True) == (0, "")
    assert "No network here" in capsys.readouterr().out


def test_every_address_of_the_register_is_checked() -> None:
    register = reg.load(ROOT)
    assert {s.url for s in sources.gather(register)} == register.urls()


FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("[0-9a-z]*.yml"))


@pytest.mark.parametrize("path", [p for p in FORMS if p.name != "config.yml"], ids=lambda p: p.stem)
def test_a_form_is_bilingual_and_asks_for_page_and_no_personal_data(path: Path) -> None:
    form = yaml.safe_load(path.read_text("utf-8"))
    assert form["name"] and form["description"] and "title" not in form
    notice = form["body"][0]["attributes"]["value"]
    assert form["body"][0]["type"] == "markdown" and "个人信息" in notice and "personal data" in notice, f"{path.name}: warn first"
    fields = {f["id"]: f for f in form["body"][1:]}
    assert len(fields) == len(form["body"]) - 1, f"{path.name}: two fields have one id"
    assert fields["page"]["validations"]["required"]
    for name, item in fields.items():
        assert item["type"] in ("input", "textarea", "dropdown", "checkboxes"), f"{path.name}: {name}"
        assert re.search("[一-鿿]", item["attributes"]["label"]) and re.search("[a-z]{3}", item["attributes"]["label"]), \
            f"{path.name}: {name}: write the label in both languages"


def test_a_changed_fact_needs_a_source_and_a_day() -> None:
    fields = {f.get("id"): f for f in yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE/fact-changed.yml").read_text("utf-8"))["body"]}
    assert fields["source"]["validations"]["required"] and fields["seen"]["validations"]["required"]


def workflow(name: str) -> dict:
    return yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text("utf-8").replace("\non:", "\nwhen:", 1))


def test_the_check_of_sources_never_blocks_a_change() -> None:
    flow = workflow("sources")
    assert set(flow["when"]) == {"schedule", "workflow_dispatch"}, "run it by the calendar, not on changes"
    assert any(step.get("run", "").startswith("make sources") for step in flow["jobs"]["sources"]["steps"])


def test_a_change_runs_what_ci_runs() -> None:
    flow = workflow("ci")
    assert {"push", "pull_request"} <= set(flow["when"]) and flow["permissions"] == {"contents": "read"}
    assert [s["run"] for s in flow["jobs"]["test"]["steps"] if "run" in s] == ["bash .ci/run"]
