"""The arrows between our packages, read from the imports in the source. Nothing here imports what it checks."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"
ROOT = SOURCE / "hwamei"

ARROWS: dict[str, set[str]] = {
    # What a package may import of ours. Each may also import itself.
    "domain": set(),
    "ports": {"domain"},
    "settings": {"domain"},
    "atomic": set(),
    "npz": set(),
    "text": {"domain"},
    "dsp": {"domain"},
    "subtitles": {"domain"},
    "codecs": {"domain", "dsp"},
    "labels": {"domain", "dsp", "codecs"},
    "models": {"domain", "settings", "atomic", "npz"},
    "speaker": {"domain", "dsp", "models", "settings", "npz"},
    "engines": {"domain", "ports", "settings", "text", "dsp", "codecs", "speaker", "models", "npz"},
    "storage": {"domain", "ports", "atomic", "npz"},
    "service": {"domain", "ports", "npz", "text", "dsp", "codecs", "labels", "subtitles"},
    "fetch": {"domain", "settings", "codecs", "atomic"},
    "jobs": {"domain", "ports", "service"},
    "testing": {"domain", "ports", "npz"},
    "logs": set(),
    "web": {"domain", "service"},
    "dialects": {"domain", "ports", "service", "web"},
    "studio": {"web"},  # of the product it knows what goes over the native wire, in a browser
    "client": {"domain", "ports", "atomic", "dialects"},  # of the dialects only what goes over the native wire
    "cli": {  # "__init__" is the public `import hwamei`
        *("__init__", "app", "client", "domain", "logs", "server", "service", "serving", "settings", "web"),
    },
}
ROOTS = {"app", "serving", "server"}  # the composition roots: of a studio, a platform, a web server; may import all
FRONT_DOORS = {"__init__", "__main__"}  # `import hwamei` and `python -m hwamei`
ARROWS_OF_DOORS = {"app", "cli", "domain", "service", "settings"}

HEAVY = {
    # Takes a tenth of a second or more to import, or holds tens of megabytes: only a module that uses it imports it.
    "av",
    "jieba",
    "onnx",
    "onnxruntime",
    "opencc",
    "openvino",
    "parselmouth",
    "pypinyin",
    "scipy",
    "sherpa_onnx",
    "soxr",
}

MODULES = sorted(ROOT.rglob("*.py"))


def _module(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _package(module: str) -> str:
    """The name in ARROWS under which the module is: hwamei.text.plan → text."""
    return module.split(".")[1] if "." in module else "__init__"


def _imports(path: Path) -> Iterator[str]:
    """Every module of ours that the file imports, also inside functions and for type checking."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from _imported_from(node)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "hwamei")


def _imported_from(node: ast.ImportFrom) -> Iterator[str]:
    assert node.level == 0, f"line {node.lineno}: imports are absolute"
    module = node.module or ""
    if module == "hwamei":
        yield from (f"hwamei.{alias.name}" for alias in node.names)
    elif module.startswith("hwamei."):
        yield from (_longest(module, alias.name) for alias in node.names)


def _longest(module: str, name: str) -> str:
    """`from hwamei.models import locate` imports a module; `from hwamei.models.locate import find` does not."""
    path = SOURCE.joinpath(*module.split("."), name)
    return f"{module}.{name}" if path.is_dir() or path.with_suffix(".py").is_file() else module


@pytest.mark.parametrize("path", MODULES, ids=_module)
def test_a_module_imports_only_what_the_design_lets_it(path: Path) -> None:
    package = _package(_module(path))
    if package in ROOTS:
        return
    allowed = ARROWS_OF_DOORS if package in FRONT_DOORS else ARROWS[package] | {package}
    wrong = {imported for imported in _imports(path) if _package(imported) not in allowed}
    assert wrong == set(), f"{_module(path)} may import {sorted(allowed)}"


@pytest.mark.parametrize("path", sorted((ROOT / "dialects").glob("*/**/*.py")), ids=_module)
def test_no_dialect_imports_another(path: Path) -> None:
    own = ".".join(_module(path).split(".")[:3])
    others = {imported for imported in _imports(path) if imported.startswith("hwamei.dialects.")}
    assert {imported for imported in others if imported != own and not imported.startswith(f"{own}.")} == set()


@pytest.mark.parametrize("path", sorted((ROOT / "client").glob("*.py")), ids=_module)
def test_the_client_knows_of_the_dialects_only_what_goes_over_the_native_wire(path: Path) -> None:
    known = {imported for imported in _imports(path) if imported.startswith("hwamei.dialects")}
    assert {imported for imported in known if not imported.startswith("hwamei.dialects.native.wire.")} == set()


@pytest.mark.parametrize("path", sorted((ROOT / "engines").glob("*/*.py")), ids=_module)
def test_no_engine_imports_another(path: Path) -> None:
    own = f"hwamei.engines.{path.parent.name}"
    others = {imported for imported in _imports(path) if imported.startswith("hwamei.engines")} - {own}
    assert {imported for imported in others if not imported.startswith(f"{own}.")} == set()


def test_every_package_has_its_arrows() -> None:
    assert {_package(_module(path)) for path in MODULES} <= {*ARROWS, *ROOTS, *FRONT_DOORS}


def test_the_arrows_make_no_circle() -> None:
    """A package's arrows lead to packages whose arrows never lead back."""

    def reached(package: str) -> set[str]:
        return ARROWS.get(package, set()).union(*(reached(next_one) for next_one in ARROWS.get(package, set())))

    assert [package for package in ARROWS if package in reached(package)] == []


def _loaded_by(statement: str) -> set[str]:
    """The top-level modules that a fresh Python has loaded after the statement."""
    program = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import hwamei",
        "import " + ", ".join(_module(path) for path in sorted(ROOT.rglob("__init__.py"))),
        "import hwamei.settings, hwamei.models.pull, hwamei.storage.folder, hwamei.engines.tone.engine, hwamei.testing",
        "from hwamei import engines; engines.names()",
        "import hwamei.client",
    ],
)
def test_importing_loads_nothing_heavy(statement: str) -> None:
    assert _loaded_by(statement) & HEAVY == set()
