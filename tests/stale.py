"""`make stale`: lists the facts and providers that are due for a check, oldest first, with their sources; --all lists every one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "hooks"))

import register as reg  # noqa: E402


def report(register: reg.Register, everything: bool = False) -> str:
    """The entries that are due (or all of them), oldest first, each with its sources; the last line counts them."""
    dated = sorted(register.dated(), key=lambda found: (found[1]["checked"], found[0], found[1]["id"]))
    listed = [(kind, entry) for kind, entry in dated if everything or reg.is_due(entry)]
    lines = [line for kind, entry in listed for line in (
        f"{entry['checked']}  {kind} {entry['id']}{'  due' if reg.is_due(entry) else ''}",
        *(f"            {s['url']}  ({s['publisher']}, {s['kind']}, {s['published'] or 'no date'})" for s in entry["sources"]))]
    due = sum(reg.is_due(entry) for _, entry in dated)
    return "\n".join([*lines, f"{due} of {len(dated)} entries were checked more than {reg.STALE_AFTER.days} days ago."])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="list every fact and provider")
    print(report(reg.load(ROOT), parser.parse_args().all))
