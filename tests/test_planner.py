"""The planner gives the right days, keeps nothing but ticks, and its calendar, its QR code and its sheet of paper work."""

from __future__ import annotations

import copy
import datetime as dt
import io
import json
import re
import unicodedata

import icalendar
import pypdf
import pytest
import yaml
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

import register
from conftest import LANGS, ROOT, Watch

PLAN = yaml.safe_load((ROOT / "data/plan.yml").read_text("utf-8"))
NOW = "2026-11-22T03:00:00Z"
LEAVE = dt.date(2027, 1, 15)
FULL = f"#plan?leave={LEAVE}&card=postpaid-esim&instalments=yes&account=yes"


def tasks(card: str, *more: str, left: bool = False) -> list[tuple[dict, dict]]:
    """The (stage, task) pairs that data/plan.yml holds for a card and `more` of instalments and account."""
    kinds = {*next(c["kinds"] for c in PLAN["cards"] if c["id"] == card), *more}
    return [(s, t) for s in PLAN["stages"] if s.get("left", False) == left for t in s["tasks"] if "for" not in t or kinds & set(t["for"])]


def open_plan(page: Page, server: str, lang: str, address: str = "", now: str = NOW) -> None:
    page.clock.set_fixed_time(now)
    page.goto(f"{server}{LANGS[lang]}planner/{address}")
    expect(page.locator("#plan-form")).to_be_visible()


def lines(page: Page) -> list[str]:
    return page.locator(".plan__tasks li:visible").evaluate_all("all => all.map(line => line.id.replace('task-', ''))")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("card, more", [("postpaid", ["instalments", "account"]), ("postpaid-esim", []), ("prepaid", []), ("travel-esim", []), ("pocket-wifi", []), ("postpaid", ["account"])])
def test_each_card_gets_its_own_lines_on_the_right_days(page: Page, server: str, lang: str, card: str, more: list[str]) -> None:
    chosen = "&".join(f"{kind}={'yes' if kind in more else 'no'}" for kind in ("instalments", "account"))
    open_plan(page, server, lang, f"#plan?leave={LEAVE}&card={card}&{chosen}")
    assert lines(page) == [t["id"] for _, t in tasks(card, *more)]
    for stage in {s["id"]: s for s, _ in tasks(card, *more)}.values():
        day = LEAVE + dt.timedelta(days=stage["day"])
        if stage.get("workday"):
            day -= dt.timedelta(days=max(0, day.weekday() - 4))
        shown = page.locator(f".plan__stage:has(> #{stage['id']}) .plan__when").inner_text()
        assert str(day.year) in shown and re.search(rf"\b{day.day}\b", shown), f"{stage['id']} is {day}, the page says '{shown}'"


@pytest.mark.parametrize("lang", LANGS)
def test_who_has_left_starts_today(page: Page, server: str, lang: str) -> None:
    open_plan(page, server, lang)
    page.locator("input[name=state][value=start]").check()
    expect(page.locator("#plan-date")).to_have_value("2026-11-22")
    assert lines(page) == [t["id"] for _, t in tasks("postpaid", "account", left=True)]
    expect(page.locator("#task-left-contact .plan__day")).to_contain_text("25")
    assert page.url.endswith("#plan?start=2026-11-22&card=postpaid&instalments=no&account=yes")


@pytest.mark.parametrize("leave, friday", [("2027-01-19", "15"), ("2027-01-20", "15"), ("2027-01-18", "15"), ("2027-01-21", "18")])
def test_the_day_to_cancel_is_no_weekend(page: Page, server: str, leave: str, friday: str) -> None:
    open_plan(page, server, "en", f"#plan?leave={leave}")
    expect(page.locator(".plan__stage:has(> #last-days) .plan__when")).to_contain_text(re.compile(rf"\b{friday} January 2027"))


def test_a_day_gone_by_is_marked_as_overdue(page: Page, server: str) -> None:
    open_plan(page, server, "en", "#plan?leave=2026-12-20")
    expect(page.locator(".plan__stage:has(> #five-weeks) .plan__when")).to_contain_text("overdue")
    expect(page.locator(".plan__stage:has(> #three-weeks) .plan__when")).not_to_contain_text("overdue")


