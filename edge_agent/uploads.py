"""What goes to the collector by HTTPS: evidence after its records, and views that were ordered."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from edge_agent.clockwork import mono_ms
from edge_agent.config import AgentConfig
from edge_agent.evidence import Evidence
from edge_agent.ledger_state import Ledger
from edge_agent.pictures_uplink import PicturesSettings, PicturesUplink, Sources
from edge_agent.sight import Sight
from edge_agent.site import Site
from edge_agent.uplink import Account, Uplink
from edge_agent.viewer import Line, Picture, Viewer
from edge_agent.workers import Body


class Uploads(NamedTuple):
    """The threads, and who wants to hear what the book says."""

    bodies: tuple[tuple[str, Body], ...] = ()
    hearers: tuple[Callable[[Ledger], None], ...] = ()


def uploads(
    config: AgentConfig, account: Account, evidence: Evidence, uplink: Uplink, sight: Sight
) -> Uploads:
    """None of it where no address is configured."""
    settings, site = pictures_settings(config, account), Site(config.state)
    if settings is None:
        return Uploads()
    sender = PicturesUplink(settings, Sources(site.book, evidence.find, site.cursor))
    line = Line(lambda: uplink.standing, lambda: sender.sent)
    viewer = Viewer(settings, partial(newest, sight), line)
    return Uploads((("evidence", sender.run), ("views", viewer.run)), (viewer.tell,))


def pictures_settings(config: AgentConfig, account: Account | None) -> PicturesSettings | None:
    """Where evidence goes, and as whom; None: it stays here."""
    pictures = config.pictures
    if not pictures.url or account is None:
        return None
    return PicturesSettings(
        pictures.url,
        account.username,
        account.password,
        None if not pictures.ca_file else Site(config.state).folder / pictures.ca_file,
        pictures.bytes_per_s,
    )


def newest(sight: Sight, camera: str) -> Picture | None:
    """A camera's newest keyframe, if it is fresh; the book may name one that is no longer here."""
    watcher = sight.find(camera)
    if watcher is None:
        return None
    at_ms, jpeg = watcher.seen().picture_ms, watcher.picture(mono_ms())
    return None if jpeg is None else Picture(at_ms, jpeg)
