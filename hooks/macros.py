"""The words a writer uses in a page to print what the register holds: {{ cite("…") }}, {{ phone("…") }}, {{ fee("…") }} …"""

from __future__ import annotations

import functools
import logging
import re
from html import escape
from pathlib import Path
from typing import Any

import register as reg
from mkdocs.utils import get_relative_url

log = logging.getLogger("mkdocs.plugins.guide")

CONFIDENCE = {
    "high": {"zh": "证据较强", "en": "well supported"},
    "medium": {"zh": "证据一般", "en": "some support"},
    "low": {"zh": "证据较弱", "en": "weak evidence"},
}
NOT_ESTABLISHED = {"zh": "未查明", "en": "not established"}
ABOUT_PHONE = {
    "hours": {"zh": "时间", "en": "hours"},
    "languages": {"zh": "语言", "en": "languages"},
    "cost": {"zh": "话费", "en": "call cost"},
}
COLON = {"zh": "：", "en": ": "}
CURRENCIES = {
    "KRW": "韩元", "USD": "美元", "JPY": "日元", "HKD": "港元", "TWD": "新台币", "CNY": "元人民币",
}
PER = {"month": {"zh": "每月 {}", "en": "{} a month"}, "day": {"zh": "每天 {}", "en": "{} a day"}}
MONTHS = ("January February March April May June July August September October November December").split()


def format_date(text: str, lang: str) -> str:
    """A year, month or day (YYYY[-MM[-DD]]) as it is written in a language ("zh" or "en")."""
    parts = [int(part) for part in text.split("-")]
    if lang == "zh":
        return " ".join(f"{number} {unit}" for number, unit in zip(parts, "年月日"))
    names = [str(parts[0]), *([MONTHS[parts[1] - 1]] if len(parts) > 1 else []), *map(str, parts[2:])]
    return " ".join(reversed(names))


def format_fee(fee: dict[str, Any], lang: str) -> str:
    """An amount of money as it is written in a language: "3,850 韩元", "KRW 3,850"."""
    amount = f"{fee['amount']:,}" if isinstance(fee["amount"], int) else f"{fee['amount']:,.2f}"
    text = f"{amount} {CURRENCIES[fee['currency']]}" if lang == "zh" else f"{fee['currency']} {amount}"
    return PER[fee["per"]][lang].format(text) if "per" in fee else text


def format_phone(phone: dict[str, Any], lang: str) -> str:
    """A phone number as links: as dialled in Korea and, where a source gives one, from abroad."""
    def link(number: str) -> str:
        return f'<a class="tel" href="tel:{re.sub("[^0-9+]", "", number)}">{number}</a>'

    if phone["international"] is None:
        return link(phone["national"])
    abroad = {"zh": "{}（国外拨 {}）", "en": "{} (from abroad {})"}[lang]
    return abroad.format(link(phone["national"]), link(phone["international"]))


