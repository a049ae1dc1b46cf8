"""The events of a trace in words: a heading and facts for each, in both languages. Pure.

Digests are shortened and weights are tonnes here; whoever needs every digit asks for JSON.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from collector.period import shown_briefly
from collector.ticket_entries import BUREAU
from collector.ticket_states import MOVE_NAMES, NAMES, State
from collector.trace import SOUND, Event
from collector.units import tonnes
from weighbook.phrase import Phrase
from weighbook.refusals import REASONS

P = Phrase
DIGEST_CHARACTERS = 12
LEDGER, ORDER = "ledger ", "order "
EVENTS: Mapping[str, Phrase] = {
    "ticket signed": P("票证签发", "ticket signed"),
    "tare": P("称皮重", "tare"),
    "sale": P("成交", "sale"),
    "refused": P("拒绝", "refused"),
    "passage": P("过磅未售", "passage, not sold"),
    "test": P("测试", "test"),
    "record": P("记录", "record"),
    "receipt": P("汇总端回执", "receipt"),
    "quarantine": P("隔离的另一份", "another copy, quarantined"),
    "slip": P("磅单", "slip"),
    "code": P("扫得的票证", "the scanned ticket"),
    "parent": P("上游票", "made from"),
    "child": P("下游票", "made of it"),
    "cause": P("停销原因", "cause"),
    "evidence": P("故障证据", "evidence of a fault"),
}
PIECES: Mapping[str, Phrase] = {
    "good": P("最后的正常画面", "last good picture"),
    "bad": P("最初的异常画面", "first bad picture"),
    "film": P("故障前录像", "film before it"),
    "history": P("判定数据", "figures"),
}
DECISIONS: Mapping[str, Phrase] = {
    "accepted": P("成交", "accepted"),
    "refused": P("拒绝", "refused"),
    "recorded": P("仅记录", "recorded only"),
}
FAULTS: Mapping[str, Phrase] = {
    "E_DIGEST": P("记录与其摘要不符", "the record is not what its digest says"),
    "E_NO_RECORD": P("没有这条记录", "there is no such record"),
    "E_SLIP_HEAD": P("磅单与记录的链头不符", "the slip names another head"),
    "E_SLIP_CONTENT": P("磅单与记录的内容不符", "the slip says something else than the record"),
}
LABELS: Mapping[str, Phrase] = {
    "enterprise": P("企业", "enterprise"),
    "weighbridge": P("磅房", "weighbridge"),
    "weight_kg": P("称量", "weight"),
    "tare_kg": P("皮重", "tare"),
    "gross_kg": P("毛重", "gross"),
    "net_kg": P("净重", "net"),
    "drawn_kg": P("取用", "drawn"),
    "parents": P("上游票", "parents"),
    "max_net_kg": P("净重上限", "net limit"),
    "plate": P("车号", "plate"),
    "other_plates": P("另报车号", "other plates"),
    "note": P("换车原因", "taken over because"),
    "retry_of": P("首次过磅记录", "first try at record"),
    "tare_uses": P("存储皮重第几车", "load on its stored tare"),
    "product": P("产品", "product"),
    "ticket_no": P("票号", "ticket"),
    "expires_s": P("有效至", "valid until"),
    "decision": P("结果", "decision"),
    "reasons": P("原因", "reasons"),
    "halted": P("停销期间", "while halted"),
    "pictures": P("照片", "pictures"),
    "operator": P("操作员", "operator"),
    "code": P("原因", "cause"),
    "device": P("设备", "device"),
    "measured": P("测得", "measured"),
    "limit": P("限值", "limit"),
    "since_ms": P("自", "since"),
    "evidence": P("证据", "evidence"),
    "missing": P("缺", "missing"),
    "received_ms": P("收到于", "received"),
    "number": P("指令号", "order no."),
    "applied_seq": P("执行于记录", "applied at record"),
    "holder_to": P("持有", "held by"),
    "source": P("凭证", "paper"),
    "digest": P("摘要", "digest"),
    "head": P("链头", "head"),
}
NOT_SHOWN: tuple[object, ...] = (None, "", [], False)


def heading(event: Event) -> str:
    """What happened, who stands behind it, and whether its signature holds."""
    parts = (name_of(event.what), event.who, signature(event.signed))
    return " · ".join(part for part in parts if part)


def name_of(what: str) -> str:
    if what.startswith(LEDGER):
        move = MOVE_NAMES[what.removeprefix(LEDGER)]
        return f"台账 {move.zh} ledger: {move.en}"
    if what.startswith(ORDER):
        return f"指令 {what}"
    return spaced(EVENTS[what])


def signature(signed: str) -> str:
    """Nothing for an entry of the bureau's own ledger, which carries names and no signature."""
    if not signed:
        return ""
    if signed == SOUND:
        return "✓ 签名有效 verified"
    told = FAULTS.get(signed) or (REASONS[signed][0] if signed in REASONS else None)
    return f"✗ {signed} {spaced(told)}" if told else f"✗ {signed}"


