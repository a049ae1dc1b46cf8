"""`edge-agent diag`: a technician's checks, each with its verdict."""

import click

from terminal.late_group import Entry, LateGroup
from weighbook.phrase import Phrase

CHECKS: tuple[Entry, ...] = tuple(
    Entry(name, f"edge_agent.{module}", attribute, title)
    for name, module, attribute, title in (
        ("all", "diag_site", "all_command", Phrase("逐项检查", "everything")),
        ("scale", "diag_scale", "scale_group", Phrase("称重仪表", "the indicator")),
        ("camera", "diag_camera", "camera_command", Phrase("摄像头", "a camera")),
        ("qr", "diag_qr", "qr_command", Phrase("二维码", "a QR code")),
        ("power", "diag_site", "power_command", Phrase("供电", "mains power")),
        ("mqtt", "diag_site", "mqtt_command", Phrase("与平台的连接", "the line")),
        ("clock", "diag_site", "clock_command", Phrase("时钟", "the clock")),
        ("book", "diag_site", "book_command", Phrase("账簿", "the book")),
    )
)


@click.group(cls=LateGroup, entries=CHECKS)
def diag_group() -> None:
    """技术员检查,每项给出结论。

    A technician's checks, a verdict each. Exit code: 0 good, 1 a fault was found, 2 could not.
    """