def define_env(env: Any) -> None:
    """Give the macros to mkdocs-macros. They record on the page which facts it cites, for its list of sources."""
    register: reg.Register = env.variables["register"]
    lang: str = env.variables["lang"]

    def line_of(name: str) -> str:
        path = Path(env.page.file.abs_src_path)
        lines = path.read_text("utf-8").splitlines()
        number = next((n for n, text in enumerate(lines, 1) if f'"{name}"' in text or f"'{name}'" in text), 1)
        return f"{path.relative_to(env.variables['root']).as_posix()}:{number}"

    def fail(name: str, message: str) -> str:
        """Report a writer's slip with page and line; a strict build stops on it, `mkdocs serve` shows it."""
        log.warning("%s: %s", line_of(name), message)
        return f'<strong class="slip">{escape(message)}</strong>'

    def number_of(fact_id: str) -> int:
        cited = env.page.meta.setdefault("cited", [])
        if fact_id not in cited:
            cited.append(fact_id)
        return cited.index(fact_id) + 1

    def with_value(fact_id: str, name: str | None, kind: Any, form: Any) -> str:
        try:
            values = register.fact(fact_id).get("value", {})
        except reg.RegisterError as error:
            return fail(fact_id, str(error))
        names = [name] if name else [n for n, v in values.items() if kind(v)]
        if len(names) != 1 or names[0] not in values or not kind(values[names[0]]):
            fitting = ", ".join(n for n, v in values.items() if kind(v)) or "nothing of this kind"
            return fail(fact_id, f"fact '{fact_id}' has no value '{name}' of this kind; it has {fitting}")
        number_of(fact_id)
        return form(values[names[0]], lang)

    @env.macro
    def cite(*fact_ids: str) -> str:
        """The mark after a statement that leads to its sources; words stand beside it where the evidence is weak."""
        marks = []
        for fact_id in fact_ids:
            try:
                fact = register.fact(fact_id)
            except reg.RegisterError as error:
                return fail(fact_id, str(error))
            number = number_of(fact_id)
            weak = f" {CONFIDENCE['low'][lang]}" if fact["confidence"] == "low" else ""
            marks.append(f'<a class="cite" href="{env.page.meta.get("sources_page", "")}#src-{number}">[{number}]{weak}</a>')
        return f'&#8288;<span class="cites">{"".join(marks)}</span>'

    @env.macro
    def claim(fact_id: str) -> str:
        """A fact's own words, with the mark that leads to its sources."""
        mark = cite(fact_id)
        return f"{register.facts[fact_id]['claim'][lang]}{mark}" if fact_id in register.facts else mark

    @env.macro
    def phone(fact_id: str, name: str | None = None) -> str:
        """A phone number of a fact as tel: links, national and from abroad."""
        return with_value(fact_id, name, reg.is_phone, format_phone)

    @env.macro
    def contact(fact_id: str, name: str | None = None) -> str:
        """A phone number with its hours, languages and cost, always in this order."""
        def form(value: dict[str, Any], lang: str) -> str:
            known = [f"{words[lang]}{COLON[lang]}{value[key][lang]}" for key, words in ABOUT_PHONE.items() if key in value]
            gaps = [words[lang] for key, words in ABOUT_PHONE.items() if key not in value]
            if gaps:
                known.append(f"{('、' if lang == 'zh' else ', ').join(gaps)}{COLON[lang]}{NOT_ESTABLISHED[lang]}")
            return f"{format_phone(value, lang)}{'（' if lang == 'zh' else ' ('}{('；' if lang == 'zh' else '; ').join(known)}{'）' if lang == 'zh' else ')'}"
        return with_value(fact_id, name, reg.is_phone, form)

    @env.macro
    def fee(fact_id: str, name: str | None = None) -> str:
        """An amount of money of a fact."""
        return with_value(fact_id, name, reg.is_fee, format_fee)

    @env.macro
    def path(fact_id: str, name: str = "path") -> str:
        """A menu path of a fact, in the page's language (or as the one language the fact has it in)."""
        def form(value: Any, lang: str) -> str:
            words = value if isinstance(value, str) else value[lang]
            return f'<span class="menu">{escape(words)}</span>'
        return with_value(fact_id, name, lambda v: isinstance(v, str) or (isinstance(v, dict) and "zh" in v), form)

    @env.macro
    def val(fact_id: str, name: str) -> str:
        """A number, a date (YYYY-MM-DD) or words of a fact."""
        def form(value: Any, lang: str) -> str:
            if isinstance(value, dict):
                return escape(value[lang])
            if isinstance(value, str) and re.fullmatch(r"\d{4}(-\d{2}){0,2}", value):
                return format_date(value, lang)
            return f"{value:,}" if isinstance(value, int) else escape(str(value))
        return with_value(fact_id, name, lambda v: not reg.is_phone(v) and not reg.is_fee(v), form)

    @functools.cache  # one for the whole build, so that a template is compiled once
    def templates() -> Any:
        return env.conf.theme.get_env()

    def partial(name: str, **values: Any) -> str:
        """Render one of the theme's partials with what the register holds."""
        return templates().get_template(f"partials/{name}.html").render(lang=lang, confidence=CONFIDENCE, not_established=NOT_ESTABLISHED[lang],
                               day=lambda text: format_date(text, lang), due=reg.is_due,
                               phone=lambda value: format_phone(value, lang), register=register, **values)

    def entry(provider: dict[str, Any], **form: Any) -> str:
        return partial("provider", provider=provider, sources=get_relative_url("carriers/sources/", env.page.url), **form)

    @env.macro
    def provider(provider_id: str) -> str:
        """The directory's entry of one provider, below a heading that the page writes."""
        if provider_id not in register.providers:
            return fail(provider_id, f"unknown provider '{provider_id}'")
        return entry(register.providers[provider_id])

    @env.macro
    def directory(kind: str, page: str = "") -> str:
        """The directory's entries of one kind, each with its heading, in order of name; only their names, if another page holds them."""
        found = [p for p in register.providers.values() if p["kind"] == kind]
        if not found:
            return fail(kind, f"no provider is of kind '{kind}'")
        if page:
            return f'<ul class="names">{"".join(entry(p, line=page) for p in found)}</ul>'
        return "\n\n".join(entry(p, heading=True) for p in found)

    @env.macro
    def phrases(part: str) -> str:
        """The Korean lines of a part of data/phrases.yml ("phone", "store", "letter"), with reading and meaning."""
        if part not in register.phrases:
            return fail(part, f"data/phrases.yml has no part '{part}'")
        return partial("phrases", part=part, lines=register.phrases[part])

    @env.macro
    def directory_sources() -> str:
        """The sources of every entry of the directory, under the entry's own id."""
        return partial("directory-sources", providers=register.providers.values())

    @env.macro
    def terms() -> str:
        """The glossary's Korean terms."""
        return partial("terms", terms=[g for g in register.glossary if "ko" in g])

    @env.macro
    def unknown() -> str:
        """What could not be established, by group."""
        return partial("unknown", entries=register.unknown)

    def markdown_partial(name: str, **values: Any) -> str:
        """A partial that prints texts of data/, which are Markdown of the page and may hold these macros."""
        return env.env.from_string(partial(name, **values)).render()

    @env.macro
    def chooser() -> str:
        """The questions and outcomes of data/chooser.yml; chooser.js shows one at a time."""
        return markdown_partial("chooser", chooser=register.chooser)

    @env.macro
    def plan() -> str:
        """The list of data/plan.yml, and the form by which planner.js turns it into days."""
        return markdown_partial("plan", plan=register.plan)

    @env.macro
    def mark(fact_id: str) -> str:
        """The confidence mark of a fact with its words."""
        try:
            level = register.fact(fact_id)["confidence"]
        except reg.RegisterError as error:
            return fail(fact_id, str(error))
        return f'<span class="mark mark--{level}">{CONFIDENCE[level][lang]}</span>'
