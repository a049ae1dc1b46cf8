"""Codes held up to a camera: a code that stays in the picture is one scan, not one per picture."""

from drivers.scanners.picture import read_jpeg

SAME_MS = 2_000
MAX_REMEMBERED = 64


class CameraScanner:
    """Remembers what it saw lately."""

    def __init__(self) -> None:
        self._seen_ms: dict[bytes, int] = {}

    def read(self, jpeg: bytes, now_ms: int) -> list[bytes]:
        """The codes of this picture that were not in sight during the last two seconds."""
        return self.news([code.text for code in read_jpeg(jpeg)], now_ms)

    def news(self, texts: list[bytes], now_ms: int) -> list[bytes]:
        fresh = [
            text for text in texts if now_ms - self._seen_ms.get(text, now_ms - SAME_MS) >= SAME_MS
        ]
        for text in texts:
            self._seen_ms.pop(text, None)
            self._seen_ms[text] = now_ms
        while len(self._seen_ms) > MAX_REMEMBERED:
            del self._seen_ms[next(iter(self._seen_ms))]
        return fresh
