"""A code that is one part of a longer text: gathered in any order until the text is whole."""

from dataclasses import replace
from functools import partial

from edge_agent.bureau import take_order
from edge_agent.turn import Lane, Turn, in_turn, tell
from weighbook import base45
from weighbook.parts import Gathered, gather, whole_text
from weighbook.phrase import Phrase, Refusal
from weighbook.texts import ORDER

PART_TAKEN = Phrase(
    "已读 {count} 个二维码中的 {done} 个，请继续扫描。",
    "Read {done} of {count} codes; go on scanning.",
)
PART_BAD = Phrase(
    "分段二维码不完整或不是一组，请从头扫描。",
    "The codes do not belong together. Scan all of them again.",
)


def take_part(lane: Lane, text: str) -> Turn:
    """One part; when none is missing, the order they make up is taken."""
    try:
        parts = gather(lane.parts, text)
        if parts == lane.parts:
            return Turn(lane)
        if parts.missing:
            done = PART_TAKEN.fill(done=parts.total - parts.missing, count=parts.total)
            return tell(replace(lane, parts=parts), done, "PART_TAKEN")
        whole = whole_text(parts)
        if not whole.startswith(ORDER):
            return tell(replace(lane, parts=Gathered()), PART_BAD, "E_PARTS", "warn")
        message = base45.decode(whole[len(ORDER) :])
    except Refusal:
        return tell(replace(lane, parts=Gathered()), PART_BAD, "E_PARTS", "warn")
    return in_turn(replace(lane, parts=Gathered()), partial(take_order, message=message))
