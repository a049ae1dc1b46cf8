"""`collector weighbridge | camera`: decks, their keys and their eyes."""

from pathlib import Path
from typing import Any

import click

from collector import enrolment, registry, rekeying
from collector.cli_calibrations import calibrations_command
from collector.cli_registry import alter, from_option, put
from collector.home import Home
from collector.option_types import NAME, NOTE, REMARK
from collector.orders import check_officer
from collector.registry import CAMERA_CLASSES, CAMERAS, ENTERPRISES, STATES, WEIGHBRIDGES
from collector.restating import outstanding
from collector.schema import transaction
from collector.session import Session, by_option, json_option, read_instant, say, show
from weighbook.phrase import Phrase, Refusal

P = Phrase
WEIGHBRIDGE_COLUMNS = (
    ("weighbridge", P("编号", "id")),
    ("enterprise", P("企业", "enterprise")),
    ("name_zh", P("名称", "name")),
    ("indicator", P("仪表", "indicator")),
    ("certificate", P("检定证书", "certificate")),
    ("epoch", P("密钥期", "epoch")),
    ("kid", P("密钥号", "key id")),
    ("state", P("状态", "state")),
)
CAMERA_COLUMNS = (
    ("camera", P("编号", "id")),
    ("weighbridge", P("磅房", "weighbridge")),
    ("class", P("位置", "place")),
)
file_option = click.Path(path_type=Path, dir_okay=False)


@click.group("weighbridge")
def weighbridge_group() -> None:
    """磅房登记与密钥。 Weighbridges and their keys."""


@weighbridge_group.command("add")
@click.argument("weighbridge")
@click.option("--enterprise", required=True)
@click.option("--name-zh", type=NAME, required=True)
@click.option("--name-en", type=NAME, required=True)
@click.option(
    "--indicator", type=NOTE, default="", help="仪表型号与编号 / indicator, serial number"
)
@click.option("--certificate", type=NOTE, default="", help="检定证书号 / verification certificate")
@click.option(
    "--exception", type=REMARK, metavar="TEXT", help="第二磅房的批文 / consent to a second"
)
@click.option("--request", type=file_option, help="磅房的登记申请 / enrolment request")
@click.option("--bundle", type=file_option, help="写给磅房的登记包 / bundle for the agent")
@from_option
@by_option
@click.pass_obj
def weighbridge_add(
    session: Session,
    /,
    request: Path | None,
    bundle: Path | None,
    valid_from: str | None,
    **row: Any,
) -> None:
    """登记磅房；附申请即同时登记密钥。 Register a weighbridge; --request enrols its key."""
    home = session.home()
    by = str(row["by"])
    check_officer(home.db, by)
    check_pair(request, bundle)
    asked = None if request is None else enrolment.read_request(request)
    if asked is not None:
        check_same(asked.weighbridge, str(row["weighbridge"]))
        row["indicator"] = row["indicator"] or NOTE(asked.indicator)
    registry.find(home.db, ENTERPRISES, str(row["enterprise"]))
    registry.check_second_weighbridge(home.db, str(row["enterprise"]), row["exception"])
    at_ms = read_instant(valid_from) if valid_from else home.now_ms()
    with transaction(home.db):
        fresh = {"epoch": 0, "kid": None, "cose_key": None, "state": "active"}
        registry.add(home.db, WEIGHBRIDGES, {**row, **fresh}, at_ms)
        home.log(by, "weighbridge add", str(row["weighbridge"]), row["exception"] or "")
        if asked is not None and bundle is not None:
            hand_over(home, asked, bundle, by)
    name = row["weighbridge"]
    say(Phrase(f"已登记磅房 {name}。", f"Registered the weighbridge {name}."))


@weighbridge_group.command("enrol")
@click.argument("weighbridge")
@click.option("--request", type=file_option, required=True)
@click.option("--bundle", type=file_option, required=True)
@by_option
@click.pass_obj
def weighbridge_enrol(
    session: Session, /, weighbridge: str, request: Path, bundle: Path, by: str
) -> None:
    """登记(或更换)磅房密钥。 Enrol the key of a weighbridge, or its new one."""
    home = session.home()
    check_officer(home.db, by)
    asked = enrolment.read_request(request)
    check_same(asked.weighbridge, weighbridge)
    with transaction(home.db):
        take_indicator(home, asked, by)
        hand_over(home, asked, bundle, by)
    say(
        Phrase(
            f"已登记 {weighbridge} 的密钥，登记包写入 {bundle}；其中有密码，请妥善传递。",
            f"Enrolled {weighbridge}; {bundle} holds a password: carry it with care.",
        )
    )
    if (left := outstanding(home.db, weighbridge, home.now_ms())) > 0:
        say(
            Phrase(
                f"它还有 {left} 张未用的票有效。旧账簿若已丢失，请先作废可能已用的票。",
                f"{left} of its unused tickets still count. If the old book is lost, void those"
                " that may have been used.",
            )
        )


