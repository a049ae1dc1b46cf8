"""F-W04, F-W05, F-W06, F-V03, F-T02, F-T04: what the deck itself found odd, or refused as a cheat.

A flag (F-W04, F-W05, F-V03) let the load pass and asks for a look. A forged ticket (F-T04) and the
ticket of another mine or weighbridge (F-T02) sold nothing, but somebody had them and tried. Signs
of a load that did not stand wholly on the deck (F-W06) come from its curve. Evidence: the records.
"""

import ibis

from collector.period import Period
from collector.rules.shape import Answer, Expression, Question, count_by, record, rows
from collector.tables import Tables

FLAGS = {
    "F-W04": ("F-W04",),
    "F-W05": ("F-W05",),
    "F-V03": ("F-V03",),
    "F-T02": ("E_WEIGHBRIDGE", "E_ENTERPRISE"),
    "F-T04": ("E_SIG",),
    "F-W06": ("T_LOST", "T_LATE", "T_AXLES"),
}


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    return ibis.union(*(flagged(tables.reasons, code, reasons) for code, reasons in FLAGS.items()))


def flagged(reasons: Expression, code: str, named: tuple[str, ...]) -> Expression:
    found = reasons.filter(reasons.reason.isin(named))
    found = found.select("weighbridge", "epoch", "seq").distinct()
    both = found.join(count_by(found, "weighbridge"), "weighbridge")
    question = Question(code, "flagged_weighings", "weighings", 0)
    return rows(both, question, Answer(both.weighbridge, both.n, 0, record(both)))
