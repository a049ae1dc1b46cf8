"""`collector halts list | outages | notices`: who is halted now, what repeats, who was told."""

import sqlite3
from collections.abc import Iterator

import click

from collector import halts_store
from collector.causes import CAUSES, why
from collector.halts import STATES, Cause, Standing, State, Word
from collector.notice_store import read_outages
from collector.outages import Limits, Outage, common_outages, patterns
from collector.period import shown_briefly
from collector.session import Session, json_option, say, show
from weighbook.phrase import Phrase

P = Phrase
DAY_MS = 24 * 3_600_000
NAMES = """
SELECT w.weighbridge, e.enterprise, e.name_zh FROM weighbridges_now w
JOIN enterprises_now e USING (enterprise) WHERE w.state != 'retired' ORDER BY w.weighbridge
"""
NEVER = P("从未报到", "never heard")
STANDINGS = (
    ("weighbridge", P("磅房", "weighbridge")),
    ("name", P("企业", "enterprise")),
    ("state_shown", P("状态", "state")),
    ("since", P("自", "since")),
    ("causes_shown", P("原因", "causes")),
    ("heard", P("最近心跳", "last heard")),
)
COMMON = (
    ("began", P("开始", "began")),
    ("count", P("磅房数", "weighbridges")),
    ("weighbridges", P("磅房", "weighbridges")),
)
PATTERNS = (
    ("code", P("疑点", "finding")),
    ("weighbridge", P("磅房", "weighbridge")),
    ("nights", P("夜数", "nights")),
    ("days", P("各夜", "which nights")),
)
NOTICES = (
    ("at", P("时间", "at")),
    ("target", P("接收方", "receiver")),
    ("subject", P("磅房", "weighbridge")),
    ("what", P("内容", "what")),
    ("sent", P("送达", "taken")),
    ("tries", P("次数", "tries")),
    ("error", P("错误", "fault")),
)


@click.group("halts")
def halts_group() -> None:
    """停销一览：谁停了，自何时，因何故。 Who is halted, since when, why."""


@halts_group.command("list")
@click.option("--all", "everybody", is_flag=True, help="包括正常销售的 / also those that sell")
@json_option
@click.pass_obj
def list_command(session: Session, /, *, everybody: bool, as_json: bool) -> None:
    """此刻停销或失联的磅房。 Weighbridges that are halted or silent now."""
    db = session.home().db
    found = [row for row in standing_rows(db) if everybody or row["state"] != State.OPEN]
    if not found and not as_json:
        say(P("没有停销的磅房。", "No weighbridge is halted."))
        return
    show(found, STANDINGS, as_json=as_json)


@halts_group.command("outages")
@click.option("--days", type=click.IntRange(1, 400), default=30, show_default=True,
              help="最近多少天 / how many days back")  # fmt: skip
@json_option
@click.pass_obj
def outages_command(session: Session, /, *, days: int, as_json: bool) -> None:
    """同时中断(多为电网、网络)与夜间单独中断。 Outages that came together, and alone at night."""
    home, limits = session.home(), Limits()
    now_ms = home.now_ms()
    found = read_outages(home.db, now_ms - days * DAY_MS)
    (sites,) = home.db.execute("SELECT count(*) FROM told_states").fetchone()
    common = [common_row(one.from_ms, one.outages) for one in common_outages(found, sites, limits)]
    alone = [
        {
            "code": one.code,
            "weighbridge": one.weighbridge,
            "nights": len(one.nights),
            "days": ", ".join(one.nights),
        }
        for one in patterns(found, sites, now_ms, limits)
    ]
    if as_json or common:
        show(common, COMMON, as_json=as_json)
    else:
        say(P("没有几乎同时的中断。", "No outages began together."))
    if as_json or alone:
        show(alone, PATTERNS, as_json=as_json)
    else:
        say(P("没有夜间单独中断的规律。", "Nobody was out alone at night again and again."))


@halts_group.command("notices")
@click.option("--limit", type=click.IntRange(1, 1_000), default=50, show_default=True,
              help="最近多少条 / the newest so many")  # fmt: skip
@json_option
@click.pass_obj
def notices_command(session: Session, /, *, limit: int, as_json: bool) -> None:
    """发出与待发的通知。 Notices that were sent, wait, or were given up."""
    rows = session.home().db.execute(
        "SELECT at_ms, target, subject, what, sent_ms, given_up_ms, tries, error FROM notices"
        " ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    show(map(notice_row, rows), NOTICES, as_json=as_json)


def standing_rows(db: sqlite3.Connection) -> Iterator[dict[str, object]]:
    known = {name: (word, standing) for name, word, standing in halts_store.standings(db)}
    for weighbridge, enterprise, name in db.execute(NAMES).fetchall():
        row = {"weighbridge": weighbridge, "enterprise": enterprise, "name": name}
        yield row | (standing_row(*known[weighbridge]) if weighbridge in known else never_row())


def standing_row(word: Word, standing: Standing) -> dict[str, object]:
    return {
        "state": str(standing.state),
        "state_shown": " ".join(STATES[standing.state]),
        "since_ms": standing.since_ms,
        "since": shown_briefly(standing.since_ms),
        "heard_ms": word.heard_ms,
        "heard": shown_briefly(word.heard_ms),
        "causes": [one._asdict() for one in standing.causes],
        "causes_shown": "; ".join(map(cause_words, standing.causes)),
    }


def never_row() -> dict[str, object]:
    nothing = {"since_ms": None, "since": "—", "heard_ms": None, "heard": "—"}
    return {"state": None, "state_shown": " ".join(NEVER), "causes": [], "causes_shown": "",
            **nothing}  # fmt: skip


def cause_words(cause: Cause) -> str:
    subject = f" {cause.subject}" if cause.subject else ""
    permit = "" if cause.permit is None else f"（许可 permit {cause.permit}）"
    measured = f"：{cause.measured}" if cause.measured else ""
    known = why(cause.code, cause.measured)
    because = "" if known is None else f"（{known.zh} {known.en}）"
    return f"{CAUSES.get(cause.code, '')} {cause.code}{subject}{measured}{because}{permit}"


def common_row(from_ms: int, outages: tuple[Outage, ...]) -> dict[str, object]:
    names = sorted({one.weighbridge for one in outages})
    return {"began": shown_briefly(from_ms), "began_ms": from_ms, "count": len(names),
            "weighbridges": ", ".join(names)}  # fmt: skip


def notice_row(row: sqlite3.Row) -> dict[str, object]:
    sent = "—" if row["sent_ms"] is None else shown_briefly(row["sent_ms"])
    if row["given_up_ms"] is not None:
        sent = " ".join(P("已放弃", "given up"))
    return {**dict(row), "at": shown_briefly(row["at_ms"]), "sent": sent,
            "error": row["error"] or ""}  # fmt: skip
