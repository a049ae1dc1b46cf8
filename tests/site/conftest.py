"""The option of the whole-site tests, and the figures they measure, printed at the end."""

from collections.abc import Callable, Sequence

import pytest

Figure = Callable[[str, object], None]
Table = Callable[[str, Sequence[str]], None]
FIGURES = pytest.StashKey[list[str]]()
TABLES = pytest.StashKey[dict[str, list[str]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kill-rounds", type=int, default=500, help="rounds of the kill test")


@pytest.fixture
def figure(pytestconfig: pytest.Config) -> Figure:
    """Notes one measured figure."""
    figures = pytestconfig.stash.setdefault(FIGURES, [])
    return lambda name, value: figures.append(f"{name}: {value}")


@pytest.fixture
def table(pytestconfig: pytest.Config) -> Table:
    """Notes a whole table under its title."""
    tables = pytestconfig.stash.setdefault(TABLES, {})
    return lambda title, lines: tables.update({title: list(lines)})


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for title, lines in config.stash.get(TABLES, {}).items():
        terminalreporter.section(title)
        for line in lines:
            terminalreporter.line(line)
    if figures := config.stash.get(FIGURES, []):
        terminalreporter.section("measured at the whole site")
        for line in figures:
            terminalreporter.line(line)
