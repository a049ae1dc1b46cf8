"""`collector init | enterprise | buyer | product | officer`: who and what there is."""

from pathlib import Path
from typing import Any

import click

from collector import officers, registry
from collector.home import OFFICERS, create_home
from collector.officer_keys import lock
from collector.option_types import NAME, NOTE, PLACE, TONNES_A_YEAR
from collector.orders import check_officer
from collector.registry import BUYERS, ENTERPRISES, STATES, Table
from collector.session import Session, by_option, json_option, read_instant, say, show
from weighbook.phrase import Phrase

P = Phrase
ENTERPRISE_COLUMNS = (
    ("enterprise", P("编号", "id")),
    ("name_zh", P("名称", "name")),
    ("uscc", P("信用代码", "credit code")),
    ("licence_no", P("许可证号", "licence")),
    ("mine_zh", P("矿山", "mine")),
    ("capacity_t", P("核定产能(吨/年)", "capacity t/a")),
    ("state", P("状态", "state")),
)
BUYER_COLUMNS = (
    ("buyer", P("编号", "id")),
    ("name_zh", P("名称", "name")),
    ("name_en", P("英文名", "English name")),
    ("uscc", P("信用代码", "credit code")),
    ("destination", P("流向", "destination")),
)
PRODUCT_COLUMNS = (
    ("product", P("代码", "code")),
    ("family", P("票种", "family")),
    ("name_zh", P("名称", "name")),
    ("name_en", P("英文名", "English name")),
)
OFFICER_COLUMNS = (
    ("officer", P("编号", "id")),
    ("name_zh", P("姓名", "name")),
    ("kid", P("密钥号", "key id")),
    ("roles", P("权限", "roles")),
)
from_option = click.option("--from", "valid_from", metavar="TIME", help="生效时间 / from when")


def put(session: Session, table: Table, row: dict[str, Any], valid_from: str | None) -> None:
    """Add a registry row as the officer `row["by"]` and say so."""
    home = session.home()
    check_officer(home.db, str(row["by"]))
    key = str(row[table.key])
    at_ms = read_instant(valid_from) if valid_from else home.now_ms()
    registry.add(home.db, table, row, at_ms)
    home.log(str(row["by"]), f"{table.key} add", key, "")
    say(Phrase(f"已登记{table.title.zh} {key}。", f"Registered the {table.title.en} {key}."))


def alter(session: Session, table: Table, key: str, news: dict[str, Any]) -> None:
    """Close the standing row and add one with the options that were given."""
    home = session.home()
    valid_from = news.pop("valid_from", None)
    given = {name: value for name, value in news.items() if value is not None}
    check_officer(home.db, str(given["by"]))
    at_ms = read_instant(valid_from) if valid_from else home.now_ms()
    if not registry.change(home.db, table, key, given, at_ms):
        say(Phrase("与现有登记相同，未作改动。", "The same as it stands; nothing was changed."))
        return
    detail = ", ".join(f"{name}={value}" for name, value in given.items() if name != "by")
    home.log(str(given["by"]), f"{table.key} change", key, detail)
    say(Phrase(f"已更改{table.title.zh} {key}。", f"Changed the {table.title.en} {key}."))


