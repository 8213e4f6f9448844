"""The chooser leads every reader to the right outcome, with and without scripts, and its data cannot lead astray."""

from __future__ import annotations

import copy
import re

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

import register
from conftest import LANGS, ROOT, Watch

CHOOSER = yaml.safe_load((ROOT / "data/chooser.yml").read_text("utf-8"))
SCENARIOS = yaml.safe_load((ROOT / "tests/scenarios.yml").read_text("utf-8"))
QUESTIONS = {q["id"]: q for q in CHOOSER["questions"]}
OUTCOMES = [o["id"] for o in CHOOSER["outcomes"]]
NEEDED = {"zh": {"yes": "要", "no": "不用", "depends": "看情况"}, "en": {"yes": "Yes", "no": "No", "depends": "Depends"}}


def options(scenario: dict) -> list[dict]:
    """The options that a scenario's answers choose, one a question."""
    here, chosen = CHOOSER["start"], []
    for answer in scenario["answers"]:
        assert here in QUESTIONS, f"{scenario['who']}: '{answer}' answers no question: {here} is an outcome already"
        fitting = [o for o in QUESTIONS[here]["options"] if o["en"] == answer]
        assert fitting, f"{scenario['who']}: the question '{here}' has no option '{answer}'; mend tests/scenarios.yml"
        chosen.append(fitting[0])
        here = fitting[0]["to"]
    return chosen


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s["who"])
def test_answers_lead_to_the_outcome(scenario: dict) -> None:
    assert options(scenario)[-1]["to"] == scenario["outcome"]


def test_the_scenarios_walk_every_option_and_reach_every_outcome() -> None:
    assert len(SCENARIOS) >= 30
    assert {s["outcome"] for s in SCENARIOS} == set(OUTCOMES), "add a scenario for each outcome to tests/scenarios.yml"
    walked = {o["en"] + o["to"] for s in SCENARIOS for o in options(s)}
    missing = [f"{q['id']}: {o['en']}" for q in CHOOSER["questions"] for o in q["options"] if o["en"] + o["to"] not in walked]
    assert not missing, f"no scenario chooses {missing}"


def change(how) -> list[str]:
    tree = copy.deepcopy(CHOOSER)
    how(tree)
    return list(register._check_chooser(tree))


def option_of(tree: dict, question: str, number: int = 0) -> dict:
    return next(q for q in tree["questions"] if q["id"] == question)["options"][number]


@pytest.mark.parametrize("how, words", [
    (lambda t: None, ""),
    (lambda t: option_of(t, "bill").update(to="nowhere"), "bill: leads to 'nowhere', which is no question and no outcome"),
    (lambda t: t.update(start="nowhere"), "start: leads to 'nowhere'"),
    (lambda t: option_of(t, "where").update(to="name"), "leads back to itself: bill > name > where > name"),
    (lambda t: option_of(t, "where-from", 4).update(to="prepaid"), "find-out: no answer leads to it"),
    (lambda t: t["outcomes"].append(t["outcomes"][0]), "prepaid: id: used twice"),
    (lambda t: option_of(t, "form").update(to="returned"), "is question 6 of a way"),
], ids=["whole", "nowhere", "start", "circle", "unreached", "doubled", "six questions"])
def test_a_fault_in_the_tree_is_named(how, words: str) -> None:
    faults = change(how)
    assert (not faults) if not words else any(words in fault for fault in faults), faults


def walk(page: Page, address: str, scenario: dict, lang: str) -> None:
    page.goto(address)
    for option in options(scenario):
        page.locator(".chooser section:not([hidden])").get_by_role("link", name=option[lang], exact=True).click()


@pytest.mark.parametrize("lang", LANGS)
def test_every_reader_arrives_one_question_at_a_time(page: Page, watch: Watch, server: str, lang: str) -> None:
    page.goto(f"{server}{LANGS[lang]}which-card/#chooser")
    shown = page.locator(".chooser > section:visible")
    expect(page.locator(".chooser")).to_have_attribute("data-ready", "")
    for scenario in SCENARIOS:
        page.evaluate("location.hash = '#choose-bill'")
        for option in options(scenario):
            assert shown.count() == 1, f"{scenario['who']}: {shown.count()} questions are shown"
            shown.get_by_role("link", name=option[lang], exact=True).click()
            heading = page.locator(f"#choose-{option['to']}")
            expect(heading).to_be_focused()
            expect(heading).to_be_in_viewport()
        outcome = next(o for o in CHOOSER["outcomes"] if o["id"] == scenario["outcome"])
        assert page.url.endswith(f"#choose-{scenario['outcome']}")
        expect(shown.locator("h3")).to_contain_text(outcome["title"][lang])
        expect(shown.locator("dd").first).to_have_text(NEEDED[lang][outcome["cancel"]])
        assert shown.locator("dt").count() == 4 and shown.locator(".steps li a").count()
    assert not watch.foreign() and not [line for line in watch.console if "Service Worker" not in line]


