"""F-W08, F-W09, F-W10: sales were closed because the scale's data were suspect.

Each cause SCALE_SUSPECT names the check that raised it: a step without motion or a rest that stays
(remote control), another division or unit (settings changed), a curve, grammar or silence that no
scale makes (replay). Only the bureau's release ends one, so a person has looked or will. Evidence:
the record that raised it.
"""

import ibis

from collector.period import Period
from collector.rules.shape import Answer, Expression, Question, count_by, rows, text
from collector.tables import Tables

CHECKS = {
    "F-W08": ("T_STEP", "T_RESIDUE", "T_ZERO", "T_MIRROR"),
    "F-W09": ("T_UNIT", "T_DIVISION"),
    "F-W10": (
        "T_GRAMMAR", "T_PERIOD", "T_SWAP", "T_MOTION", "T_REPLAY", "T_LIFELESS", "T_UNHEARD",
    ),
}  # fmt: skip


def findings(tables: Tables, period: Period) -> Expression:
    raised = tables.episodes.filter(
        (tables.episodes.code == "SCALE_SUSPECT")
        & (tables.episodes.from_ms >= period.from_ms)
        & (tables.episodes.from_ms < period.to_ms)
    )
    return ibis.union(*(suspected(raised, code, checks) for code, checks in CHECKS.items()))


def suspected(raised: Expression, code: str, checks: tuple[str, ...]) -> Expression:
    found = raised.filter(raised.subject.isin(checks))
    both = found.join(count_by(found, "weighbridge"), "weighbridge")
    place = text("record:") + both.weighbridge + "/" + text(both.epoch) + "/" + text(both.from_seq)
    question = Question(code, "suspicions", "suspicions", 0)
    return rows(both, question, Answer(both.weighbridge, both.n, 0, place + " " + both.subject))
