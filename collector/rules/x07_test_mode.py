"""F-X07: test mode is for technicians, and seldom.

In test mode the deck weighs, sells nothing and keeps its barrier shut. More than twenty test
weighings in a month are no maintenance; more than three of them with a load on it are loads that
passed under that name. Evidence: the records, whose pictures and curves hang on them by hash.
"""

from collector.period import Period
from collector.rules.shape import Answer, Expression, Question, count_by, record, rows
from collector.tables import Tables

LOADED_KG = 25_000  # more than any empty truck
MOST_TESTS = 20
MOST_LOADED = 3
ALL = Question("F-X07", "test_weighings", "weighings", 0)
LOADED = Question("F-X07", "loaded_test_weighings", "weighings", 0)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    tests = tables.tests
    loaded = tests.filter(tests.loaded_kg > LOADED_KG)
    return too_many(tests, ALL, MOST_TESTS).union(too_many(loaded, LOADED, MOST_LOADED))


def too_many(tests: Expression, question: Question, most: int) -> Expression:
    counts = count_by(tests, "weighbridge")
    both = tests.join(counts.filter(counts.n > most), "weighbridge")
    return rows(both, question, Answer(both.weighbridge, both.n, most, record(both)))