def read_officers(texts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = [text.partition("=") for text in texts]
    return tuple((officer, NAME(name or officer)) for officer, _, name in pairs)


@click.command("init")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--officer", "named", multiple=True, metavar="ID=NAME", help="经办人，至少两名")
@click.pass_obj
def init_command(session: Session, directory: Path, named: tuple[str, ...]) -> None:
    """新建汇总端目录：密钥、数据库、配置。 A new home: keys, database, settings."""
    chosen = read_officers(named) if named else OFFICERS
    create_home(directory, chosen, session.now_ms).close()
    ids = [officer for officer, _ in chosen]
    say(
        Phrase(
            f"已建立 {directory}，经办人：{'、'.join(ids)}。",
            f"Made {directory} with the officers {', '.join(ids)}.",
        )
    )
    say(
        Phrase(
            "请把 keys/root.pem 另存到离线介质。",
            "Keep a copy of keys/root.pem off this machine: all trust hangs on it.",
        )
    )


@click.group("enterprise")
def enterprise_group() -> None:
    """企业登记。 Enterprises."""


@enterprise_group.command("add")
@click.argument("enterprise")
@click.option("--name-zh", type=NAME, required=True)
@click.option("--name-en", type=NAME, required=True)
@click.option("--uscc", required=True, help="统一社会信用代码 / credit code, 18 characters")
@click.option("--licence-no", type=NAME, required=True, help="采矿许可证号 / mining licence")
@click.option("--mine-zh", type=NOTE, default="", help="矿山名称 / mine")
@click.option("--capacity-t", type=TONNES_A_YEAR, default=0, help="核定产能 吨/年 / t a year")
@from_option
@by_option
@click.pass_obj
def enterprise_add(session: Session, /, valid_from: str | None, **row: Any) -> None:
    """登记一家企业。 Register an enterprise."""
    put(session, ENTERPRISES, {**row, "state": "active"}, valid_from)


@enterprise_group.command("change")
@click.argument("enterprise")
@click.option("--name-zh", type=NAME)
@click.option("--name-en", type=NAME)
@click.option("--uscc")
@click.option("--licence-no", type=NAME)
@click.option("--mine-zh", type=NOTE)
@click.option("--capacity-t", type=TONNES_A_YEAR)
@click.option("--state", type=click.Choice(STATES), help="状态 / state")
@from_option
@by_option
@click.pass_obj
def enterprise_change(session: Session, /, enterprise: str, **news: Any) -> None:
    """更改：旧行关闭，新行生效。 Change: the old row closes, a new one begins."""
    alter(session, ENTERPRISES, enterprise, news)


@enterprise_group.command("list")
@json_option
@click.pass_obj
def enterprise_list(session: Session, /, *, as_json: bool) -> None:
    """列出企业。 List enterprises."""
    rows = map(dict, registry.rows(session.home().db, ENTERPRISES))
    show(rows, ENTERPRISE_COLUMNS, as_json=as_json)


@click.group("buyer")
def buyer_group() -> None:
    """购买方登记。 Buyers."""


@buyer_group.command("add")
@click.argument("buyer")
@click.option("--name-zh", type=NAME, required=True)
@click.option("--name-en", type=NAME, required=True)
@click.option("--uscc", required=True)
@click.option("--destination", type=PLACE, required=True, help="到达地 / destination")
@from_option
@by_option
@click.pass_obj
def buyer_add(session: Session, /, valid_from: str | None, **row: Any) -> None:
    """登记一家购买方。 Register a buyer."""
    put(session, BUYERS, row, valid_from)


@buyer_group.command("list")
@json_option
@click.pass_obj
def buyer_list(session: Session, /, *, as_json: bool) -> None:
    """列出购买方。 List buyers."""
    rows = map(dict, registry.rows(session.home().db, BUYERS))
    show(rows, BUYER_COLUMNS, as_json=as_json)


@click.group("product")
def product_group() -> None:
    """产品目录。 Products."""


@product_group.command("list")
@json_option
@click.pass_obj
def product_list(session: Session, /, *, as_json: bool) -> None:
    """列出产品。 List products."""
    rows = session.home().db.execute("SELECT * FROM products ORDER BY family, product")
    show(map(dict, rows), PRODUCT_COLUMNS, as_json=as_json)


@click.group("officer")
def officer_group() -> None:
    """经办人及其密钥。 Officers and their keys."""


@officer_group.command("list")
@json_option
@click.pass_obj
def officer_list(session: Session, /, *, as_json: bool) -> None:
    """列出经办人。 List officers."""
    rows = session.home().db.execute("SELECT * FROM officers ORDER BY officer")
    show(map(dict, rows), OFFICER_COLUMNS, as_json=as_json)


@officer_group.command("add")
@click.argument("officer")
@click.option("--name-zh", type=NAME, required=True)
@click.option("--clerk", is_flag=True, help="只能申请，不能签发 / may ask, never signs")
@by_option
@click.pass_obj
def officer_add(session: Session, /, officer: str, name_zh: str, by: str, *, clerk: bool) -> None:
    """增加经办人并生成其密钥，或增加窗口人员。 Add an officer with his key, or a clerk."""
    add = officers.add_clerk if clerk else officers.add_officer
    add(session.home(), officer, name_zh, by)
    say(Phrase(f"已增加经办人 {officer}。", f"Added the officer {officer}."))


@officer_group.command("passphrase")
@click.argument("officer")
@click.pass_obj
def officer_passphrase(session: Session, /, officer: str) -> None:
    """给自己的密钥设口令；以后签字须本人输入。 Lock your own key behind a passphrase."""
    home = session.home()
    check_officer(home.db, officer)
    key = home.officer_key(officer)
    words = "新口令 / new passphrase"
    fresh = str(click.prompt(words, hide_input=True, confirmation_prompt=True, err=True))
    lock(home.path / "keys" / f"{officer}.pem", key, fresh.encode())
    home.log(officer, "officer passphrase", officer, "")
    say(Phrase(f"{officer} 的密钥已加口令。", f"The key of {officer} is locked."))


@officer_group.command("retire")
@click.argument("officer")
@by_option
@click.pass_obj
def officer_retire(session: Session, /, officer: str, by: str) -> None:
    """停用经办人，即时吊销其密钥。 Retire an officer; his key is revoked from now on."""
    officers.retire_officer(session.home(), officer, by)
    say(Phrase(f"已停用经办人 {officer}。", f"Retired the officer {officer}."))
