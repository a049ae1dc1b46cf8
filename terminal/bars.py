"""A small chart of blocks: one column a moment, eight steps a row. Works wherever text does."""

from collections.abc import Sequence

BLOCKS = " ▁▂▃▄▅▆▇█"
STEPS = 8


def bars(values: Sequence[int | None], height: int, top: int) -> list[str]:
    """Rows from the top, which stands for `top`; what is beyond is cut off there.

    No value is a dot on the ground, a negative one shows as zero.
    """
    columns = [_column(value, top, height) for value in values]
    return ["".join(column[row] for column in columns) for row in range(height)]


def _column(value: int | None, top: int, height: int) -> str:
    if value is None:
        return " " * (height - 1) + "·"
    filled = 0 if top <= 0 else max(0, value) * height * STEPS // top
    cells = [BLOCKS[min(STEPS, max(0, filled - row * STEPS))] for row in range(height)]
    return "".join(reversed(cells))
