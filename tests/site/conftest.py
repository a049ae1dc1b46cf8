"""The option of the whole-site tests, and the figures they measure, printed at the end."""

from collections.abc import Callable

import pytest

Figure = Callable[[str, object], None]
FIGURES = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kill-rounds", type=int, default=500, help="rounds of the kill test")


@pytest.fixture
def figure(pytestconfig: pytest.Config) -> Figure:
    """Notes one measured figure."""
    figures = pytestconfig.stash.setdefault(FIGURES, [])
    return lambda name, value: figures.append(f"{name}: {value}")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if figures := config.stash.get(FIGURES, []):
        terminalreporter.section("measured at the whole site")
        for line in figures:
            terminalreporter.line(line)
