"""The unified social credit code (统一社会信用代码): 18 characters with a check character.

Pure. Source: GB 32100-2015; weights 3^i mod 31 over 31 characters without I, O, S, V, Z.
"""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def check_character(first_17: str) -> str:
    """The eighteenth character; ValueError for a character outside the alphabet."""
    total = sum(
        ALPHABET.index(character) * weight
        for character, weight in zip(first_17, WEIGHTS, strict=True)
    )
    return ALPHABET[-total % 31]


def uscc_fits(text: str) -> bool:
    """Is it eighteen characters of the alphabet whose last one fits?"""
    well_formed = len(text) == 18 and all(character in ALPHABET for character in text)
    return well_formed and check_character(text[:17]) == text[17]
