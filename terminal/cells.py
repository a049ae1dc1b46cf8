"""How many cells a text takes on a terminal, where a Chinese character takes two."""

from unicodedata import east_asian_width

WIDE = "WF"
MORE = "…"


def width_of(text: str) -> int:
    return sum(2 if east_asian_width(letter) in WIDE else 1 for letter in text)


def crop(text: str, cells: int) -> str:
    """The text, or its beginning and a mark that there is more; never wider than `cells`."""
    if width_of(text) <= cells:
        return text
    kept, left = "", cells - len(MORE)
    for letter in text:
        left -= width_of(letter)
        if left < 0:
            break
        kept += letter
    return (kept + MORE)[: max(0, cells)]


def fill(text: str, cells: int) -> str:
    """At least `cells` wide, blanks behind."""
    return text + " " * (cells - width_of(text))


def fill_before(text: str, cells: int) -> str:
    """At least `cells` wide, blanks before."""
    return " " * (cells - width_of(text)) + text
