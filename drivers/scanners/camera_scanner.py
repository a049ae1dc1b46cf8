"""Codes held up to a camera: a code that stays in the picture is one scan, not one per picture."""

from drivers.scanners.picture import read_jpeg
from drivers.scanners.repeats import Repeats

SAME_MS = 2_000


class CameraScanner:
    """Remembers what it saw lately."""

    def __init__(self) -> None:
        self._repeats = Repeats(SAME_MS)

    def read(self, jpeg: bytes, now_ms: int) -> list[bytes]:
        """The codes of this picture that were not in sight during the last two seconds."""
        return self.news([code.text for code in read_jpeg(jpeg)], now_ms)

    def news(self, texts: list[bytes], now_ms: int) -> list[bytes]:
        return [text for text in texts if self._repeats.is_news(text, now_ms)]
