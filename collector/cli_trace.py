"""`collector trace TICKET|PLATE|SLIP`: the whole life of it, with who signed what when."""

from collections.abc import Iterable, Iterator

import click

from collector import trace_words
from collector.home import Home
from collector.option_types import read_plate
from collector.period import shown_briefly
from collector.pictures import PictureStore
from collector.server import PICTURES_FOLDER
from collector.session import Session, json_option, show
from collector.ticket_codes import Code, read_code
from collector.trace import SOUND, Archive, Event, trace_plate, trace_slip, trace_ticket
from collector.trace_chain import chain_events, code_event
from collector.trace_faults import with_faults
from terminal.words import FOUND, GOOD, harmless, paper
from weighbook.envelope import payload_of
from weighbook.phrase import Phrase, Refusal
from weighbook.texts import SLIP, TICKET, read_text
from weighbook.tickets import check_ticket_no, ticket_of

INDENT = 21


@click.command("trace")
@click.argument("subject", metavar="TICKET|PLATE|SLIP")
@json_option
@click.pass_context
def trace_command(ctx: click.Context, subject: str, *, as_json: bool) -> None:
    """追溯一票、一车或一张磅单的全过程。 The whole life of a ticket, a plate or a slip.

    SUBJECT is a ticket number, a plate, or the text of a QR code (WT1:… or WS1:…). Exit code 1 if
    any signature in it does not hold.
    """
    session: Session = ctx.obj
    events = find_events(session.home(), subject.strip())
    if not events:
        raise nothing_known(subject)
    if as_json:
        show(map(row_of, events), (), as_json=True)
    else:
        show_events(events)
    ctx.exit(GOOD if all(event.signed in ("", SOUND) for event in events) else FOUND)


def find_events(home: Home, subject: str) -> list[Event]:
    """The whole of it, and why decks were closed where it passed."""
    archive = Archive(home.db, home.ring(), PictureStore(home.path / PICTURES_FOLDER))
    return with_faults(archive, find_own(archive, subject))


def find_own(archive: Archive, subject: str) -> list[Event]:
    """What kind of thing is asked for decides itself by its form."""
    if subject.startswith((SLIP, TICKET)):
        prefix, message = read_text(subject)
        if prefix == SLIP:
            return trace_slip(archive, message)
        # Whether its signature holds is shown by the trace itself.
        number = ticket_of(payload_of(message)).ticket_no
        return trace_chained(archive, number, read_code(subject.encode(), archive.ring))
    if check_ticket_no(subject.upper()):
        return trace_chained(archive, subject.upper())
    return trace_plate(archive, read_plate(subject))


def trace_chained(archive: Archive, number: str, code: Code | None = None) -> list[Event]:
    """The ticket, what it was made from and what was made of it; a waybill by its own code."""
    events = trace_ticket(archive, number)
    is_told = any(event.what == "ticket signed" for event in events)
    if code is not None and code.is_genuine and not is_told:
        events.append(code_event(code))
    events += chain_events(archive, number)
    return sorted(events, key=lambda event: event.at_ms)


def row_of(event: Event) -> dict[str, object]:
    return {**event._asdict(), "at": shown_briefly(event.at_ms) if event.at_ms else None}


def show_events(events: list[Event]) -> None:
    """When and what happened, who did it and whether it holds; below it the facts."""
    from rich.text import Text

    out = paper()
    for event in events:
        at = shown_briefly(event.at_ms) if event.at_ms else "—"
        out.print(Text(f"{at:<{INDENT}}{harmless(trace_words.heading(event))}", style="bold"))
        for line in folded(map(harmless, trace_words.facts(event)), out.width - INDENT):
            out.print(" " * INDENT + line)


def folded(parts: Iterable[str], width: int) -> Iterator[str]:
    """The parts joined into lines of at most `width` columns; a part is cut only if it must be."""
    from rich.cells import cell_len

    line = ""
    for part in parts:
        longer = f"{line} · {part}" if line else part
        if line and cell_len(longer) > width:
            yield line
            longer = part
        line = longer
    if line:
        yield line


def nothing_known(subject: str) -> Refusal:
    return Refusal(
        "E_UNKNOWN",
        Phrase(f"没有查到 {subject}。", f"Nothing is known of {subject}."),
        Phrase(
            "请核对票号、车号或磅单文字。", "Check the ticket number, the plate or the slip's text."
        ),
    )
