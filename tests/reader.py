"""What a reader does and sees that Playwright has no word for: the keyboard alone, the clipboard, what a page has stored."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

HOSTILE = """"><img src=x onerror="document.title='broken'"><script>document.title='broken'</script>{{7*7}}&lt;b&gt;"""

STORED = """async () => JSON.stringify({
  local: {...localStorage}, session: {...sessionStorage}, cookies: document.cookie, address: location.href,
  databases: (await indexedDB.databases()).map(d => d.name), history: history.length, state: history.state })"""


def stored(page: Page) -> str:
    """Everything a page could keep: storages, cookies, databases, the address and the history."""
    return page.evaluate(STORED)


def clipboard(page: Page) -> str:
    """The text on the clipboard; the page's context must allow "clipboard-read"."""
    return page.evaluate("navigator.clipboard.readText()").replace("\r\n", "\n")


def tab_to(page: Page, target: Locator, limit: int = 80) -> None:
    """Press Tab until `target` has the focus; fails after `limit` presses."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} is not reached by {limit} presses of Tab")
