"""The guide's words keep the rules of CONTRIBUTING.md, and each rule is seen to catch what it is for."""

from __future__ import annotations

import statistics
from pathlib import Path

import lxml.html
import pytest

import style
from conftest import ROOT
from pages import built_pages


@pytest.mark.parametrize("file", style.files())
def test_words_keep_the_rules(file: str) -> None:
    faults = style.check(file, (ROOT / file).read_text("utf-8"))
    assert not faults, "\n" + "\n".join(map(str, faults))


def test_built_pages_print_no_markup_and_mark_every_language(site: Path) -> None:
    faults = [fault for page in built_pages(site) for name in [page.file.relative_to(site).as_posix()]
              for fault in (*style.markup(name, page.tree), *style.voices(name, page.tree))]
    assert not faults, "\n" + "\n".join(map(str, faults))


@pytest.mark.parametrize("page", sorted((ROOT / "docs/en").rglob("*.md")), ids=lambda p: p.name)
def test_english_sentences_are_short_on_average(page: Path) -> None:
    texts = style.page_texts(page.relative_to(ROOT).as_posix(), page.read_text("utf-8"))
    lengths = [style.length(s, "en") for t in texts if t.kind in ("paragraph", "item") for s in style.sentences(style.counted(t), "en")]
    assert statistics.mean(lengths) <= 15, f"{page.name}: SHORT: {statistics.mean(lengths):.1f} words a sentence; aim at 15"


def test_the_rules_are_explained_to_editors() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    missing = [rule for rule in style.MEND if text.count(f"**{rule}**") < 1]
    assert not missing, f"CONTRIBUTING.md does not explain {missing}"


WORDS = "one two three four five six seven eight nine ten eleven twelve thirteen"
HANS = "一张卡在两个月之内没有充值也没有续期的话号码就会被收回"
EXAMPLES = [
    # rule, language, breaks it, keeps it
    ("ANSWER", "zh", "## 要注销吗 { #x }\n\n| 卡 | 要 |\n|---|---|\n| 月租 | 要 |", "## 要注销吗 { #x }\n\n月租的要。\n\n| 卡 | 要 |\n|---|---|\n| 月租 | 要 |"),
    ("ANSWER", "en", "## Proof { #x }\n\n- A letter\n- A text", "## Proof { #x }\n\n### A letter { #y }\n\nAsk for one."),
    ("ANSWER", "en", "## Find it { #x }\n\n[Go](x.md){ .press }\n\n- This", "## Find it { #x }\n\n[Go](x.md){ .press }\n\nIt is this."),
    ("TERMS", "zh", "带上外国人登陆证。", "有人写成“登陆证”，带上外国人登录证。"),
    ("TERMS", "en", "The line was canceled.", "The line was cancelled."),
    ("DATES", "zh", "费用是 ₩3,850。", "费用是 3,850 韩元。"),
    ("DATES", "zh", "自 2025-10-07 起。", "自 2025 年 10 月 7 日起。"),
    ("DATES", "en", "It costs 3,850 won.", "It costs KRW 3,850."),
    ("DATES", "en", "It began on October 7, 2025.", "It began on 7 October 2025. In October 2025 it ended."),
    ("盘古", "zh", "用eSIM的人。", "用 eSIM 的人。"),
    ("盘古", "zh", "提前7天办。", "提前 7 天办。"),
    ("盘古", "zh", "先注销,再删除。", "先注销，再删除。"),
    ("盘古", "zh", "登录证(ARC)要带。", "登录证（ARC）要带。"),
    ("盘古", "zh", "1. **注销**。 去门店。", "1. **注销**。去门店。"),
    ("盘古", "zh", "到 {{ path(\"apple-imessage-facetime-unlink\") }} 里。", "到{{ path(\"apple-imessage-facetime-unlink\") }}里。"),
    ("盘古", "zh", "他说 “好” 了。", "见[名录](carriers.md)里的“KT”，韩语是 2단계。"),
    ("盘古", "en", "Wait，then call.", "Wait, then call (한국어 2단계)."),
    ("短句", "zh", f"{HANS}，{HANS}。", f"{HANS}。{HANS}。"),
    ("短句", "zh", "一。二。三。四。五。六。", "一。二。三。四。五。"),
    ("短句", "zh", f"{HANS}甲乙丙丁戊己庚辛壬癸子丑寅卯 SK Telecom。", f"{HANS}甲乙丙丁戊己庚辛壬癸子丑 SK Telecom 이동통신。{{{{ cite(\"skt-114\") }}}}"),
    ("称呼", "zh", "请您带证件。", "请你带证件。"),
    ("强调", "zh", "说 *解约*。", "说**解约**，2 * 3 * 4。"),
    ("强调", "zh", "**先注销。**再删除。", "**先注销**。再删除。"),
    ("SHORT", "en", f"{WORDS} {WORDS}.", f"{WORDS}. {WORDS}."),
    ("SHORT", "en", f"{WORDS} a b c d e f g h i j k l m.", f"{WORDS} a b c d e f g h i j k, Settings › Cellular › Delete eSIM."),
    ("PLAIN", "en", "Change the color at the center.", "Ask the Foreign Information Center."),
    ("NO ITALICS", "en", "Say *해지* now.", "Say 해지 *now*."),
    ("CHARS", "zh", "先\u200b注销。", "先注销。"),
    ("CHARS", "zh", "用 \uff45\uff33\uff29\uff2d 的人。", "用 eSIM 的人。"),
    ("CHARS", "zh", "外国\u2f08登录证。", "外国人登录证。"),
    ("CHARS", "en", "Call\u00a0now.", "Call now."),
    ("CHARS", "en", "The l\u0456ne ends.", "The line ends, café or not."),
    ("CHARS", "en", "Say \u1112\u1162\u110c\u1175.", "Say 해지."),
    ("STOP", "zh", "先注销，再删除", "先注销，再删除。"),
    ("STOP", "zh", "- 先注销。再删除", "- 先注销再删除"),
    ("STOP", "en", "Cancel first", "Cancel first.\n\n- An ID\n- A SIM: see [the steps](x.md)"),
    ("STOP", "en", "Cancel first.Then delete it.", "Cancel first.{{ cite(\"skt-114\") }} Then delete it at trip.com now."),
    ("IDS", "en", "## Proof\n\nAsk for it.", "## Proof { #proof }\n\nAsk for it."),
    ("IDS", "zh", "## 凭据 {#proof}\n\n要一份。", "## 凭据 { #proof .wide }\n\n要一份。"),
]


