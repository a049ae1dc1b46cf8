"""How far something long has come, on a terminal's error stream; elsewhere nothing."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def progress(total: int, items: Iterable[T], what: str) -> Iterator[T]:
    """The items one by one, under a bar with those words."""
    # rich takes a quarter of a second to import: only what is long pays it.
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(items, what, total, console=console, disable=not console.is_terminal)
