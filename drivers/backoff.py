"""How long to wait before trying a lost device again."""

FIRST_MS = 1_000
MOST_MS = 60_000


def next_delay_ms(attempt: int) -> int:
    """1, 2, 4 … 60 s; `attempt` counts from 0."""
    return min(MOST_MS, FIRST_MS << min(attempt, 16))
