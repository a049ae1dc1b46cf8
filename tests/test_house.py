"""The house rules as tests: lint, types, import contracts, units, and the numbers of tidiness."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("weighbook", "drivers", "edge_agent", "collector", "demo")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "common", "manager", "handler", "base"}
MAX_FILE_LINES = 250
MAX_TEST_FILE_LINES = 400
MAX_RULE_LINES = 120
MAX_BODY_LINES = 50
MAX_PARAMETERS = 5
MAX_BLANKET_EXCEPTS = 6  # one per process boundary: worker, uplink, audit, ingest, web, demo


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def test_ruff_finds_nothing_to_say() -> None:
    result = run(tool("ruff"), "check", ".")
    assert result.returncode == 0, result.stdout


def test_every_file_is_formatted() -> None:
    result = run(tool("ruff"), "format", "--check", ".")
    assert result.returncode == 0, result.stdout


@pytest.mark.timeout(600)
def test_mypy_strict_finds_nothing_to_say() -> None:
    result = run(sys.executable, "-m", "mypy")
    assert result.returncode == 0, result.stdout


def test_import_contracts_hold() -> None:
    result = run(tool("lint-imports"))
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("unit", sorted((ROOT / "systemd").glob("*.service")), ids=lambda p: p.name)
def test_systemd_accepts_the_unit(unit: Path, tmp_path: Path) -> None:
    # systemd wants to see the program the unit starts; this machine has it elsewhere.
    text = unit.read_text(encoding="utf-8")
    copy = tmp_path / unit.name
    true = shutil.which("true") or "/bin/true"
    copy.write_text(
        "\n".join(
            f"ExecStart={true}" if line.startswith("ExecStart=") else line
            for line in text.splitlines()
        ),
        encoding="utf-8",
    )
    result = run("systemd-analyze", "verify", "--man=no", str(copy))
    assert result.returncode == 0, result.stderr
    assert unit.name not in result.stderr, result.stderr


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    statements = function.body
    if ast.get_docstring(function) is not None:
        statements = statements[1:]
    if not statements:
        return 0
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1


def test_files_are_small() -> None:
    rules = {ROOT / "collector" / "rules", ROOT / "drivers" / "scales" / "protocols"}
    too_long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in sources(*PACKAGES, "tests", "bench")
        if (lines := len(path.read_text(encoding="utf-8").splitlines()))
        > (
            MAX_TEST_FILE_LINES
            if "tests" in path.parts
            else MAX_RULE_LINES
            if path.parent in rules
            else MAX_FILE_LINES
        )
    ]
    assert not too_long, too_long


def test_functions_are_short() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {lines}"
        for path in sources(*PACKAGES)
        for function in functions(path)
        if (lines := body_lines(function)) > MAX_BODY_LINES
    ]
    assert not too_long, too_long


def test_parameters_are_few() -> None:
    # A CLI command's parameters are its options, declared by decorators; they do not count.
    too_many = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {count}"
        for path in sources(*PACKAGES)
        for function in functions(path)
        if not function.decorator_list
        if (count := len([a for a in function.args.args if a.arg not in ("self", "cls")]))
        > MAX_PARAMETERS
    ]
    assert not too_many, too_many


def test_names_say_what_is_inside() -> None:
    vague = [
        str(path.relative_to(ROOT))
        for path in sources(*PACKAGES)
        if set(path.stem.split("_")) & FORBIDDEN_NAMES
    ]
    assert not vague, vague


def test_blanket_excepts_are_counted() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        if node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception")
    ]
    assert len(found) <= MAX_BLANKET_EXCEPTS, found


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sources(*PACKAGES)
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent, silent


def test_nothing_of_this_machine_is_committed() -> None:
    pattern = r"(^|[^A-Za-z0-9_.])/(wor[k]|far[m])/|simpl[e]/|--extra-index-ur[l]"
    result = run("git", "grep", "-nIE", pattern)
    assert result.returncode == 1, result.stdout


def test_our_own_modules_are_never_patched() -> None:
    patched = [
        str(path.relative_to(ROOT))
        for path in sources("tests")
        if path != Path(__file__)
        if "mock.patch" in (text := path.read_text(encoding="utf-8")) or "MagicMock" in text
    ]
    assert not patched, patched
