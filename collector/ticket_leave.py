"""Whether an enterprise may have more tickets: its state, the blacklist, its hand, its quota."""

from collector import registry
from collector.blacklist import read_listing
from collector.case_states import ListState
from collector.home import Home
from collector.period import day_of
from collector.quotas import check_quota
from weighbook.phrase import Phrase, Refusal

LISTED = (ListState.CONFIRMED, ListState.PUBLISHED)


def check_issue(home: Home, enterprise: str, count: int) -> None:
    """Refusals: E_UNKNOWN, E_SUSPENDED; E_QUOTA for too many in hand or too little quota."""
    check_not_stopped(home, enterprise)
    limit = home.config.tickets.most_outstanding
    held = home.db.execute(
        "SELECT count(*) FROM tickets WHERE enterprise = ?"
        " AND state IN ('ISSUED', 'ALLOCATED', 'RESERVED', 'FROZEN')",
        (enterprise,),
    ).fetchone()[0]
    if held + count > limit:
        raise Refusal(
            "E_QUOTA",
            Phrase(
                f"{enterprise} 结存 {held} 张，再发 {count} 张超过上限 {limit}。",
                f"{enterprise} holds {held}; {count} more is over the limit of {limit}.",
            ),
            Phrase("请待其用票后再发放。", "Issue again when it has used some."),
        )
    rules = home.config.quota
    check_quota(home.db, enterprise, count * rules.kg_per_ticket, this_month(home), rules)


def check_allocation(home: Home, enterprise: str, count: int, max_net_kg: int) -> None:
    """Refusals: E_SUSPENDED; E_QUOTA if tickets for such loads need more quota than is left."""
    check_not_stopped(home, enterprise)
    rules = home.config.quota
    more_kg = count * (max_net_kg - rules.kg_per_ticket)
    check_quota(home.db, enterprise, more_kg, this_month(home), rules)


def check_not_stopped(home: Home, enterprise: str) -> None:
    """Refusals: E_UNKNOWN, E_SUSPENDED, also for who is on the blacklist."""
    registry.check_active(home.db, enterprise)
    listing = read_listing(home.db, enterprise)
    if listing is not None and listing.state in LISTED:
        raise Refusal(
            "E_SUSPENDED",
            Phrase(
                f"企业 {enterprise} 在失信名单上，不再发票。",
                f"{enterprise} is on the blacklist and gets no tickets.",
            ),
            Phrase("移出名单后再办。", "It must be removed from the list first."),
        )


def this_month(home: Home) -> str:
    return day_of(home.now_ms())[:7]
