"""Tells the story: each line in Chinese with English below, with the time since the start."""

import sys
import time

from rich.console import Console

from weighbook.phrase import Phrase


class Narrator:
    """Prints what happens and remembers whether every claim came true."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
        self._began = time.monotonic()
        self.broken: list[Phrase] = []

    def chapter(self, title: Phrase) -> None:
        """A heading between parts of the day."""
        self._console.print()
        self._console.rule(f"[bold]{title.zh}  {title.en}", align="left", characters="─")

    def tell(self, phrase: Phrase, **facts: object) -> None:
        """One line of the story."""
        self._lines(phrase.fill(**facts), mark=" ", style="")

    def claim(self, phrase: Phrase, *, true: bool, **facts: object) -> None:
        """One line that has to be true; a broken one makes the demo fail at its end."""
        said = phrase.fill(**facts)
        if not true:
            self.broken.append(said)
        self._lines(said, mark="✓" if true else "✗", style="green" if true else "bold red")

    def quote(self, text: str) -> None:
        """What a command printed, as it printed it."""
        for line in text.rstrip().splitlines():
            self._console.print(f"          │ {line}", style="dim", markup=False)

    def _lines(self, said: Phrase, *, mark: str, style: str) -> None:
        clock = f"{time.monotonic() - self._began:6.1f}s"
        self._console.print(f"{clock} {mark} {said.zh}", style=style, markup=False)
        self._console.print(f"          {said.en}", style=style or "dim", markup=False)
