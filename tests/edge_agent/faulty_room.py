"""A weighbridge whose cameras fail: real book and evidence, and the real gatherer in its thread.

Who tells the story plays what the gatherer says with `hear`, when it likes.
"""

import queue
import threading
from dataclasses import replace

from edge_agent.events import Event, EvidenceTaken
from edge_agent.evidence import Evidence
from edge_agent.gathering import Gatherer
from edge_agent.keeping import Keeping
from edge_agent.performer import Keepers, NoKeepers
from edge_agent.pruner import Place as Kept
from edge_agent.pruner import Pruner
from tests.edge_agent.places import Place
from tests.edge_agent.test_gathering import Eyes
from tests.edge_agent.weighing_post import Post
from weighbook.records import CauseChange

LIMIT_S = 15.0


class FaultyRoom:
    """`gathers` False: nobody gathers anything."""

    def __init__(self, place: Place, eyes: Eyes, *, gathers: bool = True) -> None:
        site, self._told = place.site, queue.Queue[Event]()
        evidence = Evidence(site.evidence)
        gatherer = self.gatherer = Gatherer(site.faults, evidence, eyes, self._tell)
        pruner = Pruner(Kept(site.book, evidence, place.config.disk), None, self._tell)
        keepers: Keepers = Keeping(gatherer, pruner) if gathers else NoKeepers()
        self.post = Post(place=place, keepers=keepers)
        self.evidence = evidence
        self._stop = threading.Event()
        self._thread = threading.Thread(target=gatherer.run, args=(self._stop,), daemon=True)
        self._thread.start()

    def _tell(self, event: Event) -> bool:
        self._told.put(event)
        return True

    def hear(self) -> CauseChange:
        """The next that is gathered goes into the book; what the book says of it."""
        event = self._told.get(timeout=LIMIT_S)
        assert isinstance(event, EvidenceTaken)
        self.post.play(replace(event, now=self.post.moment()))
        return self.booked()[-1]

    def booked(self) -> list[CauseChange]:
        """All the evidence of the book."""
        bodies = [line.record.body for line in self.post.book.lines()]
        found = [body for body in bodies if isinstance(body, CauseChange)]
        return [body for body in found if body.change == "evidence"]

    def leave(self) -> None:
        self._stop.set()
        self._thread.join(LIMIT_S)
        self.post.book.close()