@pytest.mark.parametrize("lang", LANGS)
def test_back_goes_one_question_back_and_start_again_starts_again(page: Page, server: str, lang: str) -> None:
    walk(page, f"{server}{LANGS[lang]}which-card/#chooser", SCENARIOS[0], lang)
    title = page.locator(".chooser > section:visible h3")
    button = page.locator(".chooser__bar button")
    for number, question in enumerate(("form", "where", "name")):
        button.click() if number % 2 else page.go_back()
        expect(title).to_contain_text(QUESTIONS[question][lang])
    page.go_back()
    expect(title).to_contain_text(QUESTIONS["bill"][lang])
    expect(button).to_be_hidden()
    page.go_forward()
    page.goto(f"{server}{LANGS[lang]}which-card/#choose-abroad")
    page.locator(".chooser > section:visible > p a[href='#choose-bill']").click()
    expect(title).to_contain_text(QUESTIONS["bill"][lang])


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_outcome_has_an_address_that_survives_the_language_switch(page: Page, server: str, outcome: str) -> None:
    titles = next(o["title"] for o in CHOOSER["outcomes"] if o["id"] == outcome)
    page.goto(f"{server}which-card/#choose-{outcome}")
    shown = page.locator(".chooser > section:visible")
    expect(shown).to_have_count(1)
    expect(shown.locator("h3")).to_contain_text(titles["zh"])
    page.locator("a.switch").click()
    expect(page).to_have_url(f"{server}en/which-card/#choose-{outcome}")
    expect(shown.locator("h3")).to_contain_text(titles["en"])
    expect(shown.locator("h3")).to_be_in_viewport()


@pytest.mark.parametrize("lang", LANGS)
def test_the_chooser_works_by_keyboard_alone(page: Page, server: str, lang: str) -> None:
    page.goto(f"{server}{LANGS[lang]}which-card/#choose-bill")
    scenario = SCENARIOS[24]
    for option in options(scenario):
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent") == option[lang]:
                break
        assert page.evaluate("document.activeElement.textContent") == option[lang], f"Tab does not reach '{option[lang]}'"
        page.keyboard.press("Enter")
        expect(page.locator(f"#choose-{option['to']}")).to_be_focused()
    assert page.url.endswith(scenario["outcome"])


@pytest.mark.parametrize("lang", LANGS)
def test_the_status_counts_the_questions_left(page: Page, server: str, lang: str) -> None:
    page.goto(f"{server}{LANGS[lang]}which-card/#chooser")
    status = page.locator(".chooser [role=status]")
    expect(status).to_have_text(re.compile(r"\b5\b"))
    page.evaluate("location.hash = '#choose-where'")
    expect(status).to_have_text(re.compile(r"\b2\b"))


@pytest.mark.parametrize("lang", LANGS)
def test_without_scripts_the_whole_tree_is_readable_as_links(chrome: Browser, server: str, lang: str) -> None:
    context = chrome.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{server}{LANGS[lang]}which-card/")
    assert page.locator(".chooser > section:visible").count() == len(QUESTIONS) + len(OUTCOMES)
    for option in options(SCENARIOS[0]):
        here = page.url.partition("#choose-")[2] or CHOOSER["start"]
        page.locator(f"section:has(> #choose-{here})").get_by_role("link", name=option[lang], exact=True).click()
        expect(page.locator(f"#choose-{option['to']}")).to_be_in_viewport()
    context.close()


@pytest.mark.parametrize("lang", LANGS)
def test_options_are_large_enough_to_touch(page: Page, server: str, lang: str) -> None:
    page.goto(f"{server}{LANGS[lang]}which-card/#chooser")
    for link in page.locator(".chooser > section:visible li a").all():
        assert link.bounding_box()["height"] >= 44


@pytest.mark.parametrize("lang", LANGS)
def test_no_question_and_no_outcome_is_wider_than_a_small_screen(page: Page, server: str, lang: str) -> None:
    page.set_viewport_size({"width": 320, "height": 740})
    for section in (*QUESTIONS, *OUTCOMES):
        page.goto(f"{server}{LANGS[lang]}which-card/#choose-{section}")
        expect(page.locator(f"#choose-{section}")).to_be_visible()
        wide = page.evaluate("Math.max(...[...document.querySelectorAll('.chooser *')].map(part => part.getBoundingClientRect().right))") - 320
        assert wide <= 0, f"#choose-{section}: {wide} px wider than a screen of 320 px"


@pytest.mark.parametrize("lang", LANGS)
def test_the_front_page_leads_to_the_chooser_right_below_its_table(page: Page, server: str, lang: str) -> None:
    page.goto(server + LANGS[lang])
    link = page.locator("a.press[href$='which-card/#chooser']")
    table = page.locator("#start ~ .md-typeset__scrollwrap, #start ~ table").first.bounding_box()
    gap = link.bounding_box()["y"] - table["y"] - table["height"]
    assert 0 < gap < 60, f"the link stands {gap:.0f} px below the table"
    link.click()
    expect(page.locator("#choose-bill")).to_be_in_viewport()


def test_the_table_of_contents_is_not_flooded(page: Page, server: str) -> None:
    page.goto(f"{server}which-card/")
    assert not page.locator(".md-nav a[href*='#choose-']").count()
    assert page.locator(".md-nav a[href='#chooser']").count()
