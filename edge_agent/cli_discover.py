"""`edge-agent camera discover`: which cameras are there, whether they fit, how to write them down.

Asks only; nothing is set in any camera. Passwords are never shown.
"""

import os
import sys
from pathlib import Path

import click

from drivers.onvif.facts import Login, OnvifFailed
from edge_agent.camera_fitness import misfits
from edge_agent.camera_report import mask
from edge_agent.camera_survey import look_around, look_at, survey_all
from edge_agent.discover_screen import show_rows, show_words
from terminal.words import FOUND, GOOD, json_option
from weighbook.phrase import Phrase, Refusal

PASSWORD_VARIABLE = "WEIGHHOUSE_CAMERA_PASSWORD"  # noqa: S105 # where one is, not one
MAX_PASSWORD = 1_024


@click.command()
@click.option(
    "--address", metavar="HOST", help="只问这一台 / this one only: HOST, HOST:PORT, http://…"
)
@click.option("--user", help="ONVIF 账号 / the account")
@click.option("--password-file", type=click.Path(path_type=Path, dir_okay=False),
              help=f"密码文件 / its password, in a file; or in ${PASSWORD_VARIABLE}")  # fmt: skip
@click.option("--seconds", type=click.IntRange(1, 60), default=4, show_default=True,
              help="寻找多久 / how long to search")  # fmt: skip
@json_option
@click.pass_context
def discover_command(
    ctx: click.Context,
    address: str | None,
    user: str | None,
    password_file: Path | None,
    seconds: int,
    as_json: bool,  # noqa: FBT001 # click's way
) -> None:
    """寻找网络中的摄像头，指出不合要求之处，给出可用的配置段。

    Finds the cameras of the network (ONVIF), says what of each does not fit, and prints a section
    for agent.toml. Asks only, sets nothing. Exit code: 0 all fit, 1 some do not or none was found,
    2 could not.
    """
    login = login_from(user, password_file)
    try:
        found = look_at(address, seconds, _tick) if address else look_around(seconds, _tick)
    except OnvifFailed:
        raise _no_place(address or "") from None
    _progress(f"正在询问 {len(found)} 台 / asking {len(found)} …")
    surveyed = list(survey_all(found, login))
    _progress("")
    (show_rows if as_json else show_words)(surveyed, user)
    fit = bool(surveyed) and not any(misfits(device) for device in surveyed)
    ctx.exit(GOOD if fit else FOUND)


def login_from(user: str | None, path: Path | None) -> Login | None:
    """Errors: Refusal E_PASSWORD, E_USER."""
    if user is None:
        if path is not None:
            raise Refusal(
                "E_USER",
                Phrase("给了密码，没有给账号。", "There is a password and no account."),
                Phrase("请加 --user。", "Add --user."),
            )
        return None
    password = os.environ.get(PASSWORD_VARIABLE) if path is None else _password(path)
    if not password:
        raise Refusal(
            "E_PASSWORD",
            Phrase("没有密码。", "There is no password."),
            Phrase(
                f"请用 --password-file，或设环境变量 {PASSWORD_VARIABLE}。",
                f"Give --password-file, or set ${PASSWORD_VARIABLE}.",
            ),
        )
    return Login(user, password)


def _password(path: Path) -> str:
    """The first line of a file. Errors: OSError, Refusal E_PASSWORD."""
    with path.open("rb") as file:
        data = file.read(MAX_PASSWORD)
    try:
        return data.decode().splitlines()[0] if data.strip() else ""
    except UnicodeDecodeError:
        raise Refusal(
            "E_PASSWORD",
            Phrase(f"{path} 不是文字。", f"{path} is no text."),
            Phrase("请把密码以 UTF-8 写在第一行。", "Write the password in its first line, UTF-8."),
        ) from None


def _no_place(address: str) -> Refusal:
    return Refusal(
        "E_ADDRESS",
        Phrase(f"{mask(address)} 不是摄像头地址。", f"{mask(address)} is no address of a camera."),
        Phrase(
            "请写 IP、IP:端口 或 http://IP/onvif/device_service，不带账号。",
            "Give a host, host:port or http://HOST/onvif/device_service, without an account.",
        ),
    )


def _tick(left_s: float, found: int) -> None:
    _progress(f"正在寻找 / searching: {left_s:.0f} s, {found} …")


def _progress(words: str) -> None:
    """One line that is written over, where somebody looks."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{words}", nl=False, err=True)
