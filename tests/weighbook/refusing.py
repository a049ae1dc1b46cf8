"""The code something is refused with; whatever else is raised passes through and fails the test."""

from collections.abc import Callable

from weighbook.phrase import Refusal


def refused(act: Callable[[], object]) -> str | None:
    """The refusal's code; None if it was accepted."""
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return None
