"""Writes constraints.txt: the version of every package that an installation for development takes today.

Names and versions only. Where packages come from is a matter of the machine that installs, so no address is recorded.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "constraints.txt"
PIP = (sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-")


def main() -> None:
    """Resolve anew and write the file."""
    report = subprocess.run([*PIP, "-e", f"{ROOT}[dev,bench]"], check=True, stdout=subprocess.PIPE, text=True).stdout
    packages = [entry["metadata"] for entry in json.loads(report)["install"]]
    lines = sorted(f"{package['name'].lower()}=={package['version']}" for package in packages)
    TARGET.write_text("".join(f"{line}\n" for line in lines if not line.startswith("hwamei==")), encoding="utf-8")


if __name__ == "__main__":
    main()
