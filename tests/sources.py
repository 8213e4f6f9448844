"""`make sources`: asks every address that the register names whether it still answers, and writes sources-report.md.

A host that refuses programs is no broken link. Without a network it says so and stops. It exits with 0, unless asked for --strict.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import re
import sys
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "hooks"))

import register as reg  # noqa: E402

REPORT = ROOT / "sources-report.md"
AGENT = "Mozilla/5.0 (compatible; korean-sim-guide-source-check/1.0)"
TIMEOUT, PAUSE, WORKERS, MOST = 20.0, 1.0, 12, 3_000_000
REFUSED = {401, 402, 403, 405, 406, 407, 418, 429, 451, 503, 520, 521, 522, 523, 525, 526, 999}
"""What hosts answer to programs that they do not want; a reader's browser may well get the page."""
STATES = {
    "broken": "The page is gone: find where it moved, or another source",
    "phrase missing": "The page answers but no longer says what it was cited for: read it again",
    "unreachable": "No answer: look again in a few days",
    "refused": "The host turns programs away: open it in a browser",
    "moved": "The page answers at another address: consider the new one",
    "ok": "The page answers",
}
"""What can be found of an address -> what to do, the most pressing first."""


@dataclass
class Source:
    """An address, the phrases its page must hold, and the entries that name it."""

    url: str
    phrases: set[str] = field(default_factory=set)
    used_by: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """What was found of a source: a key of STATES, and in a few words why."""

    state: str
    detail: str = ""


def gather(register: reg.Register) -> list[Source]:
    """Every address of the register."""
    found: dict[str, Source] = {url: Source(url) for url in sorted(register.urls())}
    for _, entry in register.dated():
        for source in entry["sources"]:
            found[source["url"]].used_by.append(entry["id"])
            found[source["url"]].phrases |= {source["expect"]} if "expect" in source else set()
    return list(found.values())


def readable(body: bytes, encoding: str, charset: str | None) -> str:
    """The words of a page, in whatever coding it comes: tags and extra spaces taken out."""
    if encoding == "gzip":
        body = gzip.decompress(body)
    elif encoding == "deflate":
        body = zlib.decompress(body)
    named = re.search(rb"charset=[\"']?([\w-]+)", body[:4096])
    for coding in (charset, named and named[1].decode(), "utf-8", "cp949"):
        try:
            text = body.decode(coding or "utf-8")
            break
        except (LookupError, UnicodeDecodeError):
            continue
    else:
        text = body.decode("utf-8", "replace")
    return squeeze(unescape(re.sub(r"<[^>]*>", " ", text)))


def squeeze(text: str) -> str:
    """A text for comparing: one space between words, small letters."""
    return " ".join(text.split()).casefold()


def ask(source: Source, timeout: float = TIMEOUT) -> Answer:
    """Fetch a source once."""
    headers = {"User-Agent": AGENT, "Accept": "text/html,*/*;q=0.8", "Accept-Language": "ko,en;q=0.8,zh;q=0.6"}
    try:
        request = urllib.request.Request(quote(source.url, safe="%/:=&?~#+!$,;'@()*[]"), headers=headers)
        with urllib.request.urlopen(request, timeout=timeout) as response:
            body = response.read(MOST) if source.phrases else b""
            final, info = response.url, response.headers
    except urllib.error.HTTPError as error:
        error.close()
        state = "refused" if error.code in REFUSED else "unreachable" if error.code >= 500 else "broken"
        return Answer(state, f"status {error.code}")
    except (OSError, ValueError, http.client.HTTPException) as error:
        return Answer("unreachable", f"{type(error).__name__}: {getattr(error, 'reason', error)}"[:120])
    if source.phrases:
        try:
            text = readable(body, info.get("Content-Encoding", ""), info.get_content_charset())
        except (OSError, EOFError, zlib.error) as error:
            return Answer("unreachable", f"cannot be read: {error}")
        if missing := sorted(p for p in source.phrases if squeeze(p) not in text):
            return Answer("phrase missing", "; ".join(missing))
    return Answer("ok") if place(final) == place(source.url) else Answer("moved", final)


def place(url: str) -> tuple[str, str]:
    """What of an address tells one page from another: not the scheme, "www.", a slash at the end or a query."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/")


def check(sources: Iterable[Source], timeout: float = TIMEOUT, pause: float = PAUSE) -> dict[str, Answer]:
    """Ask each source, many hosts at a time, one page of a host at a time with a pause between; silence is asked twice."""
    hosts: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        hosts[urlsplit(source.url).netloc].append(source)
    answers: dict[str, Answer] = {}

    def visit(pages: list[Source]) -> None:
        for number, source in enumerate(pages):
            time.sleep(pause if number else 0)
            answer = ask(source, timeout)
            if answer.state == "unreachable":
                time.sleep(pause)
                answer = ask(source, timeout)
            answers[source.url] = answer

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(visit, hosts.values()))
    return answers


def online(sources: list[Source], timeout: float = 5.0) -> bool:
    """Whether any of a few hosts of the list can be reached at all."""
    hosts = list(dict.fromkeys(urlsplit(s.url).netloc for s in sources))
    few = hosts[:: max(1, len(hosts) // 6)][:6]
    reached = threading.Event()

    def knock(host: str) -> None:
        probe = next(s for s in sources if urlsplit(s.url).netloc == host)
        if ask(Source(probe.url), timeout).state != "unreachable":
            reached.set()
    with ThreadPoolExecutor(len(few) or 1) as pool:
        list(pool.map(knock, few))
    return reached.is_set()


def report(sources: list[Source], answers: dict[str, Answer], day: str) -> str:
    """The report as Markdown, the most pressing first; addresses that simply answer are only counted."""
    by: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        by[answers[source.url].state].append(source)
    lines = [f"# Sources on {day}", "", *(f"- {state}: {len(by[state])}" for state in STATES), ""]
    for state, advice in STATES.items():
        if state == "ok" or not by[state]:
            continue
        lines += [f"## {state} ({len(by[state])})", "", f"{advice}.", ""]
        for source in by[state]:
            names = ", ".join(dict.fromkeys(source.used_by)) or "glossary, channel or value"
            lines.append(f"- <{source.url}> — {answers[source.url].detail or 'no detail'} — {names}")
        lines.append("")
    return "\n".join(lines)


def main(arguments: list[str] | None = None, root: Path = ROOT, into: Path = REPORT, timeout: float = TIMEOUT, pause: float = PAUSE) -> int:
    """Check the register below `root` and write the report; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a page is gone or a phrase is missing")
    options = parser.parse_args(arguments)
    sources = gather(reg.load(root))
    if not online(sources, min(timeout, 5.0)):
        print("No network here: none of the hosts tried could be reached, so the sources were not checked. Nothing is wrong with them;\n"
              "try again where there is a network. 这里没有网络，没有核对来源；换到能上网的地方再试。")
        return 0
    print(f"Asking {len(sources)} addresses; this takes a few minutes.")
    answers = check(sources, timeout, pause)
    into.write_text(report(sources, answers, reg.today().isoformat()), "utf-8")
    counts = {state: sum(a.state == state for a in answers.values()) for state in STATES}
    print(", ".join(f"{state}: {number}" for state, number in counts.items()) + f"\nThe report is in {into.name}.")
    return 1 if options.strict and (counts["broken"] or counts["phrase missing"]) else 0


if __name__ == "__main__":
    sys.exit(main())
