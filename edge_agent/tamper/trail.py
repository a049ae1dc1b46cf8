"""What the frames of a passage said beside their weights, folded as they come; bounded."""

from dataclasses import dataclass

from edge_agent.events import ScaleRead
from edge_agent.tamper.grammar import NO_GRAMMAR, Grammar, contradiction, grammar_of, merge

MAX_GRAMMARS = 8


@dataclass(frozen=True)
class Trail:
    """`grammars`: how the line spoke, one more for every contradiction; the first may be older than
    the passage. `odd`: weights that are no multiple of the division, `odd_kg` the first of them.
    `newest`: the frame last looked at.
    """

    grammars: tuple[Grammar, ...] = (NO_GRAMMAR,)
    odd: int = 0
    odd_kg: int | None = None
    newest: bytes = b""

    @property
    def grammar(self) -> Grammar:
        return self.grammars[-1]


def follow(trail: Trail, event: ScaleRead, division_kg: int) -> Trail:
    """One frame more. A frame without a weight says nothing here."""
    kg = event.reading_kg
    if kg is None or (event.raw == trail.newest and not kg % division_kg):
        return trail
    if kg % division_kg:
        first = kg if trail.odd_kg is None else trail.odd_kg
        return Trail(trail.grammars, trail.odd + 1, first, trail.newest)
    heard = grammar_of(event, kg)
    if contradiction(trail.grammar, heard) is None:
        grammars = (*trail.grammars[:-1], merge(trail.grammar, heard))
    else:
        grammars = (*trail.grammars, heard)[-MAX_GRAMMARS:]
    return Trail(grammars, trail.odd, trail.odd_kg, event.raw)
