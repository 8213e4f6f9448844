"""What pages state as fact comes from the register, by macro, never from a writer's hand."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from conftest import ROOT, build

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
BY_HAND = {
    "phone number": r"\+82[\d-]+|\b0\d{1,2}-\d{3,4}-\d{4}\b|\b1\d{3}-\d{4}\b|(?<![\d,.#])(?:114|1345|1330|1372|1583)(?![\d,.])",
    "fee": r"\d[\d,.]*\s*(?:韩元|美元|日元|港元|人民币)|(?:KRW|USD|JPY|HKD|TWD|CNY)\s*\d",
    "date": rf"\d{{4}}\s*年(?:\s*\d{{1,2}}\s*月)?|\b(?:{MONTHS}) \d{{4}}\b|\b(?:19|20)\d\d\b",
}
PAGES = sorted((ROOT / "docs").rglob("*.md"))


def typed_by_hand(text: str) -> list[str]:
    """Phone numbers, fees and dates in a page's source that no macro prints, as "line: kind: words"."""
    text = re.sub(r"\A---\n.*?\n---\n", lambda m: "\n" * m[0].count("\n"), text, flags=re.S)
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|<!--.*?-->|\]\([^)]*\)|<time.*?</time>", "", text)
    return [f"{number}: {kind}: {match[0]}" for number, line in enumerate(text.splitlines(), 1)
            for kind, pattern in BY_HAND.items() for match in re.finditer(pattern, line)]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT / "docs").as_posix())
def test_no_phone_fee_or_date_is_typed_by_hand(page: Path) -> None:
    found = typed_by_hand(page.read_text("utf-8"))
    assert not found, f"{page.name}: print these from the register with phone(), fee() or val(): {found}"


@pytest.mark.parametrize("line", ["拨 114。", "Call +82-2-6343-9000.", "每月 3,850 韩元", "KRW 3,850", "2025 年 10 月 7 日", "7 October 2025", "in 2021"])
def test_a_fact_typed_by_hand_is_noticed(line: str) -> None:
    assert typed_by_hand(line), line


SLIPS = {
    '{{ cite("no-such-fact") }}': "unknown fact 'no-such-fact'",
    '{{ phone("number-hold-90-days") }}': "fact 'number-hold-90-days' has no value",
    "[x](no-such-page.md)": "'no-such-page.md'",
    "[x](esim.md#no-such-section)": "#no-such-section",
    "{{ no_such_macro() }}": "no_such_macro",
}
"""What a writer may get wrong, and what the message must say. The last stops its page, so it stands on one of its own."""


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What a strict build of a copy of the guide with every slip in both languages says: language -> warnings."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("mkdocs.yml", "mkdocs.en.yml", "docs", "data", "overrides", "hooks"):
        source = ROOT / name
        shutil.copytree(source, copy / name) if source.is_dir() else shutil.copy(source, copy / name)
    for lang in ("zh", "en"):
        for slip in SLIPS:
            page = copy / f"docs/{lang}/{'why' if 'macro' in slip else 'which-card'}.md"
            page.write_text(page.read_text("utf-8") + f"\n{slip}\n", "utf-8")
    done = build(copy / "site", copy)
    assert done.returncode != 0, "a strict build went through although pages have slips"
    chinese, _, english = done.stderr.partition("/site/en")
    return {"zh": re.findall(r"^WARNING.*(?:\n(?!INFO|WARNING).*)*", chinese, re.M), "en": re.findall(r"^WARNING.*(?:\n(?!INFO|WARNING).*)*", english, re.M)}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_either_language_stops_the_build(complaints: dict[str, list[str]], lang: str, slip: str) -> None:
    found = [line for line in complaints[lang] if SLIPS[slip] in line]
    assert found, f"{lang}: {slip} went unnoticed; the build warned of {complaints[lang]}"
    if "cite" in slip or "phone" in slip:
        lines = (ROOT / f"docs/{lang}/which-card.md").read_text("utf-8").count("\n")
        number = lines + 2 + 2 * list(SLIPS).index(slip)
        assert f"docs/{lang}/which-card.md:{number}:" in found[0], "the message must name page and line"
