"""`collector trace TICKET|PLATE|SLIP`: the whole life of it, with who signed what when."""

from collections.abc import Iterator
from typing import Any

import click

from collector.home import Home
from collector.period import shown_briefly
from collector.pictures import PictureStore
from collector.server import PICTURES_FOLDER
from collector.session import Session, json_option, say, show
from collector.trace import Archive, Event, trace_plate, trace_slip, trace_ticket
from weighbook.envelope import payload_of
from weighbook.phrase import Phrase
from weighbook.texts import SLIP, TICKET, read_text
from weighbook.tickets import check_ticket_no, ticket_of

P = Phrase
COLUMNS = (
    ("at", P("时间", "at")),
    ("what", P("事项", "what")),
    ("who", P("何人", "who")),
    ("signed", P("签名", "signature")),
    ("facts", P("内容", "facts")),
)
NOT_SHOWN: tuple[object, ...] = (None, "", [], False)


@click.command("trace")
@click.argument("subject", metavar="TICKET|PLATE|SLIP")
@json_option
@click.pass_context
def trace_command(ctx: click.Context, subject: str, *, as_json: bool) -> None:
    """追溯一票、一车或一张磅单的全过程。 The whole life of a ticket, a plate or a slip.

    SUBJECT is a ticket number, a plate, or the text of a QR code (WT1:… or WS1:…).
    """
    session: Session = ctx.obj
    events = find_events(session.home(), subject.strip())
    if not events:
        say(P(f"没有查到 {subject}。", f"Nothing is known of {subject}."))
        ctx.exit(1)
    show(rows_of(events, as_json=as_json), COLUMNS, as_json=as_json)
    if any(event.signed not in ("", "verified") for event in events):
        ctx.exit(1)


def find_events(home: Home, subject: str) -> list[Event]:
    """What kind of thing is asked for decides itself by its form."""
    archive = Archive(home.db, home.ring(), PictureStore(home.path / PICTURES_FOLDER))
    if subject.startswith((SLIP, TICKET)):
        prefix, message = read_text(subject)
        if prefix == SLIP:
            return trace_slip(archive, message)
        # Whether its signature holds is shown by the trace itself.
        return trace_ticket(archive, ticket_of(payload_of(message)).ticket_no)
    if check_ticket_no(subject.upper()):
        return trace_ticket(archive, subject.upper())
    return trace_plate(archive, subject.upper())


def rows_of(events: list[Event], *, as_json: bool) -> Iterator[dict[str, Any]]:
    for event in events:
        row = event._asdict()
        row["at"] = shown_briefly(event.at_ms) if event.at_ms else ""
        if not as_json:
            shown = {key: value for key, value in event.facts.items() if value not in NOT_SHOWN}
            row["facts"] = "\n".join(f"{key} {value}" for key, value in shown.items())
        yield row
