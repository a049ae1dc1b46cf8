"""What one check of a technician's found."""

from typing import NamedTuple

from weighbook.phrase import Phrase

WELL = Phrase("正常", "well")


class Finding(NamedTuple):
    """One check's verdict."""

    check: str
    ok: bool
    measured: str
    limit: str
    words: Phrase
