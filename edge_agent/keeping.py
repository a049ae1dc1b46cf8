"""Who looks after evidence beside what it is made of: gathers that of faults, lets old go."""

from collections.abc import Callable
from typing import NamedTuple

from edge_agent.config import AgentConfig
from edge_agent.events import Event, Fault, Moment
from edge_agent.evidence import Evidence
from edge_agent.gathering import Gatherer
from edge_agent.pruner import Place, Pruner
from edge_agent.sight import Sight
from edge_agent.site import Site
from edge_agent.uplink import Account
from edge_agent.uploads import pictures_settings
from edge_agent.workers import Body


class Keeping(NamedTuple):
    """Both, and their threads."""

    gatherer: Gatherer
    pruner: Pruner

    @property
    def bodies(self) -> tuple[tuple[str, Body], ...]:
        return (("faults", self.gatherer.run), ("pruning", self.pruner.run))

    def gather(self, fault: Fault, at: Moment, *, late: bool) -> None:
        self.gatherer.gather(fault, at, late=late)

    def booked(self, fault: Fault) -> None:
        self.gatherer.booked(fault)

    def prune(self, last: int) -> None:
        self.pruner.prune(last)


def keeping(
    config: AgentConfig,
    account: Account | None,
    evidence: Evidence,
    sight: Sight,
    post: Callable[[Event], bool],
) -> Keeping:
    site, disk = Site(config.state), config.disk
    gatherer = Gatherer(site.faults, evidence, sight, post, disk.min_free_mib)
    place = Place(site.book, evidence, disk)
    return Keeping(gatherer, Pruner(place, pictures_settings(config, account), post))
