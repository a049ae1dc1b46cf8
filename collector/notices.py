"""What the bureau's people are told of halts, as plain facts; one notice per change. Pure.

`changes` compares how every weighbridge stands with what was last told. A deck that is only
starting is not news; one that sells again is, if its halt was told.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from collector.causes import CAUSES, why
from collector.halts import STATES, Cause, Standing, State
from collector.period import shown_briefly
from weighbook.phrase import Phrase

MAX_CAUSES = 6


class Told(NamedTuple):
    """What was last told of one weighbridge."""

    state: State
    codes: str
    since_ms: int


class Change(NamedTuple):
    """A weighbridge stands otherwise than was told; `told` None: nothing was told of it yet."""

    weighbridge: str
    standing: Standing
    told: Told | None

    @property
    def is_news(self) -> bool:
        """The first word of a deck that sells is none."""
        return self.told is not None or self.standing.state is not State.OPEN


class Notice(NamedTuple):
    """For people and programs: which weighbridge (None: the county), what, since when, why."""

    at_ms: int
    subject: str
    what: str
    since_ms: int
    enterprise: str
    causes: tuple[str, ...]
    text: Phrase


def changes(now: Iterable[tuple[str, Standing]], told: Mapping[str, Told]) -> Iterator[Change]:
    for weighbridge, standing in now:
        before = told.get(weighbridge)
        if standing.state is State.STARTING:
            continue
        if before is None or (before.state, before.codes) != (standing.state, standing.codes):
            yield Change(weighbridge, standing, before)


def notice_of(change: Change, name: Phrase, at_ms: int) -> Notice:
    """`name`: the enterprise's and the weighbridge's, as people know them."""
    standing, state = change.standing, STATES[change.standing.state]
    causes = tuple(dict.fromkeys(one.code for one in standing.causes if one.permit is None))
    if standing.state in (State.OPEN, State.SILENT):
        causes = ()
    since = shown_briefly(standing.since_ms)
    zh = [f"【{state.zh}】{name.zh}（{change.weighbridge}）", f"自 {since}"]
    en = [f"[{state.en}] {name.en} ({change.weighbridge})", f"since {since}"]
    if causes:
        known = [_named(code, standing.causes) for code in causes[:MAX_CAUSES]]
        zh.append("原因：" + "、".join(one.zh for one in known))
        en.append("causes: " + ", ".join(one.en for one in known))
    if standing.state is State.OPEN and change.told is not None:
        before = shown_briefly(change.told.since_ms)
        zh.append(f"此前{STATES[change.told.state].zh}，自 {before}")
        en.append(f"before that {STATES[change.told.state].en}, since {before}")
    return Notice(
        at_ms,
        change.weighbridge,
        str(standing.state),
        standing.since_ms,
        name.zh,
        causes,
        Phrase("，".join(zh), ", ".join(en)),
    )


def _named(code: str, causes: Iterable[Cause]) -> Phrase:
    """A cause by name, with why if a deck found that out."""
    found = (why(one.code, one.measured) for one in causes if one.code == code)
    whys = list(dict.fromkeys(one for one in found if one is not None))
    zh, en = "、".join(one.zh for one in whys), ", ".join(one.en for one in whys)
    named = f"{CAUSES.get(code, '')} {code}"
    return Phrase(f"{named}（{zh}）", f"{code} ({en})") if whys else Phrase(named, code)


def common_notice(count: int, sites: int, since_ms: int, at_ms: int) -> Notice:
    """Many sites at once: one message more, which explains the single ones."""
    since = shown_briefly(since_ms)
    text = Phrase(
        f"【区域性中断】{sites} 个磅房中有 {count} 个几乎同时停销或失联，自 {since}；"
        "请先查供电与通信",
        f"[county-wide] {count} of {sites} weighbridges halted or fell silent together,"
        f" since {since}; ask about the grid and the network first",
    )
    return Notice(at_ms, "", "common", since_ms, "", (), text)
