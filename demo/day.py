"""One day at one mine: who takes part, and its chapters in order."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from demo.bureau import Bureau
from demo.mine import Mine
from demo.narrator import Narrator


@dataclass(frozen=True)
class Day:
    """Who takes part: the bureau, the mine, and the one who tells."""

    bureau: Bureau
    mine: Mine
    say: Narrator


def play(day: Day, chapters: tuple[Callable[[Day], None], ...]) -> float:
    """The whole day; gives how long it took in seconds."""
    began = time.monotonic()
    for chapter in chapters:
        chapter(day)
    return time.monotonic() - began


def seconds(took: float | None) -> str:
    """A waiting time for people."""
    return "—" if took is None else f"{took:.1f} s"