@pytest.mark.parametrize("rule, lang, wrong, right", EXAMPLES)
def test_a_rule_catches_what_it_is_for(rule: str, lang: str, wrong: str, right: str) -> None:
    found = style.check(f"docs/{lang}/x.md", wrong)
    assert rule in {fault.rule for fault in found}, f"{rule} missed: {wrong}"
    assert all(style.MEND[f.rule] in str(f) and str(f).startswith(f"docs/{lang}/x.md:{f.line}: {f.rule}: ") for f in found)
    assert not [str(f) for f in style.check(f"docs/{lang}/x.md", right)], f"{rule} is false on: {right}"


@pytest.mark.parametrize("rule, wrong, right", [
    ("MARKUP", "<p>**Cancel** it.</p>", "<p><b>Cancel</b> it.</p><code>**</code>"),
    ("MARKUP", "<p>==x==</p>", "<script>a == b</script><p>x = y</p>"),
    ("MARKUP", "<h2>Proof {#proof}</h2>", "<h2>Proof</h2>"),
    ("LANG", "<p>Say 해지.</p>", "<p>Say <span lang='ko'>해지</span>.</p>"),
    ("LANG", "<p><b lang='ko'>해지</b> 해지</p>", "<select><option>KT (케이티)</option><option lang='ko'>케이티</option></select>"),
    ("LANG", "<p>中文</p>", "<p lang='zh-Hans'>中文</p>"),
])
def test_a_rule_catches_a_built_page(rule: str, wrong: str, right: str) -> None:
    def faults(body: str) -> set[str]:
        tree = lxml.html.document_fromstring(f"<html lang='en'><body>{body}</body></html>")
        return {f.rule for f in (*style.markup("x", tree), *style.voices("x", tree))}
    assert rule in faults(wrong) and not faults(right)


def test_a_fault_names_its_line_in_pages_and_in_data() -> None:
    page = style.check("docs/zh/x.md", "---\ntitle: 好\n---\n\n# 好 { #x }\n\n好。\n\n1. **甲**。乙。\n2. 您好。\n")
    assert [(f.rule, f.line) for f in page] == [("称呼", 10)]
    data = style.check("data/facts/x.yml", "- id: x\n  claim:\n    zh: 您好。\n    en: Hello\n  sources: [{publisher: 您}]\n")
    assert [(f.rule, f.line) for f in data] == [("称呼", 3), ("STOP", 4)]
