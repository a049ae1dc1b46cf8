"""What a user may ask of the benchmarks that can."""

from pathlib import Path
from typing import NamedTuple


class Wishes(NamedTuple):
    """`hour`: take one; `media`: footage from this folder."""

    hour: bool = False
    media: Path | None = None


NONE = Wishes()
