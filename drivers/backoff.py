"""How long to wait before trying a lost device again."""

FIRST_MS = 1_000
MOST_MS = 60_000


def next_delay_ms(attempt: int, most_ms: int = MOST_MS) -> int:
    """1, 2, 4 … s up to `most_ms`, for ever; `attempt` counts from 0."""
    return min(most_ms, FIRST_MS << min(max(attempt, 0), 16))
