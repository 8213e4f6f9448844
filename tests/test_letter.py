"""The letter at korean/#letter: filled in as a reader types, handed over whole, without secrets, and kept nowhere."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import LANGS, Watch
from reader import HOSTILE, clipboard, stored, tab_to

BOTH = pytest.mark.parametrize("lang", LANGS)
LINES = '.phrases[data-part="letter"] > li'
ANSWERS = {"number": "+82 10-1234-5678", "name": "ZHANG SAN", "date": "2031-02-03", "wish": "2031-02-01",
           "reply": "zhang.san1990@example.com", "iccid": "１２３４５６"}


def field(page: Page, name: str):
    return page.locator(f"#letter-field-{name}")


def start(page: Page, server: str, lang: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{server}{LANGS[lang]}korean/#letter")
    expect(page.locator("form.letter"), "letter.js did not show the form").to_be_visible()


def fill(page: Page) -> None:
    field(page, "carrier").select_option("skt")
    for name, text in ANSWERS.items():
        field(page, name).fill(text)


def letter(page: Page, part: str = ".ko") -> str:
    return "\n".join(text for line in page.locator(f"{LINES}:visible {part}").all() for text in [line.inner_text()])


@BOTH
@pytest.mark.parametrize("where", ["staying", "left"])
def test_every_slot_of_the_letter_is_filled(page: Page, server: str, lang: str, where: str) -> None:
    start(page, server, lang)
    fill(page)
    page.locator(f"[name=letter-where][value={where}]").check()
    for part in (".ko", ".means"):
        assert "[" not in letter(page, part), f"a slot is left: give it to SLOTS in letter.js:\n{letter(page, part)}"
    korean, means = letter(page), letter(page, ".means")
    for text in ("SK텔레콤 고객센터", "ZHANG SAN", "010-1234-5678", "2031년 2월 3일", "2031년 2월 1일", "zhang.san1990@example.com", "6자리: 123456"):
        assert text in korean, f"'{text}' is missing in the Korean:\n{korean}"
    assert {"zh": "2031 年 2 月 3 日", "en": "3 February 2031"}[lang] in means
    assert ("이미 출국" in korean) == (where == "left"), "the line about leaving does not fit the answer"
    assert ("떠날 예정" in korean) == (where == "staying")
    assert {"zh": "한국어와 중국어로", "en": "한국어와 영어로"}[lang] in korean


@BOTH
def test_what_is_left_empty_is_left_out_or_stays_to_be_filled_in(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    korean = letter(page)
    assert "[통신사명]" in korean and "010-[0000]-[0000]" in korean
    assert "ICCID" not in korean and "회신받을" not in korean and "희망 해지일" not in korean
    page.locator('[data-do="ko"]').click()
    expect(page.locator("form.letter [role=status]")).to_contain_text({"zh": "还没填：运营商、号码、姓名、日期", "en": "Still to fill in: carrier, number, name, day"}[lang])


@BOTH
def test_a_carrier_that_is_not_listed_can_be_typed(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    expect(field(page, "other")).to_be_hidden()
    field(page, "carrier").select_option("other")
    field(page, "other").fill("큰사람")
    assert "큰사람 고객센터" in letter(page)
    field(page, "carrier").select_option("kt")
    assert "큰사람" not in letter(page) and "KT 고객센터" in letter(page)


@BOTH
def test_the_letter_is_written_and_copied_with_the_keyboard_alone(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    tab_to(page, field(page, "carrier"))
    page.keyboard.type("KT")
    for name, text in (("number", "01012345678"), ("name", "LI SI")):
        tab_to(page, field(page, name))
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    tab_to(page, page.locator("[name=letter-where][value=staying]"))
    page.keyboard.press("ArrowDown")
    tab_to(page, page.locator('[data-do="ko"]'))
    page.keyboard.press("Enter")
    expect(page.locator("form.letter [role=status]")).not_to_be_empty()
    text = clipboard(page)
    assert text.startswith("제목: 010-1234-5678") and "LI SI 드림" in text and "이미 출국" in text, text
    assert "?" not in page.url, "Enter sent the form"


@BOTH
def test_the_mail_is_addressed_to_nobody_and_holds_the_letter(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    fill(page)
    address = urlsplit(page.locator('[data-do="mail"]').get_attribute("href"))
    asked = parse_qs(address.query)
    assert address.scheme == "mailto" and unquote(address.path) == "", "the mail has a recipient that the register does not have"
    assert asked["subject"] == ["010-1234-5678 회선 해지 신청"]
    body = asked["body"][0].replace("\r\n", "\n")
    assert [line for line in body.split("\n") if line] == letter(page).split("\n")[1:], "the mail differs from the letter on the page"


@BOTH
def test_both_languages_can_be_copied(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    fill(page)
    page.locator('[data-do="both"]').click()
    expect(page.locator("form.letter [role=status]")).not_to_be_empty()
    lines = [line for line in clipboard(page).split("\n") if line]
    assert lines == [*letter(page).split("\n"), "—", *letter(page, ".means").split("\n")]


SECRETS = [
    ("name", "900101-5123457", "registration"), ("number", "9001015123457", "registration"), ("name", "９００１０１－５１２３４５７", "registration"),
    ("other", "900101 - 5123457", "registration"), ("name", "E12345678", "passport"), ("name", "ej1234567", "passport"), ("number", "M123A4567", "passport"),
    ("name", "ZHANG 123456789", "passport"), ("name", "4111 1111 1111 1111", "card"), ("number", "5500-0000-0000-0004", "card"),
    ("reply", "378282246310005", "card"), ("name", "LPA:1$smdp.example.com$ABC-123", "activation"), ("iccid", "1$rsp.example.com$04386-AGYFT", "activation"),
    ("iccid", "8982300000000000001", "iccid"), ("name", "8982 3000 0000 0000 0001", "iccid"), ("iccid", "1234567", "iccid"),
    ("name", "PIN 1234", "secret"), ("other", "인증번호 483920", "secret"), ("name", "验证码 483920", "secret"), ("other", "password: 99887", "secret"),
]
WARNING = {
    "registration": ("登录号码", "registration number"), "passport": ("护照", "passport"), "card": ("银行卡", "payment card"),
    "activation": ("激活码", "activation code"), "iccid": ("ICCID", "ICCID"), "secret": ("验证码", "a code"),
}


@BOTH
def test_what_should_never_go_by_mail_is_named_and_held_back(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    field(page, "carrier").select_option("other")
    alert = page.locator("form.letter [role=alert]")
    for name, text, kind in SECRETS:
        field(page, name).fill(text)
        assert WARNING[kind][lang == "en"] in alert.inner_text(), f"{name}: '{text}' is not taken for a {kind}: {alert.inner_text()!r}"
        assert field(page, name).get_attribute("aria-invalid") == "true"
        digits = "".join(c for c in text if c.isalnum())
        for place in (letter(page), letter(page, ".means"), unquote(page.locator('[data-do="mail"]').get_attribute("href"))):
            assert text not in place and digits not in place, f"'{text}' went into the letter"
        field(page, name).fill("")
        assert alert.inner_text().strip() == "", f"the warning about '{text}' stays when it is gone"


ORDINARY = [
    ("number", "010-1234-5678"), ("number", "+82 10 1234 5678"), ("number", "0082-10-1234-5678"), ("number", "02-1234-5678"), ("number", "+86 138 1234 5678"),
    ("reply", "123456789@qq.com"), ("reply", "e12345678@u.example.edu"), ("name", "PIN CHEN"), ("name", "O'Neill-Díaz, María 3rd"), ("iccid", "123456"), ("other", "U+유모바일"),
]


@BOTH
def test_ordinary_answers_raise_no_alarm(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    field(page, "carrier").select_option("other")
    for name, text in ORDINARY:
        field(page, name).fill(text)
        assert page.locator("form.letter [role=alert]").inner_text().strip() == "", f"'{text}' in {name} is taken for a secret"


@BOTH
def test_a_day_that_contradicts_the_choice_is_pointed_out(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    alert = page.locator("form.letter [role=alert]")
    field(page, "date").fill("2020-01-01")
    expect(alert).to_contain_text({"zh": "已经过去", "en": "has passed"}[lang])
    page.locator("[name=letter-where][value=left]").check()
    expect(alert).to_be_empty()
    field(page, "date").fill("2099-01-01")
    expect(alert).to_contain_text({"zh": "还没到", "en": "still to come"}[lang])


@BOTH
def test_what_is_typed_stays_text(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    field(page, "carrier").select_option("other")
    for name in ("other", "number", "name", "reply", "iccid"):
        field(page, name).fill(HOSTILE)
    page.locator('[data-do="ko"]').click()
    assert HOSTILE in letter(page)
    assert page.locator(f"{LINES} :is(img, script, b)").count() == 0, "typed markup became elements"
    assert "broken" not in page.title()


@BOTH
def test_nothing_typed_leaves_the_page_or_is_kept(page: Page, watch: Watch, server: str, lang: str) -> None:
    start(page, server, lang)
    page.wait_for_load_state("networkidle")
    before, asked = stored(page), len(watch.requests)
    fill(page)
    page.locator('[data-do="ko"]').click()
    expect(page.locator("form.letter [role=status]")).not_to_be_empty()
    assert watch.requests[asked:] == [], f"typing asked for {watch.requests[asked:]}"
    assert stored(page) == before, "typing left something behind"
    page.reload()
    expect(page.locator("form.letter")).to_be_visible()
    for name in ("carrier", *ANSWERS):
        assert field(page, name).input_value() == "", f"{name} is still filled in after a reload"


@BOTH
def test_clear_empties_form_and_letter(page: Page, server: str, lang: str) -> None:
    start(page, server, lang)
    fill(page)
    page.locator("form.letter [type=reset]").click()
    page.wait_for_timeout(50)
    assert "ZHANG SAN" not in letter(page) and "[영문 성명]" in letter(page)


@BOTH
def test_without_javascript_the_lines_stand_with_their_slots(chrome: Browser, server: str, lang: str) -> None:
    context = chrome.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{server}{LANGS[lang]}korean/#letter")
    expect(page.locator("form.letter")).to_be_hidden()
    assert page.locator(LINES).count() == page.locator(f"{LINES}:visible").count() > 20
    assert "[영문 성명]" in letter(page) and page.locator(f"{LINES} .when").first.is_visible()
    context.close()
