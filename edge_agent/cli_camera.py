"""`edge-agent camera`: cameras found and put into service, and what is in force of each."""

import click

from terminal.late_group import Entry, LateGroup
from weighbook.phrase import Phrase

COMMANDS: tuple[Entry, ...] = tuple(
    Entry(name, f"edge_agent.{module}", attribute, title)
    for name, module, attribute, title in (
        ("discover", "cli_discover", "discover_command", Phrase("寻找摄像头", "find cameras")),
        ("calibrate", "cli_calibrate", "calibrate_command", Phrase("标定摄像头", "commission one")),
        (
            "calibration",
            "cli_calibration",
            "calibration_command",
            Phrase("现行标定", "what is in force"),
        ),
    )
)


@click.group(cls=LateGroup, entries=COMMANDS)
def camera_group() -> None:
    """摄像头的标定与查看。

    Cameras: commissioning them, and what of it is in force.
    """
