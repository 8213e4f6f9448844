"""Every page is valid HTML, by the Nu checker where Java can run it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def nu(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Nu HTML Checker, from npm."""
    if not shutil.which("java") or not shutil.which("npm"):
        pytest.skip("the Nu HTML Checker needs java and npm")
    folder = tmp_path_factory.mktemp("nu")
    done = subprocess.run(["npm", "pack", "--silent", "vnu-jar@26.9.27"], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"npm could not fetch the Nu HTML Checker: {done.stderr[-300:]}")
    shutil.unpack_archive(folder / done.stdout.strip().splitlines()[-1], folder)
    return next(folder.rglob("vnu.jar"))


def test_the_nu_checker_finds_no_error_and_no_warning(nu: Path, site: Path, tmp_path: Path) -> None:
    for file in site.rglob("*.html"):
        copy = tmp_path / file.relative_to(site)
        copy.parent.mkdir(parents=True, exist_ok=True)
        # The checker cannot know what 'self' is for a file, and takes each of our scripts for a breach of the policy.
        copy.write_text(re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", file.read_text("utf-8")), "utf-8")
    done = subprocess.run(["java", "-jar", str(nu), "--skip-non-html", "--Werror", str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr.replace(f"file:{tmp_path}/", "")[:3000]
