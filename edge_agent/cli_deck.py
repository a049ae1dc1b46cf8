"""`edge-agent plate` and `test`: what the weigh-room may tell the agent about the deck.

Both go through the agent's inbox, which counts and records them. There is no command for a weight:
only the indicator says what something weighs.
"""

from pathlib import Path

import click

from edge_agent.config import load_config
from edge_agent.evidence import write_whole
from edge_agent.plates import read_plate
from edge_agent.session import config_option
from edge_agent.site import Site
from edge_agent.trial_mode import MOST_MINUTES
from terminal.words import say
from weighbook.phrase import Phrase, Refusal


@click.command()
@config_option
@click.argument("plate")
@click.option(
    "--reason", default="", help="本车为何顶替票面车辆 / why it takes over another's ticket"
)
def plate_command(config_path: Path, plate: str, reason: str) -> None:
    """录入磅上车辆的车号；--reason 写明为何改用他车的票（空车过磅前）。

    The plate of the truck on the deck. With --reason a ticket that names another truck may be taken
    over before its tare; both plates and the reason are recorded.
    """
    known = read_plate(plate)
    if known is None:
        raise Refusal(
            "E_PLATE_TEXT",
            Phrase(f"“{plate}”不是车号。", f'"{plate}" is no plate.'),
            Phrase("请照车牌录入，例如 蒙K12345。", "Enter it as on the truck, e.g. 蒙K12345."),
        )
    drop(config_path, f"{known}.plate", f"{known}\n{reason}\n")
    say(Phrase(f"已录入车号 {known}。", f"Plate {known} is entered."))


@click.command()
@config_option
@click.option("--minutes", type=click.IntRange(0, MOST_MINUTES), default=10, show_default=True,
              help="分钟；0 为立即结束 / minutes; 0: end it now")  # fmt: skip
def test_command(config_path: Path, minutes: int) -> None:
    """试磅：照常称重和记录，不收票、不开栏杆；每日次数有限。

    Test mode: the deck weighs and records, takes no ticket and opens no barrier.
    """
    drop(config_path, "ask.test", f"{minutes}\n")
    say(Phrase(f"已请求试磅 {minutes} 分钟。", f"Asked for {minutes} minutes of test mode."))


def drop(config_path: Path, name: str, text: str) -> None:
    """Put a letter into the running agent's inbox. Errors: Refusal, OSError."""
    inbox = Site(load_config(config_path)[0].state).inbox
    inbox.mkdir(parents=True, exist_ok=True)
    write_whole(inbox / name, text.encode())
