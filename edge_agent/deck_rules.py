"""Whether a weighing may go ahead: every rule is asked, every objection is gathered.

The operator puts everything right in one go. No objection: the tare reserves, the gross sells.
"""

from functools import partial
from itertools import chain

from edge_agent.facts import Facts, Objection
from edge_agent.load_rules import LOAD_RULES, LoadRule
from edge_agent.settings import SiteSettings
from edge_agent.ticket_rules import TICKET_RULES, TicketRule

__all__ = ["RULES", "judge"]


def ticket_is_read(facts: Facts, site: SiteSettings) -> Objection | None:
    """The scanned bytes are a ticket, and the bureau's signature holds."""
    if facts.ticket is not None:
        return None
    return facts.bad_ticket or Objection("E_NO_TICKET")


def of_ticket(rule: TicketRule, facts: Facts, site: SiteSettings) -> Objection | None:
    return None if facts.ticket is None else rule(facts, facts.ticket, site)


RULES: tuple[LoadRule, ...] = (
    ticket_is_read,
    *(partial(of_ticket, rule) for rule in TICKET_RULES),
    *LOAD_RULES,
)


def judge(facts: Facts, site: SiteSettings) -> tuple[Objection, ...]:
    """All that stands against this weighing, in the order of `RULES`; empty: it may go ahead."""
    return tuple(objection for rule in RULES if (objection := rule(facts, site)) is not None)


def reasons(objections: tuple[Objection, ...]) -> tuple[str, ...]:
    """The codes for the record, each once, finer codes behind coarse ones."""
    codes = chain.from_iterable((o.code, o.also) for o in objections)
    return tuple(dict.fromkeys(code for code in codes if code is not None))
