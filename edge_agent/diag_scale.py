"""`edge-agent diag scale`: what an indicator's bytes mean, what it speaks, what it says."""

import re
import sys

import click

from drivers.port_holders import holders_of
from drivers.scales.catalogue import PROTOCOLS, find
from drivers.scales.framer import decode_all
from drivers.scales.protocol import ScaleProtocol
from drivers.scales.reading import Reading, Status, Weight
from drivers.serial_port import PortLost
from edge_agent.port_words import PORTS
from terminal.late_group import Entry, LateGroup
from terminal.words import FOUND, GOOD, Columns, json_option, say, show
from weighbook.phrase import Phrase, Refusal

MAX_BYTES = 1 << 20
PREFIX = re.compile(r"0x(?=[0-9a-f]{2})", re.IGNORECASE)

COMMANDS: tuple[Entry, ...] = tuple(
    Entry(name, f"edge_agent.{module}", attribute, title)
    for name, module, attribute, title in (
        ("detect", "diag_scale_detect", "detect_command", Phrase("识别协议", "find the protocol")),
        (
            "protocols",
            "diag_scale_protocols",
            "protocols_command",
            Phrase("协议一览", "list the protocols"),
        ),
        ("read", "diag_scale_read", "read_command", Phrase("实时读数", "watch it live")),
        ("decode", "diag_scale", "decode_command", Phrase("解码报文", "decode frames")),
    )
)

COLUMNS: Columns = (
    ("kind", Phrase("类别", "kind")),
    ("weight", Phrase("重量", "weight")),
    ("unit", Phrase("单位", "unit")),
    ("stable", Phrase("稳定", "stable")),
    ("net", Phrase("净重", "net")),
    ("reason", Phrase("原因", "reason")),
    ("raw", Phrase("原始字节", "raw bytes")),
)


MARKS = {True: "✓", False: "✗"}
NOTHING = Phrase("没有可解的字节。", "There are no bytes to decode.")
TYPED = Phrase(
    "等待原始字节，Ctrl-D 结束；十六进制请用 --hex。",
    "Waiting for raw bytes, Ctrl-D ends them; for hexadecimal use --hex.",
)


@click.group(cls=LateGroup, entries=COMMANDS)
def scale_group() -> None:
    """称重仪表：解码、识别、查看。

    The indicator: decode its bytes, find out its protocol, watch what it says. Nothing is ever sent
    that could zero, tare or reset it.
    """


def named(name: str) -> ScaleProtocol:
    """The protocol of that name. Errors: Refusal E_PROTOCOL."""
    protocol = find(name)
    if protocol is None:
        known = ", ".join(sorted(PROTOCOLS))
        raise Refusal(
            "E_PROTOCOL",
            Phrase(f"没有名为 {name} 的协议。", f"There is no protocol named {name}."),
            Phrase(f"请选用：{known}。", f"Choose one of: {known}."),
        )
    return protocol


def port_refused(lost: PortLost, port: str) -> Refusal:
    """A port that cannot be used, in words; of a busy one, who has it."""
    what, remedy = PORTS[lost.code]
    who = ", ".join(holders_of(port)) if lost.code == "P_BUSY" else ""
    return Refusal(
        lost.code,
        Phrase(
            f"{port}：{what.zh}{who and f'：{who}'}。", f"{port}: {what.en}{who and f': {who}'}."
        ),
        Phrase(f"{remedy.zh}。", f"{remedy.en[0].upper()}{remedy.en[1:]}."),
    )


@click.command()
@click.option("--protocol", "name", required=True,
              help="协议名，见 protocols / its name, as protocols lists them")  # fmt: skip
@click.option("--hex", "texts", multiple=True, help="十六进制字节，可多次；否则读标准输入 / "
              "bytes in hexadecimal, may be repeated; without it: standard input, raw")  # fmt: skip
@json_option
@click.pass_context
def decode_command(ctx: click.Context, name: str, texts: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001 # click's way
    """解码一段报文，每帧一行。

    Decodes bytes, one line a frame. Exit code: 0 every frame was good, 1 not all or none, 2 could
    not. Example: decode --protocol yaohua-tf0 --hex "02 2B 30 30 31 35 36 32 30 30 31 42 03"
    """
    protocol = named(name)
    pieces = [read_hex(text) for text in texts] if texts else [read_input()]
    readings = [reading for piece in pieces for reading in decode_all(protocol, piece)]
    rows = [row_of(protocol, reading) for reading in readings]
    if as_json or rows:
        show(rows if as_json else map(_marked, rows), COLUMNS, as_json=as_json)
    else:
        say(NOTHING)
    good = readings and all(isinstance(reading, Weight | Status) for reading in readings)
    ctx.exit(GOOD if good else FOUND)


def row_of(protocol: ScaleProtocol, reading: Reading) -> dict[str, object]:
    """One frame as it is shown; what the frame does not say is None."""
    weight = reading if isinstance(reading, Weight) else None
    said = reading if isinstance(reading, Weight | Status) else None
    return {
        "protocol": protocol.name,
        "kind": {Weight: "reading", Status: "status"}.get(type(reading), "reject"),
        "weight": None if weight is None else weight.text,
        "unit": None if weight is None else weight.unit,
        "stable": None if said is None else said.stable,
        "net": None if said is None else said.net,
        "reason": reading.register if isinstance(reading, Weight) else reading.reason,
        "raw": reading.raw.hex().upper(),
    }


def _marked(row: dict[str, object]) -> dict[str, object]:
    """For people: a mark for yes and one for no."""
    return {key: MARKS[value] if isinstance(value, bool) else value for key, value in row.items()}


def read_hex(text: str) -> bytes:
    """Bytes from hexadecimal digits, with or without blanks. Errors: Refusal E_HEX."""
    try:
        data = bytes.fromhex(PREFIX.sub("", text).replace(",", " "))
    except ValueError:
        raise Refusal(
            "E_HEX",
            Phrase(
                f"“{text[:60]}”不是十六进制字节。", f"'{text[:60]}' is not bytes in hexadecimal."
            ),
            Phrase("请写成 02 2B 30 … 的形式。", "Write them like 02 2B 30 …."),
        ) from None
    return bounded(data)


def read_input() -> bytes:
    """Raw bytes of standard input. Errors: Refusal E_TOO_LONG."""
    if sys.stdin.isatty():
        click.echo(TYPED, err=True)
    return bounded(sys.stdin.buffer.read(MAX_BYTES + 1))


def bounded(data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise Refusal(
            "E_TOO_LONG",
            Phrase(f"超过 {MAX_BYTES} 字节。", f"There are more than {MAX_BYTES} bytes."),
            Phrase("请分段解码。", "Decode it piece by piece."),
        )
    return data
