"""Rules about the ticket and the plate. Each: (facts, ticket, site) → an objection or None.

They run only for a ticket that could be read and whose signature holds, as `TICKET_RULES` lists.
"""

from collections.abc import Callable

from edge_agent.facts import Facts, Objection
from edge_agent.settings import SiteSettings
from weighbook.tickets import Ticket

FAMILY_DIGITS = {"COAL": "1", "NONCOAL": "2"}


def product_is_sold_here(facts: Facts, ticket: Ticket, site: SiteSettings) -> Objection | None:
    if ticket.product in dict(site.products):
        return None
    return Objection("E_PRODUCT", {"product": ticket.product})


def family_fits(facts: Facts, ticket: Ticket, site: SiteSettings) -> Objection | None:
    family = dict(site.products).get(ticket.product, ticket.family)
    digit = FAMILY_DIGITS.get(ticket.family)
    if family == ticket.family and ticket.ticket_no[:1] == digit:
        return None
    return Objection("E_FAMILY", {"family": ticket.family, "product": ticket.product})


def weighbridge_is_ours(facts: Facts, ticket: Ticket, site: SiteSettings) -> Objection | None:
    if ticket.weighbridge == site.weighbridge:
        return None
    return Objection("E_WEIGHBRIDGE", {"other": ticket.weighbridge, "ours": site.weighbridge})


def enterprise_is_ours(facts: Facts, ticket: Ticket, site: SiteSettings) -> Objection | None:
    if ticket.enterprise == site.enterprise:
        return None
    return Objection("E_ENTERPRISE", {"other": ticket.enterprise, "ours": site.enterprise})


def has_begun(facts: Facts, ticket: Ticket, site: SiteSettings) -> Objection | None:
    if facts.now_ms >= ticket.not_before_s * 1_000:
        return None
    return Objection("E_NOT_YET", {"at_ms": ticket.not_before_s * 1_000})


def has_not_expired(facts: Facts, ticket: Ticket, site: SiteSettings) -> Objection | None:
    if facts.now_ms < ticket.expires_s * 1_000:
        return None
    return Objection("E_EXPIRED", {"at_ms": ticket.expires_s * 1_000})


def is_unspent(facts: Facts, ticket: Ticket, site: SiteSettings) -> Objection | None:
    if facts.state is None or not facts.state.used:
        return None
    return Objection("E_SPENT", {"plate": facts.state.plate})


def is_not_revoked(facts: Facts, ticket: Ticket, site: SiteSettings) -> Objection | None:
    return Objection("E_REVOKED") if facts.is_revoked else None


def plate_is_known(facts: Facts, ticket: Ticket, site: SiteSettings) -> Objection | None:
    return Objection("E_NO_PLATE") if facts.plate is None else None


def plate_is_the_tickets(facts: Facts, ticket: Ticket, site: SiteSettings) -> Objection | None:
    """The plate it was reserved for at the tare; before that the one printed on it, unless the

    operator says why another truck takes it over.
    """
    reserved = facts.state.plate if facts.state is not None and not facts.is_lapsed else None
    printed = None if facts.note and site.rebinds and not facts.is_gross else facts.ticket_plate
    bound = printed if reserved is None else reserved
    if None not in (bound, facts.plate) and bound != facts.plate:
        return Objection("E_PLATE", {"plate": facts.plate, "bound": bound})
    return None


def is_the_only_ticket(facts: Facts, ticket: Ticket, site: SiteSettings) -> Objection | None:
    return Objection("E_SECOND_TICKET") if facts.second_ticket else None


def plate_has_no_other_session(
    facts: Facts, ticket: Ticket, site: SiteSettings
) -> Objection | None:
    if facts.session in (None, ticket.ticket_no):
        return None
    return Objection("E_OPEN_SESSION", {"plate": facts.plate, "other": facts.session})


TicketRule = Callable[[Facts, Ticket, SiteSettings], Objection | None]

TICKET_RULES: tuple[TicketRule, ...] = (
    product_is_sold_here,
    family_fits,
    weighbridge_is_ours,
    enterprise_is_ours,
    has_begun,
    has_not_expired,
    is_unspent,
    is_not_revoked,
    plate_is_known,
    plate_is_the_tickets,
    is_the_only_ticket,
    plate_has_no_other_session,
)
