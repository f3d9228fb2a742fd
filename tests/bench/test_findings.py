"""Findings on a page."""

from __future__ import annotations

from pathlib import Path

from bench.findings import Finding, markdown, put_into


def test_a_finding_on_a_page_says_whether_the_target_was_met() -> None:
    page = markdown([Finding("wait", "0.4 s", "≤ 0.8 s", True), Finding("size", "2 GB", "≤ 1 GB", False)])
    assert "| wait | 0.4 s | ≤ 0.8 s | met |" in page
    assert "| size | 2 GB | ≤ 1 GB | missed |" in page


def test_new_findings_replace_the_old_ones_and_leave_the_page_around_them(tmp_path: Path) -> None:
    page = tmp_path / "bench.md"
    page.write_text("# Speed\n\n<!-- measured: memory -->\nold\n<!-- end -->\n\nWhat it means.\n", "utf-8")
    put_into(page, "memory", r"new \1")
    assert page.read_text("utf-8") == (
        "# Speed\n\n<!-- measured: memory -->\nnew \\1\n<!-- end -->\n\nWhat it means.\n"
    )


def test_findings_without_a_place_on_the_page_go_to_its_end(tmp_path: Path) -> None:
    page = tmp_path / "bench.md"
    put_into(page, "memory", "first")
    put_into(page, "streams", "second")
    put_into(page, "memory", "again")
    assert page.read_text("utf-8") == (
        "<!-- measured: memory -->\nagain\n<!-- end -->\n\n<!-- measured: streams -->\nsecond\n<!-- end -->\n"
    )
