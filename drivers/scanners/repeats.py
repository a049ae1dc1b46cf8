"""What was read lately: a code that stays before a scanner or a camera is one scan, not many."""

from dataclasses import dataclass, field

MAX_REMEMBERED = 64


@dataclass
class Repeats:
    """`same_ms`: a code not seen for so long is a new scan. Every sight counts from anew."""

    same_ms: int
    _seen_ms: dict[bytes, int] = field(default_factory=dict)

    def is_news(self, text: bytes, now_ms: int) -> bool:
        """Whether this is a scan of its own; remembers it."""
        seen_ms = self._seen_ms.pop(text, None)
        self._seen_ms[text] = now_ms
        while len(self._seen_ms) > MAX_REMEMBERED:
            del self._seen_ms[next(iter(self._seen_ms))]
        return seen_ms is None or now_ms - seen_ms >= self.same_ms