@weighbridge_group.command("rekey")
@click.argument("weighbridge")
@click.option("--request", type=file_option, required=True)
@by_option
@click.pass_obj
def weighbridge_rekey(session: Session, /, weighbridge: str, request: Path, by: str) -> None:
    """登记下一把密钥，账簿继续(磅房 enrol next-key)。 Enrol the next key; the book goes on."""
    home = session.home()
    check_officer(home.db, by)
    asked = enrolment.read_request(request)
    check_same(asked.weighbridge, weighbridge)
    number = rekeying.rekey(home, asked, by)
    say(Phrase(f"已登记，第 {number} 号指令告知磅房。", f"Enrolled; order {number} tells it."))


@weighbridge_group.command("retire-key")
@click.argument("weighbridge")
@by_option
@click.pass_obj
def weighbridge_retire_key(session: Session, /, weighbridge: str, by: str) -> None:
    """收到换钥记录后停用旧密钥。 Retire the old key once the book names the new one."""
    home = session.home()
    check_officer(home.db, by)
    kid = rekeying.retire_key(home, weighbridge, by).hex()
    say(Phrase(f"已停用旧密钥 {kid}。", f"The old key {kid} is retired."))


def take_indicator(home: Home, asked: enrolment.Request, by: str) -> None:
    """Where the registry names no indicator yet, the request's is registered."""
    row = registry.find(home.db, WEIGHBRIDGES, asked.weighbridge)
    if asked.indicator and not row["indicator"]:
        at_ms = max(home.now_ms(), int(row["valid_from_ms"]) + 1)
        news = {"indicator": NOTE(asked.indicator), "by": by}
        registry.change(home.db, WEIGHBRIDGES, asked.weighbridge, news, at_ms)


def hand_over(home: Home, asked: enrolment.Request, bundle: Path, by: str) -> None:
    data = enrolment.enrol(home, asked, by)
    bundle.touch(mode=0o600)
    bundle.chmod(0o600)  # also where the file was there before
    bundle.write_bytes(data)


def check_pair(request: Path | None, bundle: Path | None) -> None:
    if (request is None) != (bundle is None):
        raise Refusal(
            "E_OPTIONS",
            Phrase("--request 与 --bundle 须同时给出。", "--request and --bundle go together."),
            Phrase("请补上另一个文件名。", "Name the other file too."),
        )


def check_same(asked: str, named: str) -> None:
    if asked != named:
        raise Refusal(
            "E_REQUEST",
            Phrase(f"申请属于 {asked}，不是 {named}。", f"The request is of {asked}, not {named}."),
            Phrase("请核对文件。", "Take the right file."),
        )


@weighbridge_group.command("change")
@click.argument("weighbridge")
@click.option("--name-zh", type=NAME)
@click.option("--name-en", type=NAME)
@click.option("--indicator", type=NOTE)
@click.option("--certificate", type=NOTE)
@click.option("--state", type=click.Choice(STATES))
@from_option
@by_option
@click.pass_obj
def weighbridge_change(session: Session, /, weighbridge: str, **news: Any) -> None:
    """更改磅房登记。 Change a weighbridge's row."""
    alter(session, WEIGHBRIDGES, weighbridge, news)


@weighbridge_group.command("list")
@json_option
@click.pass_obj
def weighbridge_list(session: Session, /, *, as_json: bool) -> None:
    """列出磅房。 List weighbridges."""
    rows = map(dict, registry.rows(session.home().db, WEIGHBRIDGES))
    show(rows, WEIGHBRIDGE_COLUMNS, as_json=as_json)


@click.group("camera")
def camera_group() -> None:
    """摄像头登记。 Cameras."""


@camera_group.command("add")
@click.argument("camera")
@click.option("--weighbridge", required=True)
@click.option("--class", "class", type=click.Choice(CAMERA_CLASSES), required=True)
@from_option
@by_option
@click.pass_obj
def camera_add(session: Session, /, valid_from: str | None, **row: Any) -> None:
    """登记摄像头：磅房、道路或煤棚。 Register a camera: deck, road or shed."""
    registry.find(session.home().db, WEIGHBRIDGES, str(row["weighbridge"]))
    put(session, CAMERAS, row, valid_from)


@camera_group.command("list")
@json_option
@click.pass_obj
def camera_list(session: Session, /, *, as_json: bool) -> None:
    """列出摄像头。 List cameras."""
    rows = map(dict, registry.rows(session.home().db, CAMERAS))
    show(rows, CAMERA_COLUMNS, as_json=as_json)


camera_group.add_command(calibrations_command)
