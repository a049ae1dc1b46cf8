"""`edge-agent diag scale protocols`: every protocol we read, for people or for the README."""

import click

from drivers.scales.catalogue import PROTOCOLS
from drivers.scales.protocol import ScaleProtocol
from terminal.words import Columns, json_option, show
from weighbook.phrase import Phrase

COLUMNS: Columns = (
    ("protocol", Phrase("协议", "protocol")),
    ("title", Phrase("仪表", "indicators")),
    ("line", Phrase("线路", "line")),
    ("integrity", Phrase("保护", "integrity")),
    ("asked", Phrase("要询问", "asked")),
    ("aliases", Phrase("别名", "also")),
)

# Narrow enough for a terminal of 80 columns, with every name in one piece.
NARROW: Columns = (
    ("protocol", Phrase("协议（别名）", "protocol (also)")),
    ("title", Phrase("仪表", "indicators")),
    ("line", Phrase("线路，保护", "line, integrity")),
)


def row_of(protocol: ScaleProtocol) -> dict[str, str]:
    """One protocol; `asked` holds a mark where it answers only when asked."""
    line = protocol.line
    return {
        "protocol": protocol.name,
        "title": " / ".join(protocol.title),
        "line": f"{line.bauds[0]} {line.bytesize}{line.parity}{line.stopbits}",
        "integrity": protocol.integrity,
        "asked": "✓" if protocol.ask is not None else "",
        "aliases": ", ".join(protocol.aliases),
    }


def narrow_row_of(protocol: ScaleProtocol) -> dict[str, str]:
    """The same in fewer columns, on several lines."""
    row = row_of(protocol)
    asked = ("要询问 asked",) if protocol.ask is not None else ()
    return {
        "protocol": "\n".join((protocol.name, *(f"({alias})" for alias in protocol.aliases))),
        "title": "\n".join(protocol.title),
        "line": "\n".join((row["line"], protocol.integrity, *asked)),
    }


def markdown() -> str:
    """The table as it stands in the README."""
    head = [" ".join(title) for _, title in COLUMNS]
    rows = [[row[key] for key, _ in COLUMNS] for row in map(row_of, PROTOCOLS.values())]
    for row in rows:
        row[0] = f"`{row[0]}`"
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


@click.command()
@click.option("--markdown", "as_markdown", is_flag=True, help="README 用的表 / as in the README")
@json_option
def protocols_command(as_markdown: bool, as_json: bool) -> None:  # noqa: FBT001 # click's way
    """列出全部仪表协议。

    Lists every scale protocol: its name for --protocol and the configuration, the indicators that
    speak it, the usual line, and what protects a frame.
    """
    if as_markdown:
        click.echo(markdown(), nl=False)
        return
    if as_json:
        show(map(row_of, PROTOCOLS.values()), COLUMNS, as_json=True)
    else:
        show(map(narrow_row_of, PROTOCOLS.values()), NARROW, as_json=False)