@pytest.mark.parametrize("lang, words", [("zh", ["没有这一天", "太远", "过去了", "过去太久"]), ("en", ["no such day", "too far", "has passed", "too long ago"])])
def test_an_impossible_or_past_day_is_answered_clearly(page: Page, server: str, lang: str, words: list[str]) -> None:
    message = page.locator("#plan-message")
    for day, word, planned in zip(("2026-02-30", "2029-01-01", "2026-11-21", "2026-05-01"), words, (False, False, True, False), strict=True):
        open_plan(page, server, lang, "")
        page.evaluate("day => { location.hash = `#plan?leave=${day}` }", day)
        expect(message).to_contain_text(word)
        expect(message).to_have_attribute("role", "status")
        expect(page.locator("#plan-date")).to_have_attribute("aria-invalid", "true")
        expect(page.locator("[data-do=ics]")).to_be_enabled() if planned else expect(page.locator("[data-do=ics]")).to_be_disabled()
    page.locator("#plan-date").fill("2026-12-20")
    expect(message).to_be_empty()


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles"])
def test_dates_are_korean_dates_whatever_the_clock_of_the_reader(chrome: Browser, server: str, zone: str) -> None:
    context = chrome.new_context(timezone_id=zone, service_workers="block", viewport={"width": 360, "height": 740})
    page = context.new_page()
    half_past_midnight = "2026-11-22T15:30:00Z"
    open_plan(page, server, "en", "#plan?leave=2026-11-23", half_past_midnight)
    message = page.locator("#plan-message")
    expect(message).to_contain_text("In Korea it is Monday 23 November 2026, on this device Sunday 22 November 2026")
    expect(message).not_to_contain_text("passed")
    expect(page.locator(".plan__stage:has(> #departure-day) .plan__when")).to_contain_text("today")
    page.locator("#plan-date").fill("2026-11-22")
    expect(message).to_contain_text("that day has passed: it is Monday 23 November 2026")
    page.clock.set_fixed_time("2026-11-22T12:00:00Z" if zone == "Asia/Shanghai" else "2026-11-22T09:00:00Z")
    page.locator("#plan-date").fill("2026-11-23")
    expect(message).to_be_empty()
    context.close()


@pytest.mark.parametrize("lang", LANGS)
def test_the_plan_is_made_by_keyboard_alone_and_asks_for_nothing(page: Page, watch: Watch, server: str, lang: str) -> None:
    open_plan(page, server, lang)
    page.locator("input[name=state][value=leave]").focus()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Tab")
    page.keyboard.type("01152027")
    page.locator(".qr").wait_for()
    watch.requests.clear()
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "plan-card":
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(f"{server}{LANGS[lang]}planner/#plan?leave=2027-01-15&card=postpaid-esim&instalments=yes&account=no")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "checkbox":
            break
    page.keyboard.press("Space")
    expect(page.locator("#task-find-card input")).to_be_checked()
    assert page.locator("#task-find-card input").get_attribute("aria-label")
    asked = [url for url in watch.requests if not url.endswith("/favicon.svg")]  # Chromium asks for the icon again at each new #address
    assert not asked, f"the page asked for {asked} while it was filled in"


@pytest.mark.parametrize("lang", LANGS)
def test_only_ticks_are_stored_and_they_can_be_cleared(page: Page, server: str, lang: str) -> None:
    open_plan(page, server, lang, FULL)
    page.locator("#task-cancel input").check()
    page.locator("#task-move-google input").check()
    page.locator("input[name=account][value=no]").check()
    page.locator("input[name=account][value=yes]").check()
    stored = page.evaluate("Object.entries(localStorage)")
    assert [key for key, _ in stored] == ["/plan"], stored
    assert json.loads(stored[0][1]) == ["task-cancel", "task-move-google"]
    assert not page.context.cookies() and not page.evaluate("sessionStorage.length")
    page.locator("a.switch").click()
    expect(page).to_have_url(f"{server}{LANGS['en' if lang == 'zh' else 'zh']}planner/{FULL}")
    expect(page.locator("#task-cancel input")).to_be_checked()
    expect(page.locator(".plan__done")).to_have_text(re.compile(r"\b2\b"))
    page.locator("[data-do=clear]").click()
    expect(page.locator(".plan__tasks input:checked")).to_have_count(0)
    assert page.evaluate("localStorage.length") == 0


