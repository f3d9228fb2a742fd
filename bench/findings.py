"""What was measured, as a table for a terminal and as a part of a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

END = "<!-- end -->"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a table. `met`: whether the target was; None where there is none, or not for this machine."""

    what: str
    measured: str
    target: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        """One word, or nothing."""
        return {True: "met", False: "missed", None: ""}[self.met]


def table(title: str, findings: Sequence[Finding]) -> Table:
    """For a terminal."""
    shown = Table(title=title, title_justify="left")
    for heading in ("what", "measured", "target", ""):
        shown.add_column(heading)
    for finding in findings:
        shown.add_row(finding.what, finding.measured, finding.target, finding.verdict)
    return shown


def markdown(findings: Sequence[Finding]) -> str:
    """For a page."""
    rows = (f"| {f.what} | {f.measured} | {f.target} | {f.verdict} |" for f in findings)
    return "\n".join(["| what | measured | target | |", "|---|---|---|---|", *rows])


def put_into(page: Path, name: str, content: str) -> None:
    """Replace what stands in the page between the marks of this name; at its end if it has no such marks."""
    begin = f"<!-- measured: {name} -->"
    part = f"{begin}\n{content}\n{END}"
    text = page.read_text("utf-8") if page.is_file() else ""
    if begin in text:
        text = re.sub(re.escape(begin) + ".*?" + re.escape(END), lambda _: part, text, flags=re.DOTALL)
    else:
        text = f"{text.rstrip()}\n\n{part}\n".lstrip()
    page.write_text(text, "utf-8")