def facts(event: Event) -> tuple[str, ...]:
    """All that is known beside the heading, one text per fact."""
    return tuple(told(event.facts))


def told(known: Mapping[str, Any]) -> Iterator[str]:
    if "to_state" in known:
        yield change(known["from_state"], known["to_state"])
    if "seq" in known:
        yield f"记录 record {known['epoch']}/{known['seq']}"
    for name, value in known.items():
        if name in LABELS and value not in NOT_SHOWN:
            shown = SHOWN.get(name, str)(value)
            yield f"{spaced(LABELS[name])} {shown}".rstrip()


def change(start: str | None, end: str) -> str:
    """From which state to which, Chinese first."""
    states = [NAMES[State(name)] for name in (start, end) if name]
    return f"{' → '.join(s.zh for s in states)} {' → '.join(s.en for s in states)}"


def shortened(digest: str) -> str:
    return f"{digest[:DIGEST_CHARACTERS]}…"


def pictures(found: list[dict[str, Any]]) -> str:
    """How many, and how many of them have arrived."""
    here = sum(picture["here"] for picture in found)
    cameras = "、".join(str(picture["camera"]) for picture in found)
    return f"{len(found)}({cameras}),已到 here {here}"


def evidence(found: list[dict[str, Any]]) -> str:
    """What there is, how large, and how much of it has arrived."""
    here = sum(piece["here"] for piece in found)
    size_kib = -(-sum(piece["bytes"] for piece in found) // 1024)
    kinds = dict.fromkeys(piece["kind"] for piece in found)
    return f"{', '.join(map(piece_name, kinds))} {size_kib} KiB,已到 here {here}/{len(found)}"


def missing(found: list[dict[str, str]]) -> str:
    return ", ".join(f"{piece_name(one['kind'])} ({one['why']})" for one in found)


def piece_name(kind: str) -> str:
    return spaced(PIECES[kind]) if kind in PIECES else kind


def weight(kg: int) -> str:
    return f"{tonnes(kg)} t"


def spaced(phrase: Phrase) -> str:
    """Both languages in one line."""
    return f"{phrase.zh.rstrip('。')} {phrase.en.rstrip('.')}"


SHOWN: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(
        ("weight_kg", "tare_kg", "gross_kg", "net_kg", "max_net_kg", "drawn_kg"), weight
    ),
    "parents": ", ".join,
    "expires_s": lambda at_s: shown_briefly(at_s * 1000),
    "received_ms": shown_briefly,
    "digest": shortened,
    "head": shortened,
    "pictures": pictures,
    "evidence": evidence,
    "missing": missing,
    "since_ms": shown_briefly,
    "halted": lambda _: "",
    "reasons": ", ".join,
    "other_plates": ", ".join,
    "decision": lambda code: spaced(DECISIONS[code]) if code in DECISIONS else code,
    "holder_to": lambda holder: "能源局 bureau" if holder == BUREAU else holder,
}
