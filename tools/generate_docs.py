"""Writes the pages and the parts of pages that the program itself knows; `--check` only says which are stale.

A page `docs/NAME.md` is made wholly; in a page that is written by hand, the part between the two marks is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Literal, get_args, get_origin

import typer
from pydantic.fields import FieldInfo
from typer.cli import get_docs_for_click

from hwamei import dialects
from hwamei.cli.exit_codes import ExitCode
from hwamei.cli.main import app
from hwamei.models.catalogue import CATALOGUE, ModelFile
from hwamei.models.hub_sets import SETS, ModelSet
from hwamei.settings import PREFIX, Settings
from hwamei.web.options import options_part
from tools.api_page import api_page

DOCS = Path(__file__).parents[1] / "docs"
BEGIN = "<!-- made by tools/generate_docs.py -->"
END = "<!-- end -->"

CLI_HEAD = """
# The command line

What every verb has in common:

- Results go to standard output, everything else to standard error.
- `--json` prints one object as the last line of standard output.
- On a terminal, long work shows a progress bar; in a pipe it shows none.
- An error is one line: what was given, what is allowed, what to do. `hwamei --debug VERB ...` shows where it came from.
- A text that begins with `-` goes after `--`: `hwamei say --out minus.wav -- "-5 degrees"`.
- Settings are environment variables: see [settings](settings.md). Voices and models lie under `HWAMEI_DATA`.

## Exit status

| status | meaning |
|---|---|
"""

DEFAULTS_IN_WORDS = {
    # Defaults that depend on the machine.
    "data": "the user's data folder of the system, such as `~/.local/share/hwamei`",
    "hub_url": "`HF_ENDPOINT`, where the hub is Hugging Face and it is set; else empty",
    "threads": "2, or 1 on a machine with one processor",
}


def main() -> None:
    """Write what is stale, or with `--check` name it and exit with 1."""
    pages = {
        DOCS / "api.md": api_page(BEGIN),
        DOCS / "settings.md": settings_page(),
        DOCS / "cli.md": cli_page(),
        DOCS / "models.md": with_part(DOCS / "models.md", "\n".join(models_table())),
        **dict(option_pages()),
    }
    stale = [path for path, content in pages.items() if not path.is_file() or path.read_text("utf-8") != content]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.relative_to(DOCS.parent)} is stale; run `make docs`", file=sys.stderr)
        sys.exit(1 if stale else 0)
    for path in stale:
        path.write_text(pages[path], encoding="utf-8")
        print(f"wrote {path.relative_to(DOCS.parent)}")


def settings_page() -> str:
    """docs/settings.md."""
    head = f"""{BEGIN}

# Settings

Each setting is an environment variable. They are read once, when Hwamei starts. A variable that begins with `{PREFIX}`
and is not on this page is refused with the nearest name that is; an empty one counts as not set. From Python the same
names, in lower case and without `{PREFIX}`, are the fields of `hwamei.Settings`.
"""
    return "\n".join([head, *(section(name, field) for name, field in Settings.model_fields.items())])


def section(name: str, field: FieldInfo) -> str:
    """One setting, under a heading of its own."""
    return f"""## `{PREFIX}{name.upper()}`

{field.description}

- takes: {takes(field)}
- default: {default_in_words(name, field)}
"""


def takes(field: FieldInfo) -> str:
    """What values the setting takes, in words."""
    kind = field.annotation
    if get_origin(kind) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(kind))
    if kind is int:
        limits = {type(limit).__name__: limit for limit in field.metadata}
        return f"a whole number, {limits['Ge'].ge} to {limits['Le'].le}"
    if _mentions_path(kind):
        return "a folder"
    return "text"


def _mentions_path(kind: object) -> bool:
    return kind is Path or any(_mentions_path(part) for part in get_args(kind))


def default_in_words(name: str, field: FieldInfo) -> str:
    """The default, as code if it is a value."""
    if name in DEFAULTS_IN_WORDS:
        return DEFAULTS_IN_WORDS[name]
    return "not set" if field.default is None else f"`{field.default}`"


def with_part(page: Path, part: str) -> str:
    """The page with this part between its two marks."""
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{part}\n\n{END}{after}"


def option_pages() -> Iterator[tuple[Path, str]]:
    """The README.md of each dialect that says in its wire models what becomes of options, with the table of them."""
    for path in sorted(Path(dialects.__file__).parent.glob("*/options.py")):
        calls = import_module(f"{dialects.__name__}.{path.parent.name}.options").OPTIONS
        yield path.with_name("README.md"), with_part(path.with_name("README.md"), options_part(calls))


def models_table() -> Iterator[str]:
    """Each model of the catalogue, as Markdown."""
    parts = [*map(model_lines, CATALOGUE.values()), *map(set_lines, SETS.values())]
    yield "\n\n".join("\n".join(lines) for lines in parts)


def model_lines(model: ModelFile) -> Iterator[str]:
    """One model, under a heading of its own."""
    yield f"### `{model.name}`\n"
    yield f"It {model.purpose}.\n"
    yield f"- file: `{model.file_name}`, {model.size_bytes:,} bytes"
    yield f"- SHA-256: `{model.sha256}`"
    yield f"- licence: {model.licence}"
    yield f"- source: {model.source}"
    yield f"- carried by: {', '.join(f'`{wheel.requirement}`' for wheel in model.wheels)}"


def set_lines(model: ModelSet) -> Iterator[str]:
    """A set of files, under a heading of its own."""
    yield f"### `{model.name}` (optional)\n"
    yield f"It {model.purpose}.\n"
    yield f"- folder: `{model.name}/`, {model.size_bytes:,} bytes and small files"
    for file in model.files:
        hashes = " or ".join(f"`{content.sha256}`" for content in file.contents)
        yield f"- file: `{file.path}`, SHA-256 {hashes}"
    yield f"- licence: {model.licence}"
    yield f"- source: {model.source}"
    places = sorted({(str(hub), place.repository) for file in model.files for hub, place in file.places.items()})
    yield f"- fetched from: {', '.join(f'`{repository}` ({hub})' for hub, repository in places)}"


def cli_page() -> str:
    """docs/cli.md."""
    statuses = "".join(f"| {code.value} | {code.meaning} |\n" for code in ExitCode)
    command = typer.main.get_command(app)
    verbs = get_docs_for_click(obj=command, ctx=typer.Context(command), name="hwamei", indent=1, title="Verbs")
    return f"{BEGIN}\n{CLI_HEAD}{statuses}\n{tidy(verbs)}\n"


def tidy(page: str) -> str:
    """One line per paragraph as it comes, no trailing blanks, and no options that every program has."""
    lines = (line.rstrip() for line in page.splitlines())
    kept = [line for line in lines if not re.match(r"\* `(-h, )?--(help|install-completion|show-completion)", line)]
    return re.sub(r"\*\*Options\*\*:\n\n(?!\*)", "", "\n".join(kept)).strip()


if __name__ == "__main__":
    main()
