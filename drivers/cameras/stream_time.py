"""The times of a stream's packets made usable: from nought, never back, without leaps.

A file may hold no times at all, begin at any number, or be cut together of several that each begin
anew. What is missing or runs back goes on at the usual step; a real gap stays one.
"""

MAX_GAP_MS = 3_600_000


class StreamTime:
    """One stream's clock, told packet by packet in decoding order. It knows no other clock."""

    def __init__(self, step_ms: int) -> None:
        self._step_ms = step_ms
        self._shift_ms: int | None = None
        self._lead_ms: int | None = None
        self._began = False
        self.newest_ms = 0

    def took(self, decoded_ms: int | None, shown_ms: int | None) -> tuple[int, int]:
        """When this packet came, and when its picture is shown."""
        usual_ms = self.newest_ms + self._step_ms if self._began else 0
        at_ms = usual_ms if decoded_ms is None else self._placed(decoded_ms, usual_ms)
        self._began, self.newest_ms = True, at_ms
        if decoded_ms is None or shown_ms is None:
            return at_ms, at_ms
        if self._lead_ms is None:
            self._lead_ms = shown_ms - decoded_ms
        return at_ms, max(0, at_ms + shown_ms - decoded_ms - self._lead_ms)

    def _placed(self, decoded_ms: int, usual_ms: int) -> int:
        if self._shift_ms is not None:
            at_ms = decoded_ms - self._shift_ms
            if 0 <= at_ms - self.newest_ms <= MAX_GAP_MS:
                return at_ms
        self._shift_ms = decoded_ms - usual_ms
        return usual_ms
