"""Who may do what on the embedded broker: a plugin of amqtt that asks the registry.

An account of the registry speaks for one weighbridge: it may write that weighbridge's records,
checkpoint and presence, and read its receipt and orders, nothing else. The collector's own account
may do all. Nobody is anonymous (amqtt forgets anonymous sessions). The registry is read at every
connection, so a new weighbridge needs no restart.

amqtt finds its plugins by their type: the two parent classes are its interface, not ours.
"""

import hmac
import re
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from amqtt.contexts import Action, BaseContext
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

from collector.accounts import find_weighbridge
from collector.schema import connect
from weighbook import topics

WRITES = ("records", "checkpoint", "presence")
ORDERS = re.compile(r"orders/(\d{1,19}|\+)", re.ASCII)
WEIGHBRIDGE = "weighhouse.weighbridge"
EVERYTHING = "#"


def allows(weighbridge: str, topic: str, action: Action) -> bool:
    """May the account of `weighbridge` do this with this topic or filter?"""
    if weighbridge == EVERYTHING:
        return True
    place, _, leaf = topic.partition(f"/{weighbridge}/")
    if f"{place}/{weighbridge}" != topics.place(weighbridge):
        return False
    if action is Action.PUBLISH:
        return leaf in WRITES
    return leaf == "receipt" or ORDERS.fullmatch(leaf) is not None


def may(session: Session | None, topic: str | None, action: Action | None) -> bool:
    """May this connection do this? It may nothing until it is authenticated."""
    weighbridge = session.attributes.get(WEIGHBRIDGE) if session is not None else None
    if weighbridge is None or not topic or action is None:
        return False
    return allows(weighbridge, topic, action)


class RegistryGate(BaseAuthPlugin, BaseTopicPlugin):  # type: ignore[misc] # amqtt ships no types
    """Authenticates by the registry's accounts and filters topics by weighbridge."""

    @dataclass
    class Config:
        """Where the registry is, and the collector's own account (made anew at every start)."""

        database: str
        username: str
        password: str
        client_prefix: str

    def __init__(self, context: BaseContext) -> None:
        super().__init__(context)
        self._settings: RegistryGate.Config = context.config

    async def authenticate(self, *, session: Session) -> bool:
        # What waits for an absent client has no bound here, so nothing waits for anybody.
        session.clean_session = True
        weighbridge = self._weighbridge_of(session)
        session.attributes[WEIGHBRIDGE] = weighbridge
        return weighbridge is not None

    async def topic_filtering(
        self,
        *,
        session: Session | None = None,
        topic: str | None = None,
        action: Action | None = None,
    ) -> bool:
        return may(session, topic, action)

    def _weighbridge_of(self, session: Session) -> str | None:
        settings = self._settings
        username, password = session.username or "", session.password or ""
        if username == settings.username:
            fits = hmac.compare_digest(password.encode(), settings.password.encode())
            return EVERYTHING if fits else None
        if (session.client_id or "").startswith(settings.client_prefix):
            # Under the collector's client id its waiting records would be handed out.
            return None
        with closing(connect(Path(settings.database), read_only=True)) as db:
            return find_weighbridge(db, username, password)
