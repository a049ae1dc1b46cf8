"""What cameras are told of the deck: whether it is empty, and when the weight last swung. Pure."""

from dataclasses import dataclass, replace

SWING_KG = 2_000


@dataclass(frozen=True)
class DeckContext:
    """`rest_kg`: the weight the next swing is counted from. `heard_ms` None: never a weight."""

    heard_ms: int | None = None
    reading_kg: int = 0
    rest_kg: int | None = None
    swing_ms: int | None = None


def weighed(deck: DeckContext, reading_kg: int, at_ms: int) -> DeckContext:
    """With one reading more. The first one is where counting begins, not a swing."""
    heard = replace(deck, heard_ms=at_ms, reading_kg=reading_kg)
    if deck.rest_kg is None:
        return replace(heard, rest_kg=reading_kg)
    if abs(reading_kg - deck.rest_kg) <= SWING_KG:
        return heard
    return replace(heard, rest_kg=reading_kg, swing_ms=at_ms)


def is_empty(deck: DeckContext, empty_kg: int, silent_ms: int, now_ms: int) -> bool | None:
    """None while the scale is silent."""
    if deck.heard_ms is None or now_ms - deck.heard_ms > silent_ms:
        return None
    return deck.reading_kg < empty_kg
