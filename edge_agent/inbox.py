"""The one bounded queue into the deciding thread. Every device thread posts; nobody else reads.

If the deciding thread does not keep up, a post waits a moment and is then dropped and counted: a
reading lost this way only makes its device look silent, which closes sales.
"""

import queue
import threading

from edge_agent.events import Event

MAX_EVENTS = 2_048
POST_LIMIT_S = 1.0


class Inbox:
    """Events in the order they were posted."""

    def __init__(self, post_limit_s: float = POST_LIMIT_S) -> None:
        self._post_limit_s = post_limit_s
        self._events: queue.Queue[Event] = queue.Queue(MAX_EVENTS)
        self._lock = threading.Lock()
        self.dropped = 0

    def post(self, event: Event) -> bool:
        """False if there was no room."""
        try:
            self._events.put(event, timeout=self._post_limit_s)
        except queue.Full:
            with self._lock:
                self.dropped += 1
            return False
        return True

    def take(self, limit_s: float) -> Event | None:
        """The next event; None if none came within the limit."""
        try:
            return self._events.get(timeout=limit_s)
        except queue.Empty:
            return None
