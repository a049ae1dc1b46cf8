"""The house rules for the page's own sources; and that all of them are in it and installed."""

import tomllib
from pathlib import Path

import pytest

from collector.road import page

WEB = Path(page.__file__).parent / "web"
ROOT = WEB.parents[2]
SOURCES = sorted(WEB.iterdir())
MAX_LINES, MAX_LINE = 250, 100
FORBIDDEN = ("eval(", "new Function", "innerHTML", "document.write", "http:", "https:", "import(",
             "@import")  # fmt: skip


def test_every_source_is_in_the_page_once() -> None:
    scripts = {f"{name}.js" for name in page.SCRIPTS}
    assert len(page.SCRIPTS) == len(scripts)
    assert {path.name for path in SOURCES} == scripts | {"page.html", "page.css"}


def test_the_sources_are_installed_with_the_package() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert told["tool"]["setuptools"]["package-data"]["collector.road"] == ["web/*"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_source_is_small_and_says_what_it_is(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MAX_LINES
    assert max(map(len, lines)) <= MAX_LINE
    if path.suffix == ".js":
        assert lines[0] == '"use strict";'
        assert lines[1].startswith("// ")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_source_loads_nothing_and_makes_no_code_of_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not [words for words in FORBIDDEN if words in text]
