"""What is odd about a weighing that may go ahead all the same. Each: (facts, site) → code or None.

A flag stops nobody: it stands among the reasons of the record under the code of the finding that
the bureau will look at, and is told to the operator. `FLAG_RULES` is the order.
"""

from collections.abc import Callable

from edge_agent.facts import Facts
from edge_agent.settings import SiteSettings
from edge_agent.vehicles import is_unusual
from weighbook.phrase import Phrase

FLAGS: dict[str, Phrase] = {
    "F-W04": Phrase(
        "皮重与本车历史不符，已标记。", "The tare is off this truck's history; it was flagged."
    ),
    "F-W05": Phrase(
        "轴数与空车时不同，已标记。", "It has other axles than at its tare; it was flagged."
    ),
    "F-V03": Phrase(
        "本车报过不同的车号，已标记。",
        "Different plates were named for this truck; it was flagged.",
    ),
}


def tare_is_usual(facts: Facts, site: SiteSettings) -> str | None:
    is_off = not facts.is_gross and is_unusual(facts.vehicle, facts.weight_kg)
    return "F-W04" if is_off else None


def axles_are_the_same(facts: Facts, site: SiteSettings) -> str | None:
    before = facts.state.axles if facts.is_gross and facts.state is not None else None
    return "F-W05" if None not in (before, facts.axles) and before != facts.axles else None


def plates_agree(facts: Facts, site: SiteSettings) -> str | None:
    """Two sources named two plates, or a ticket was taken over from another truck."""
    taken_over = facts.note is not None and facts.ticket_plate not in (None, facts.plate)
    return "F-V03" if facts.also_seen or taken_over else None


FLAG_RULES: tuple[Callable[[Facts, SiteSettings], str | None], ...] = (
    tare_is_usual,
    axles_are_the_same,
    plates_agree,
)


def flags(facts: Facts, site: SiteSettings) -> tuple[str, ...]:
    return tuple(code for rule in FLAG_RULES if (code := rule(facts, site)) is not None)
