"""Reads data/ and checks it: what the guide holds as true, once, in both languages."""

from __future__ import annotations

import datetime as dt
import difflib
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterable

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource

MOST_QUESTIONS = 5
"""No way through the chooser asks more than this."""
STALE_AFTER = dt.timedelta(days=180)
"""A fact checked longer ago than this is shown to readers as due for a check."""

Entry = dict[str, Any]


class RegisterError(Exception):
    """Something in data/ is wrong; each line names the file, the entry and the field."""


@dataclass
class Register:
    """The register as the build uses it.

    facts: fact id -> entry (data/schema/facts.json).
    providers: provider id -> entry (data/schema/provider.json), in order of name.
    glossary, unknown: entries in the order of their files.
    phrases: "phone", "store" and "letter" -> lines.
    chooser: the tree of questions and outcomes (data/schema/chooser.json).
    plan: the cards, marks and stages of the leaving plan (data/schema/plan.json).
    asked: address of a section, below a language's root -> {"zh": words, "en": words}, which readers search it with.
    redirects: address that moved -> address now, both below a language's root: "faq/#old" -> "esim/#new".
    """

    facts: dict[str, Entry] = field(default_factory=dict)
    providers: dict[str, Entry] = field(default_factory=dict)
    glossary: list[Entry] = field(default_factory=list)
    phrases: dict[str, list[Entry]] = field(default_factory=dict)
    unknown: list[Entry] = field(default_factory=list)
    chooser: Entry = field(default_factory=dict)
    plan: Entry = field(default_factory=dict)
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)

    def fact(self, fact_id: str) -> Entry:
        """The fact with this id. Raises RegisterError, naming near ids, when there is none."""
        try:
            return self.facts[fact_id]
        except KeyError:
            near = difflib.get_close_matches(fact_id, self.facts, 3)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise RegisterError(f"unknown fact '{fact_id}'{hint}") from None

    def provider_sources(self, provider: Entry) -> list[Entry]:
        """A provider's own sources and those of the facts it names, each address once."""
        entries = [provider, *(self.facts[i] for i in provider.get("facts", []))]
        channels = [self.facts[c["fact"]] for c in provider["channels"] if "fact" in c]
        found = {s["url"]: s for e in (*entries, *channels) for s in e["sources"]}
        return list(found.values())

    def dated(self) -> Iterable[tuple[str, Entry]]:
        """Every entry that has a day of checking, with its kind: ("fact" | "provider", entry)."""
        yield from (("fact", e) for e in self.facts.values())
        yield from (("provider", e) for e in self.providers.values())

    def urls(self) -> set[str]:
        """Every address that the register holds."""
        sources = {s["url"] for _, e in self.dated() for s in e["sources"]}
        channels = {c["url"] for p in self.providers.values() for c in p["channels"] if "url" in c}
        terms = {g["source"] for g in self.glossary if "source" in g}
        values = {v for f in self.facts.values() for v in f.get("value", {}).values() if isinstance(v, str) and v.startswith("http")}
        return sources | channels | terms | values


