"""The registry: enterprises, weighbridges, cameras, buyers, products; effective-dated rows.

A change closes the standing row and adds one, so what a month was reckoned with can be read again.
Nothing here decides about tickets or orders; it answers who exists, since when and in what state.
"""

import re
import sqlite3
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from collector.schema import transaction
from collector.uscc import uscc_fits
from weighbook.phrase import Phrase, Refusal

PRODUCTS_FILE = Path(__file__).parent.parent / "config" / "products.toml"
ID_FORM = re.compile(r"[A-Z0-9][A-Z0-9-]{1,31}", re.ASCII)  # what may stand in a topic
CAMERA_CLASSES = ("DECK", "ROAD", "SHED")
STATES = ("active", "suspended", "retired")
LONGEST_NAME = 60

Row = Mapping[str, object]


class Table(NamedTuple):
    """A registry table: its key column and what people call its rows."""

    name: str
    key: str
    title: Phrase


ENTERPRISES = Table("enterprises", "enterprise", Phrase("企业", "enterprise"))
WEIGHBRIDGES = Table("weighbridges", "weighbridge", Phrase("磅房", "weighbridge"))
CAMERAS = Table("cameras", "camera", Phrase("摄像头", "camera"))
BUYERS = Table("buyers", "buyer", Phrase("购买方", "buyer"))


def find(db: sqlite3.Connection, table: Table, key: str) -> sqlite3.Row:
    """The standing row; Refusal E_UNKNOWN if there is none."""
    row = standing(db, table, key)
    if row is None:
        zh, en = table.title
        raise Refusal(
            "E_UNKNOWN",
            Phrase(f"没有登记编号为 {key} 的{zh}。", f"No {en} {key} is registered."),
            Phrase(
                f"请用 collector {en} list 查看编号。", f"See the ids with: collector {en} list."
            ),
        )
    return row


def standing(db: sqlite3.Connection, table: Table, key: str) -> sqlite3.Row | None:
    query = f"SELECT * FROM {table.name}_now WHERE {table.key} = ?"  # noqa: S608 - names are constants
    row: sqlite3.Row | None = db.execute(query, (key,)).fetchone()
    return row


def rows(db: sqlite3.Connection, table: Table) -> list[sqlite3.Row]:
    """Every standing row, by key."""
    query = f"SELECT * FROM {table.name}_now ORDER BY {table.key}"  # noqa: S608 - names are constants
    return db.execute(query).fetchall()


def add(db: sqlite3.Connection, table: Table, row: Row, at_ms: int) -> None:
    """A first row; Refusals E_EXISTS, E_ID, E_NAME, E_USCC."""
    key = str(row[table.key])
    check_row(row, key)
    with transaction(db):
        if standing(db, table, key) is not None:
            zh, en = table.title
            raise Refusal(
                "E_EXISTS",
                Phrase(f"{zh} {key} 已登记，未作改动。", f"The {en} {key} is registered already."),
                Phrase(
                    f"要更改请用 collector {en} change。", f"Change it with: collector {en} change."
                ),
            )
        insert(db, table, row, at_ms)


def change(db: sqlite3.Connection, table: Table, key: str, news: Row, at_ms: int) -> bool:
    """Close the standing row at `at_ms` and add one with `news`; False if nothing is new."""
    with transaction(db):
        old = dict(find(db, table, key))
        new = {**old, **news}
        if all(old[name] == new[name] for name in news if name != "by"):
            return False
        check_row(new, key)
        if at_ms <= int(old["valid_from_ms"]):
            raise Refusal(
                "E_DATE",
                Phrase("生效时间早于现有登记。", "The change would begin before the standing row."),
                Phrase("请改用更晚的生效时间。", "Give a later effective time."),
            )
        closing = (
            f"UPDATE {table.name} SET valid_to_ms = ? WHERE {table.key} = ? AND valid_to_ms IS NULL"  # noqa: S608 - names are constants
        )
        db.execute(closing, (at_ms, key))
        insert(db, table, {n: v for n, v in new.items() if not n.startswith("valid_")}, at_ms)
    return True