def test_a_broken_or_barred_storage_does_no_harm(page: Page, watch: Watch, server: str) -> None:
    page.add_init_script("localStorage.setItem('/plan', '{broken')")
    open_plan(page, server, "en", FULL)
    page.locator("#task-cancel input").check()
    assert not [line for line in watch.console if "Service Worker" not in line]


def printed(sheet: pypdf.PdfReader) -> str:
    """The text of a PDF without spaces, its ligatures taken apart."""
    text = "".join(page.extract_text() for page in sheet.pages)
    return re.sub(r"\s+", "", re.sub("[\ufb00-\ufb06]", lambda found: unicodedata.normalize("NFKC", found[0]), text))


def is_in(words: str, text: str) -> bool:
    """Whether a printed text holds these words; a PDF may give a radical for the Han character that looks like it."""
    return bool(re.search("".join(f"(?:{re.escape(letter)}|[\u2e80-\u2fdf])" for letter in re.sub(r"\s+", "", words)), text))


def download(page: Page) -> tuple[str, bytes]:
    with page.expect_download() as got:
        page.locator("[data-do=ics]").click()
    return got.value.suggested_filename, open(got.value.path(), "rb").read()


@pytest.mark.parametrize("lang", LANGS)
def test_the_calendar_file_holds_every_day_with_its_alarms(page: Page, server: str, lang: str) -> None:
    open_plan(page, server, lang, FULL)
    name, raw = download(page)
    assert name.endswith(".ics")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n")), "a line is longer than 75 bytes"
    assert raw.count(b"\n") == raw.count(b"\r\n") and raw.endswith(b"END:VCALENDAR\r\n")
    calendar = icalendar.Calendar.from_ical(raw)
    assert calendar["VERSION"] == "2.0" and calendar["PRODID"] and not calendar.errors
    events = calendar.walk("VEVENT")
    planned = tasks("postpaid-esim", "instalments", "account")
    assert len(events) == len({s["id"] for s, _ in planned})
    assert len({event["UID"] for event in events}) == len(events)
    text = " ".join(str(event["DESCRIPTION"]) for event in events)
    for stage, task in planned:
        assert task["do"][lang] in text, f"the calendar lacks '{task['do'][lang]}'"
    for event in events:
        assert type(event.decoded("DTSTART")) is dt.date and not event.errors
        assert event.decoded("DTEND") - event.decoded("DTSTART") == dt.timedelta(days=1)
        assert [alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")] == [dt.timedelta(hours=-15), dt.timedelta(hours=9)]
        assert all(alarm["ACTION"] == "DISPLAY" and alarm["DESCRIPTION"] for alarm in event.walk("VALARM"))
        assert str(event["URL"]) == page.url and server in str(event["DESCRIPTION"])
    assert events[-1].decoded("DTSTART") == LEAVE + dt.timedelta(days=61)


def test_the_calendar_leaves_out_what_is_ticked_and_keeps_its_ids(page: Page, server: str) -> None:
    open_plan(page, server, "en", "#plan?leave=2026-12-20&card=postpaid&instalments=no&account=no")
    first = icalendar.Calendar.from_ical(download(page)[1]).walk("VEVENT")
    assert first[0].decoded("DTSTART") == dt.date(2026, 11, 22), "what is overdue belongs on today, in Korea"
    for line in ("read-last-bill", "look-at-payments"):
        page.locator(f"#task-{line} input").check()
    page.locator("#plan-date").fill("2027-01-15")
    second = icalendar.Calendar.from_ical(download(page)[1]).walk("VEVENT")
    ids = [str(event["UID"]) for event in second]
    assert ids == [str(event["UID"]) for event in first if "one-month-after" not in event["UID"]], "a second file must replace the first's events"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_qr_code_leads_back_to_the_plan(chrome: Browser, server: str, lang: str, scheme: str) -> None:
    context = chrome.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}, service_workers="block")
    page = context.new_page()
    open_plan(page, server, lang, FULL)
    page.locator(".plan .qr").scroll_into_view_if_needed()
    picture = Image.open(io.BytesIO(page.locator(".plan .qr").screenshot()))
    found = zxingcpp.read_barcodes(picture)
    assert [code.text for code in found] == [f"{server}{LANGS[lang]}planner/{FULL}"]
    context.close()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [360, 1280])