def today() -> dt.date:
    """The day of the build: SOURCE_DATE_EPOCH (seconds) if it is set, else the clock's, in UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = dt.datetime.fromtimestamp(int(epoch), dt.timezone.utc) if epoch else dt.datetime.now(dt.timezone.utc)
    return now.date()


def is_due(entry: Entry, day: dt.date | None = None) -> bool:
    """Whether an entry was checked so long before `day` (default: today) that it is due again."""
    return (day or today()) - dt.date.fromisoformat(entry["checked"]) > STALE_AFTER


def load(root: Path) -> Register:
    """Read and check the register below `root`/data.

    Raises RegisterError with every fault found, one a line: "file: entry: field: what is wrong".
    """
    data = root / "data"
    validators = _validators(data / "schema")
    faults: list[str] = []
    register = Register()

    def read(path: Path, schema: str) -> Any:
        name = path.relative_to(root).as_posix()
        if not path.exists():
            faults.append(f"{name}: there is no such file")
            return None
        try:
            content = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        except yaml.YAMLError as error:
            faults.append(f"{name}: not YAML: {' '.join(str(error).split())}")
            return None
        found = [f"{name}: {_describe(error, content)}" for error in validators[schema].iter_errors(content)]
        faults.extend(found)
        return None if found else content

    def collect(into: dict[str, Entry], entry: Entry, name: str) -> None:
        if entry["id"] in into:
            faults.append(f"{name}: {entry['id']}: id: used twice")
        into[entry["id"]] = entry
        if (checked := _day(entry["checked"])) is None:
            faults.append(f"{name}: {entry['id']}: checked: '{entry['checked']}' is no day of the calendar")
        elif checked > today():
            faults.append(f"{name}: {entry['id']}: checked: {entry['checked']} lies in the future")
        for source in entry["sources"]:
            published = source["published"]
            if published and published > today().isoformat():
                faults.append(f"{name}: {entry['id']}: sources: {source['url']}: published {published} lies in the future")

    for path in sorted((data / "facts").glob("*.yml")):
        for entry in read(path, "facts.json") or []:
            collect(register.facts, entry, path.relative_to(root).as_posix())
    for path in sorted((data / "providers").glob("*.yml")):
        if entry := read(path, "provider.json"):
            name = path.relative_to(root).as_posix()
            if entry["id"] != path.stem:
                faults.append(f"{name}: {entry['id']}: id: must be the file's name, '{path.stem}'")
            collect(register.providers, entry, name)
    register.glossary = read(data / "glossary.yml", "glossary.json") or []
    register.phrases = read(data / "phrases.yml", "phrases.json") or {}
    register.unknown = read(data / "unknown.yml", "unknown.json") or []
    register.chooser = read(data / "chooser.yml", "chooser.json") or {}
    register.plan = read(data / "plan.yml", "plan.json") or {}
    register.asked = read(data / "asked.yml", "asked.json") or {}
    register.redirects = read(data / "redirects.yml", "redirects.json") or {}

    faults.extend(_cross_check(register))
    if faults:
        raise RegisterError("\n".join(faults))
    register.providers = dict(sorted(register.providers.items(), key=lambda p: p[1]["name"]["en"].casefold()))
    return register


def _cross_check(register: Register) -> Iterable[str]:
    """Faults that no schema sees: references to nothing, one address described in two ways, doubled ids."""
    described: dict[str, Entry] = {}
    for _, entry in register.dated():
        for source in entry["sources"]:
            known = {k: v for k, v in source.items() if k != "expect"}
            first = described.setdefault(source["url"], known)
            if first != known:
                keys = ", ".join(k for k in known if first.get(k) != known[k])
                yield f"data: {entry['id']}: sources: {source['url']}: {keys} differ from another entry's"
    for provider in register.providers.values():
        name = f"data/providers/{provider['id']}.yml: {provider['id']}"
        channels = [c["fact"] for c in provider["channels"] if "fact" in c]
        for fact_id in (*provider.get("facts", []), *channels):
            if fact_id not in register.facts:
                yield f"{name}: facts: unknown fact '{fact_id}'"
        for fact_id in channels:
            values = register.facts.get(fact_id, {}).get("value", {})
            if fact_id in register.facts and not any(is_phone(v) for v in values.values()):
                yield f"{name}: channels: fact '{fact_id}' holds no phone"
    for kind, entries in (("glossary", register.glossary), ("unknown", register.unknown),
                          *((f"phrases/{k}", v) for k, v in register.phrases.items())):
        seen: set[str] = set()
        for entry in entries:
            if entry["id"] in seen:
                yield f"data/{kind.split('/')[0]}.yml: {entry['id']}: id: used twice"
            seen.add(entry["id"])
    for name, content in (("data/chooser.yml", register.chooser), ("data/plan.yml", register.plan)):
        for fact_id in sorted(_facts_named(content) - register.facts.keys()):
            yield f"{name}: unknown fact '{fact_id}'"
    if register.chooser:
        yield from _check_chooser(register.chooser)
    if register.plan:
        yield from _check_plan(register.plan)


def _facts_named(content: Any) -> set[str]:
    """The ids of the facts that the macros in the texts of an entry name."""
    if isinstance(content, str):
        calls = re.findall(r"\{\{ *(\w+)\(([^)]*)\)", content)
        names = [(macro, re.findall(r'"([^"]*)"', arguments)) for macro, arguments in calls]
        return {fact_id for macro, ids in names for fact_id in (ids if macro == "cite" else ids[:1])}
    parts = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return set().union(*map(_facts_named, parts))


def _check_chooser(chooser: Entry) -> Iterable[str]:
    """Faults of the tree: doubled ids, ways that lead nowhere, round in a circle or too far, outcomes that no way leads to."""
    name = "data/chooser.yml"
    questions = {q["id"]: [o["to"] for o in q["options"]] for q in chooser["questions"]}
    ids = [*(q["id"] for q in chooser["questions"]), *(o["id"] for o in chooser["outcomes"])]
    yield from (f"{name}: {i}: id: used twice" for i in sorted({i for i in ids if ids.count(i) > 1}))
    nowhere = [(q, to) for q, targets in {"start": [chooser["start"]], **questions}.items() for to in targets if to not in ids]
    yield from (f"{name}: {question}: leads to '{to}', which is no question and no outcome" for question, to in nowhere)
    reached: set[str] = set()

    def walk(here: str, way: tuple[str, ...]) -> Iterable[str]:
        reached.add(here)
        if here in way:
            yield f"{name}: {here}: leads back to itself: {' > '.join((*way, here))}"
        elif here in questions and len(way) == MOST_QUESTIONS:
            yield f"{name}: {here}: is question {len(way) + 1} of a way, at most {MOST_QUESTIONS}: {' > '.join((*way, here))}"
        else:
            for to in questions.get(here, []):
                yield from walk(to, (*way, here))

    yield from dict.fromkeys(walk(chooser["start"], ()))
    yield from (f"{name}: {i}: no answer leads to it" for i in ids if i not in reached)


def _check_plan(plan: Entry) -> Iterable[str]:
    """Faults of the plan: doubled ids, days out of order, tasks for a kind of card that no card is."""
    name = "data/plan.yml"
    tasks = [t for stage in plan["stages"] for t in stage["tasks"]]
    ids = [e["id"] for e in (*plan["cards"], *plan["stages"])], [t["id"] for t in tasks]
    yield from (f"{name}: {i}: id: used twice" for group in ids for i in sorted({i for i in group if group.count(i) > 1}))
    days = [stage["day"] for stage in plan["stages"] if not stage.get("left")]
    if days != sorted(days):
        yield f"{name}: stages: day: {days} are not in order"
    kinds = {"instalments", "account"}.union(*(card["kinds"] for card in plan["cards"]))
    yield from (f"{name}: {t['id']}: for: '{k}' is no kind of card" for t in tasks for k in t.get("for", []) if k not in kinds)


def is_phone(value: Any) -> bool:
    """Whether a fact's value is a phone number."""
    return isinstance(value, dict) and "national" in value


def is_fee(value: Any) -> bool:
    """Whether a fact's value is an amount of money."""
    return isinstance(value, dict) and "amount" in value


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _validators(folder: Path) -> dict[str, Draft202012Validator]:
    schemas = {p.name: json.loads(p.read_text("utf-8")) for p in sorted(folder.glob("*.json"))}
    registry = Registry().with_resources((name, Resource.from_contents(s)) for name, s in schemas.items())
    return {name: Draft202012Validator(s, registry=registry) for name, s in schemas.items()}


def _describe(error: Any, content: Any) -> str:
    """One fault of a schema as "entry: field: what is wrong"."""
    if error.context:
        error = best_match([error]) or error
    path = list(error.absolute_path)
    entry = ""
    here = content
    for depth, step in enumerate(path):
        here = here[step]
        if isinstance(here, dict) and isinstance(here.get("id"), str):
            entry, rest = here["id"], path[depth + 1:]
            break
    else:
        rest = path
        if isinstance(content, dict) and isinstance(content.get("id"), str):
            entry = content["id"]
    where = ".".join(str(step) for step in rest)
    return ": ".join(part for part in (entry, where, error.message) if part)
