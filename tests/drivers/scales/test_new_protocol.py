"""Adding a protocol costs what the README says: one file, one line, one vector file, no more.

A made-up protocol is added to a copy of the tree, and the copy's own tests are run over it.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
MADE_UP = '''"""The made-up Example 9000, to see what a new protocol costs.

    #  sign  d d d d d d  K  CR        K: S stable, M moving, O over range

9600 8N1. Integrity: layout. Source: none. Confidence: invented.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import Reading, Reject, Status, Weight, plain

LAYOUT = re.compile(rb"#([+-])([0-9]{6})([SMO])\\r")


def decode(frame: bytes) -> Reading:
    """One frame."""
    match = LAYOUT.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    if match[3] == b"O":
        return Status("overload", frame)
    text = plain(match[2].decode(), 0, minus=match[1] == b"-")
    return Weight(text, None, match[3] == b"S", None, frame)


def encode(said: Said) -> bytes:
    """The frame for that weight."""
    state = b"O" if said.overload or said.underload else b"S" if said.stable else b"M"
    return b"#%s%06d%s\\r" % (b"-" if said.kg < 0 else b"+", abs(said.kg), state)


PROTOCOLS = (
    ScaleProtocol(
        name="example-9000",
        title=("示例 9000", "Example 9000"),
        line=Line(),
        integrity="layout",
        frame=re.compile(rb"#[^#\\r]{8}\\r"),
        decode=decode,
        encode=encode,
    ),
)
'''
VECTOR = {"protocol": "example-9000", "hex": "23 2B 30 31 35 36 32 30 53 0D", "kind": "reading"}
SAYS = {"weight": "15620", "stable": True, "source": "invented"}


def copy_tree(to: Path) -> None:
    for folder in ("drivers", "weighbook", "terminal", "edge_agent"):
        shutil.copytree(ROOT / folder, to / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (to / "tests" / "drivers").mkdir(parents=True)
    for package in ("tests", "tests/drivers"):
        (to / package / "__init__.py").touch()
    shutil.copytree(ROOT / "tests/drivers/scales", to / "tests/drivers/scales")


def add_protocol(tree: Path) -> None:
    (tree / "drivers/scales/protocols/example_9000.py").write_text(MADE_UP, encoding="utf-8")
    catalogue = tree / "drivers/scales/catalogue.py"
    text = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(
        text.replace("MODULES = (\n", 'MODULES = (\n    "example_9000",\n'), "utf-8"
    )
    vectors = tree / "tests/drivers/scales/vectors/example_9000.jsonl"
    vectors.write_text(json.dumps(VECTOR | SAYS) + "\n", encoding="utf-8")


def run(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    words = (sys.executable, "-B", *words)
    return subprocess.run(words, cwd=tree, capture_output=True, text=True, timeout=100, check=False)


def test_a_made_up_protocol_needs_one_file_one_line_and_one_vector_file(tmp_path: Path) -> None:
    copy_tree(tmp_path)
    add_protocol(tmp_path)
    tests = ("tests/drivers/scales/test_protocols.py", "tests/drivers/scales/test_detection.py")
    checks = ("-q", "-p", "no:cacheprovider", "--import-mode=importlib", "-k", "example")
    result = run(tmp_path, "-m", "pytest", *tests, *checks)
    assert result.returncode == 0, result.stdout
    assert int(result.stdout.split(" passed")[0].split()[-1]) > 10
    words = ("--protocol", "example-9000", "--hex", VECTOR["hex"], "--json")
    decoded = run(tmp_path, "-m", "edge_agent.cli", "diag", "scale", "decode", *words)
    assert json.loads(decoded.stdout)["weight"] == "15620"


def test_without_its_vector_file_the_made_up_protocol_is_not_accepted(tmp_path: Path) -> None:
    copy_tree(tmp_path)
    add_protocol(tmp_path)
    (tmp_path / "tests/drivers/scales/vectors/example_9000.jsonl").unlink()
    words = ("-q", "-p", "no:cacheprovider", "--import-mode=importlib", "-k", "every_module")
    result = run(tmp_path, "-m", "pytest", "tests/drivers/scales/test_protocols.py", *words)
    assert result.returncode == 1, result.stdout
