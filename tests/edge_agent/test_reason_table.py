"""Why a camera gives nothing: the table row by row, and the words it travels in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cameras.sources import (
    BROKEN,
    NOT_FOUND,
    PLAYING,
    REFUSED,
    SILENT,
    UNAUTHORISED,
    UNDECODABLE,
)
from drivers.network.reach import Door
from edge_agent.reason_table import ROWS, Probes, reason_of
from edge_agent.reason_words import REASONS
from edge_agent.reasons import MAX_TEXT, NOTHING_TO_SAY, Reason, reason_in, with_reason

GONE = Probes(ping=False, door=Door.SILENT)
DEAF = Probes(ping=None, door=Door.SILENT)
THERE = Probes(ping=True, door=Door.OPEN, service="", stream=PLAYING)
STATES = ("", PLAYING, SILENT, BROKEN, REFUSED, UNAUTHORISED, NOT_FOUND, UNDECODABLE)
MAYBE = st.sampled_from([None, True, False])

CASES = [
    ("our own look was late", THERE._replace(late=True), Reason.OWN_PC),
    ("our own look was late, and it is gone", GONE._replace(late=True), Reason.OWN_PC),
    ("packets arrive", THERE._replace(plays=True), Reason.PICTURE),
    ("our own cable is out", GONE._replace(link=False), Reason.OWN_LINK),
    ("gone, and so are the mains", GONE._replace(mains=False, others=False), Reason.MAINS),
    ("there, while the mains are gone", THERE._replace(mains=False), Reason.ENCODER),
    ("gone, the gateway answers", GONE._replace(gateway=True), Reason.POWER_OR_CABLE),
    ("gone, another camera plays", GONE._replace(others=True), Reason.POWER_OR_CABLE),
    ("gone, another plays, no gateway", GONE._replace(others=True, gateway=False),
     Reason.POWER_OR_CABLE),
    ("gone, the gateway as well", GONE._replace(gateway=False), Reason.NETWORK),
    ("gone with all others", GONE._replace(others=False, gateway=True), Reason.NETWORK),
    ("gone, nobody else to ask", GONE, Reason.UNREACHABLE),
    ("no ping can be sent, the gateway answers", DEAF._replace(gateway=True),
     Reason.POWER_OR_CABLE),
    ("no ping can be sent, nobody else to ask", DEAF, Reason.UNREACHABLE),
    ("wrong password before it was cut", GONE._replace(stream=UNAUTHORISED, gateway=True),
     Reason.POWER_OR_CABLE),
    ("port refused", Probes(ping=True, door=Door.REFUSED), Reason.SERVICE_DOWN),
    ("port refused, no ping", Probes(ping=False, door=Door.REFUSED), Reason.SERVICE_DOWN),
    ("password", THERE._replace(stream=UNAUTHORISED), Reason.PASSWORD),
    ("password, before any probe", Probes(stream=UNAUTHORISED), Reason.PASSWORD),
    ("path", THERE._replace(stream=NOT_FOUND), Reason.PATH),
    ("path, found by the probe", THERE._replace(service=NOT_FOUND), Reason.PATH),
    ("codec", THERE._replace(stream=UNDECODABLE), Reason.CODEC),
    ("ping and no port", Probes(ping=True, door=Door.SILENT), Reason.HUNG),
    ("port opens, no answer", THERE._replace(service=SILENT), Reason.HUNG),
    ("port opens, hangs up", THERE._replace(service=BROKEN), Reason.HUNG),
    ("answers, session alive, no packets", THERE, Reason.ENCODER),
    ("answers, reader timed out", THERE._replace(stream=SILENT), Reason.ENCODER),
    ("answers, reader reconnects", THERE._replace(stream=BROKEN), Reason.UNKNOWN),
    ("port opens, answer still out", THERE._replace(service=None), Reason.UNKNOWN),
    ("nothing known", Probes(), Reason.UNKNOWN),
    ("a ping alone proves nothing", Probes(ping=True), Reason.UNKNOWN),
    ("no ping, port not asked yet", Probes(ping=False), Reason.UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("probes", "reason"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_table(probes: Probes, reason: Reason) -> None:
    assert reason_of(probes) is reason


def test_every_row_decides_a_case() -> None:
    decided = {next((i for i, row in enumerate(ROWS) if row.fits(c[1])), None) for c in CASES}
    assert decided >= set(range(len(ROWS)))


any_probes = st.builds(
    Probes,
    late=st.booleans(),
    plays=st.booleans(),
    stream=st.sampled_from(STATES) | st.text(max_size=16),
    ping=MAYBE,
    door=st.sampled_from([None, *Door]),
    service=st.none() | st.sampled_from(STATES) | st.text(max_size=16),
    others=MAYBE,
    gateway=MAYBE,
    link=MAYBE,
    mains=MAYBE,
)


@given(any_probes)
def test_there_is_always_one_reason(probes: Probes) -> None:
    assert isinstance(reason_of(probes), Reason)


@given(any_probes)
def test_power_is_blamed_only_where_nobody_answers(probes: Probes) -> None:
    if reason_of(probes) in (Reason.POWER_OR_CABLE, Reason.MAINS, Reason.NETWORK):
        assert probes.door is Door.SILENT
        assert probes.ping is not True


@given(st.text(max_size=300), st.sampled_from(list(Reason)))
def test_a_reason_travels_behind_what_was_measured(measured: str, reason: Reason) -> None:
    told = with_reason(measured[:MAX_TEXT], reason)
    assert len(told) <= MAX_TEXT
    if reason not in NOTHING_TO_SAY:
        assert reason_in(told) in (reason, reason_in(measured))


@pytest.mark.parametrize("text", ["lost: age 2.6 s", "start", "x; why: ", "x; why: gremlins", ""])
def test_a_text_without_a_reason_gives_none(text: str) -> None:
    assert reason_in(text) is None
    assert with_reason(text, None) == text


def test_every_reason_has_its_words_in_both_languages() -> None:
    assert set(REASONS) == set(Reason)
    for what, remedy in REASONS.values():
        assert all((what.zh, what.en, remedy.zh, remedy.en))