def insert(db: sqlite3.Connection, table: Table, row: Row, at_ms: int) -> None:
    full = {**row, "valid_from_ms": at_ms}
    names = ", ".join(full)
    marks = ", ".join(f":{name}" for name in full)
    db.execute(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", full)  # noqa: S608 - column names of ours


def check_row(row: Row, key: str) -> None:
    """The id, the names and the credit code of a row are such as can be printed and trusted."""
    if not ID_FORM.fullmatch(key):
        raise Refusal(
            "E_ID",
            Phrase(f"编号 {key!r} 不合规。", f"The id {key!r} is not well formed."),
            Phrase(
                "请用 2 至 32 位大写字母、数字、横线。",
                "Use 2 to 32 capital letters, digits and hyphens.",
            ),
        )
    for name in ("name_zh", "name_en"):
        text = str(row.get(name, "-"))
        if not text.strip() or len(text) > LONGEST_NAME or not text.isprintable():
            raise Refusal(
                "E_NAME",
                Phrase(
                    f"名称 {text!r} 为空、过长或含控制字符。",
                    f"The name {text!r} is empty, too long or not printable.",
                ),
                Phrase(f"请用 1 至 {LONGEST_NAME} 个字。", f"Use 1 to {LONGEST_NAME} characters."),
            )
    if "uscc" in row and not uscc_fits(str(row["uscc"])):
        raise Refusal(
            "E_USCC",
            Phrase(
                f"统一社会信用代码 {row['uscc']} 校验不符。",
                f"The credit code {row['uscc']} does not fit its check character.",
            ),
            Phrase("请对照营业执照核对 18 位代码。", "Compare all 18 characters with the licence."),
        )


def check_second_weighbridge(
    db: sqlite3.Connection, enterprise: str, exception: str | None
) -> None:
    """One enterprise, one weighbridge: E_SECOND_WEIGHBRIDGE without the bureau's consent."""
    others = db.execute(
        "SELECT weighbridge FROM weighbridges_now WHERE enterprise = ? AND state != 'retired'",
        (enterprise,),
    ).fetchall()
    if others and not (exception or "").strip():
        first = others[0]["weighbridge"]
        raise Refusal(
            "E_SECOND_WEIGHBRIDGE",
            Phrase(
                f"企业 {enterprise} 已有磅房 {first}；一企一磅。",
                f"{enterprise} already has the weighbridge {first}: one each.",
            ),
            Phrase(
                "确经批准的，请用 --exception 写明批文。",
                "If consent was given, name the paper with --exception TEXT.",
            ),
        )


def check_active(db: sqlite3.Connection, enterprise: str) -> sqlite3.Row:
    """The enterprise if tickets may be issued to it; Refusal E_SUSPENDED otherwise."""
    row = find(db, ENTERPRISES, enterprise)
    if row["state"] != "active":
        raise Refusal(
            "E_SUSPENDED",
            Phrase(f"企业 {enterprise} 已停票。", f"{enterprise} is suspended from tickets."),
            Phrase("恢复后再发放。", "Issue again once its state is active."),
        )
    return row


def find_product(db: sqlite3.Connection, product: str) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM products WHERE product = ?", (product,)
    ).fetchone()
    if row is None:
        raise Refusal(
            "E_PRODUCT",
            Phrase(f"产品目录中没有 {product}。", f"There is no product {product}."),
            Phrase("请用 collector product list 查看。", "See them with: collector product list."),
        )
    return row


def seed_products(db: sqlite3.Connection, path: Path = PRODUCTS_FILE) -> None:
    """Fill the product list from its file; names may be corrected, codes stay."""
    for product, facts in tomllib.loads(path.read_text(encoding="utf-8")).items():
        db.execute(
            "INSERT INTO products VALUES (:p, :f, :zh, :en)",
            {"p": product, "f": facts["family"], "zh": facts["name_zh"], "en": facts["name_en"]},
        )
