"""What a detector of causes may look at, and what it answers. Pure."""

from typing import NamedTuple

from edge_agent.events import Moment
from edge_agent.interlock import CauseKey
from edge_agent.ledger_state import Ledger
from edge_agent.settings import SiteSettings
from edge_agent.watch import Watch


class View(NamedTuple):
    """All a detector may look at."""

    watch: Watch
    ledger: Ledger
    site: SiteSettings
    now: Moment
    lease_until_ms: int
    signed_ms: int


class Finding(NamedTuple):
    code: str
    subject: str
    measured: str
    limit: str

    @property
    def key(self) -> CauseKey:
        return (self.code, self.subject)