def test_the_printed_plan_is_one_page_with_every_line(page: Page, server: str, lang: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for address, planned in ((FULL, tasks("postpaid-esim", "instalments", "account")), ("#plan?start=2026-11-22&card=postpaid", tasks("postpaid", left=True))):
        page.goto("about:blank")
        open_plan(page, server, lang, address)
        page.locator(".plan .qr").wait_for()
        sheet = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4")))
        assert len(sheet.pages) == 1, f"{address} takes {len(sheet.pages)} sheets"
        text = printed(sheet)
        for _, task in planned:
            assert is_in(task["do"][lang], text), f"the sheet lacks '{task['do'][lang]}'"


def test_without_a_day_the_whole_list_is_printed(page: Page, server: str) -> None:
    open_plan(page, server, "en")
    text = printed(pypdf.PdfReader(io.BytesIO(page.pdf(format="A4"))))
    for stage in PLAN["stages"]:
        for task in stage["tasks"]:
            assert is_in(task["do"]["en"], text), f"the paper lacks '{task['do']['en']}'"


HOSTILE = ['"><img src=x onerror=window.hit=1>', "</p><script>window.hit=1</script>", "javascript:window.hit=1", "2026-12-20'-alert(1)-'", "%00", "constructor", "金" * 500]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_the_address_stays_text(page: Page, watch: Watch, server: str, text: str) -> None:
    before = None
    for field in ("leave", "start", "card", "instalments", "account", "name"):
        given = {"leave": "2026-12-20", "card": "postpaid", field: text}
        open_plan(page, server, "en", "")
        before = before or page.locator("script, img, iframe").count()
        page.evaluate("given => { location.hash = '#plan?' + new URLSearchParams(given) }", given)
        page.wait_for_timeout(50)
        page.evaluate("given => { location.hash = '#plan?' + Object.entries(given).map(pair => pair.join('=')).join('&') }", given)
        page.locator("#plan-card").select_option("prepaid")
        page.locator("#plan-date").fill("2026-12-24")
        expect(page.locator(".plan .qr")).to_be_visible()
        assert page.evaluate("window.hit") is None
        assert page.url.endswith(f"#plan?leave=2026-12-24&card=prepaid&instalments=no&account=yes") or page.url.endswith("#plan?start=2026-12-24&card=prepaid&instalments=no&account=yes")
        assert text not in page.locator(".plan").inner_text()
    assert not watch.foreign() and not [line for line in watch.console if "Service Worker" not in line]


@pytest.mark.parametrize("lang", LANGS)
def test_without_scripts_the_list_stands_there(chrome: Browser, server: str, lang: str) -> None:
    context = chrome.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{server}{LANGS[lang]}planner/#plan")
    assert lines(page) == [t["id"] for s in PLAN["stages"] for t in s["tasks"]]
    expect(page.locator("#plan-form")).to_be_hidden()
    for task in page.locator(".plan__tasks li").all():
        assert task.locator("strong a").count() == 1
    context.close()


@pytest.mark.parametrize("lang", LANGS)
def test_boxes_and_buttons_are_large_enough_to_touch(page: Page, server: str, lang: str) -> None:
    open_plan(page, server, lang, FULL)
    for button in page.locator("#plan-form button, #plan-form select, #plan-date").all():
        assert button.bounding_box()["height"] >= 44
    box = page.locator("#task-cancel input").bounding_box()
    assert min(box["width"], box["height"]) >= 24


def change(how) -> list[str]:
    plan = copy.deepcopy(PLAN)
    how(plan)
    return list(register._check_plan(plan))


@pytest.mark.parametrize("how, words", [
    (lambda p: None, ""),
    (lambda p: p["stages"][1]["tasks"][0].update({"for": ["postpiad"]}), "ask-carrier: for: 'postpiad' is no kind of card"),
    (lambda p: p["stages"][0]["tasks"].append(p["stages"][1]["tasks"][0]), "ask-carrier: id: used twice"),
    (lambda p: p["stages"][0].update(day=5), "are not in order"),
], ids=["whole", "kind", "doubled", "order"])
def test_a_fault_in_the_plan_is_named(how, words: str) -> None:
    faults = change(how)
    assert (not faults) if not words else any(words in fault for fault in faults), faults


def test_the_plan_reaches_from_five_weeks_before_to_two_months_after() -> None:
    days = [s["day"] for s in PLAN["stages"] if not s.get("left")]
    assert (min(days), max(days)) == (-35, 61)
