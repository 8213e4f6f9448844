"""Finds the Chromium that the tests drive and, with --install, installs one where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--no-first-run"]
FONTS = ["fonts-noto-cjk", "fonts-noto-color-emoji"]
ADVICE = """The browser tests need Chromium, and none could be installed here. Install one of these, then run `make test` again:
  Debian, Ubuntu:  sudo apt-get install chromium fonts-noto-cjk   (Ubuntu: chromium-browser)
  Fedora:          sudo dnf install chromium google-noto-sans-cjk-fonts
  macOS, Windows:  Google Chrome, or .venv/bin/playwright install chromium
or name a browser you have: CHROMIUM=/path/to/chrome make test"""


def find() -> str | None:
    """The path of a Chromium or Chrome: $CHROMIUM, one on PATH, or the one Playwright downloaded; None without one."""
    named = os.environ.get("CHROMIUM")
    for name in ([named] if named else NAMES):
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def install() -> None:
    """Install a Chromium: with apt on Debian as root, elsewhere Playwright's own; exit with advice where neither works."""
    if find():
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", *FONTS], check=False, env=environment)
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if not find():
        sys.exit(ADVICE)


if __name__ == "__main__":
    install() if "--install" in sys.argv else print(find() or ADVICE)
