"""The register holds to its schemas, and each way of getting it wrong gives a message that says what to mend."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

import macros
import register
from conftest import ROOT

FACT = "data/facts/help.yml"
PROVIDER = "data/providers/airalo.yml"


@pytest.fixture
def edit(tmp_path: Path) -> Callable[[str, Callable], str]:
    """Change one file of a copy of data/ and give the faults that loading it names."""
    shutil.copytree(ROOT / "data", tmp_path / "data")

    def change(name: str, how: Callable) -> str:
        path = tmp_path / name
        content = yaml.safe_load(path.read_text("utf-8"))
        how(content)
        path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
        with pytest.raises(register.RegisterError) as caught:
            register.load(tmp_path)
        return str(caught.value)
    return change


def first(change: Callable) -> Callable:
    return lambda content: change(content[0] if isinstance(content, list) else content)


TOMORROW = (dt.datetime.now(dt.timezone.utc).date() + dt.timedelta(days=1)).isoformat()


def test_the_register_loads() -> None:
    loaded = register.load(ROOT)
    assert loaded.facts and loaded.providers and loaded.glossary


@pytest.mark.parametrize("file, change, words", [
    (FACT, first(lambda e: e.pop("claim")), ["'claim' is a required property"]),
    (FACT, first(lambda e: e["claim"].pop("en")), ["claim", "'en' is a required property"]),
    (FACT, first(lambda e: e.update(confidence="certain")), ["confidence", "'certain' is not one of"]),
    (FACT, first(lambda e: e.update(sources=[])), ["sources", "[] should be non-empty"]),
    (FACT, first(lambda e: e.update(confidnce="high")), ["'confidnce' was unexpected"]),
    (FACT, first(lambda e: e.update(checked=TOMORROW)), ["checked", "lies in the future"]),
    (FACT, first(lambda e: e.update(checked="2026-02-30")), ["checked", "is no day of the calendar"]),
    (FACT, first(lambda e: e["sources"][0].update(url="ftp://x")), ["sources.0.url", "does not match"]),
    (FACT, first(lambda e: e["sources"][0].update(published="2999-01-01")), ["published", "lies in the future"]),
    (FACT, first(lambda e: e.update(applies_to="all")), ["applies_to", "is not of type 'array'"]),
    (FACT, lambda content: content.append(content[0]), ["used twice"]),
    (PROVIDER, first(lambda e: e.pop("unknown")), ["'unknown' is a required property"]),
    (PROVIDER, first(lambda e: e.update(facts=["no-such-fact"])), ["unknown fact 'no-such-fact'"]),
    (PROVIDER, first(lambda e: e.update(channels=[{"fact": "number-hold-90-days"}])), ["holds no phone"]),
    (PROVIDER, first(lambda e: e.update(id="airlo")), ["must be the file's name"]),
    (PROVIDER, first(lambda e: e["difficulty"].update(level="trivial")), ["difficulty.level", "'trivial' is not one of"]),
    ("data/glossary.yml", lambda content: content.append(content[0]), ["used twice"]),
    ("data/phrases.yml", lambda content: content["phone"][0].update(ko="hello"), ["open-english: ko", "does not match"]),
    ("data/unknown.yml", first(lambda e: e.update(group="other")), ["group", "'other' is not one of"]),
])
def test_a_fault_is_named_with_file_entry_and_field(edit: Callable, file: str, change: Callable, words: list[str]) -> None:
    message = edit(file, change)
    assert file in message and all(word in message for word in words), message


def test_one_address_cannot_have_two_publishers(edit: Callable) -> None:
    def change(content: list) -> None:
        content.append({**content[0], "id": "twin", "sources": [{**content[0]["sources"][0], "publisher": "Somebody else"}]})
    assert "publisher differ from another entry's" in edit(FACT, change)


def test_text_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / FACT).write_text("- id: [", "utf-8")
    with pytest.raises(register.RegisterError, match=f"{FACT}: not YAML"):
        register.load(tmp_path)


def test_an_unknown_fact_suggests_its_neighbours() -> None:
    with pytest.raises(register.RegisterError, match="did you mean immigration-1345"):
        register.load(ROOT).fact("imigration-1345")


def test_a_fact_is_due_after_180_days() -> None:
    entry = {"checked": "2026-01-01"}
    assert not register.is_due(entry, dt.date(2026, 6, 30))
    assert register.is_due(entry, dt.date(2026, 7, 1))


@pytest.mark.parametrize("form, value, zh, en", [
    (macros.format_date, "2025-10-07", "2025 年 10 月 7 日", "7 October 2025"),
    (macros.format_date, "2025-10", "2025 年 10 月", "October 2025"),
    (macros.format_date, "2025", "2025 年", "2025"),
    (macros.format_fee, {"amount": 3850, "currency": "KRW", "per": "month"}, "每月 3,850 韩元", "KRW 3,850 a month"),
    (macros.format_fee, {"amount": 56.84, "currency": "USD"}, "56.84 美元", "USD 56.84"),
])
def test_values_are_written_as_each_language_does(form: Callable, value: object, zh: str, en: str) -> None:
    assert (form(value, "zh"), form(value, "en")) == (zh, en)


def test_a_phone_is_a_link_that_can_be_dialled_from_abroad() -> None:
    html = macros.format_phone({"national": "02-6343-9000", "international": "+82-2-6343-9000"}, "en")
    assert 'href="tel:0263439000"' in html and 'href="tel:+82263439000"' in html
