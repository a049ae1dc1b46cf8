"""The UPS over real TCP: what it says, and every way in which it may not say it."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.power.nut import NutUps
from drivers.power.nut_simulator import DENY, GARBAGE, HANG, NO_DATA, STALE, NutSimulator, obey
from drivers.power.nut_words import NutFailed, UpsState, read_variable, state_of
from tests.drivers.network.places import HOST, answering_port, closed_port

LIMIT_S = 1.0


@pytest.fixture
def upsd() -> Iterator[NutSimulator]:
    simulator = NutSimulator()
    yield simulator
    simulator.stop()


def ask(port: int, ups: str = "ups", limit_s: float = LIMIT_S) -> NutUps:
    return NutUps(HOST, ups, port, limit_s)


def failure(ups: NutUps) -> str:
    with pytest.raises(NutFailed) as failed:
        ups.state()
    return failed.value.code


@pytest.mark.parametrize(
    ("status", "charge", "state"),
    [
        ("OL", "100", UpsState(True, False, 100)),
        ("OL CHRG", "97.5", UpsState(True, False, 97)),
        ("OB DISCHRG", "74", UpsState(False, False, 74)),
        ("OB LB", "9", UpsState(False, True, 9)),
        ("OL OB", "50", UpsState(False, False, 50)),
        ("FSD OL", "5", UpsState(False, False, 5)),
        ("WAIT", "", UpsState(None, False, None)),
        ("", "101", UpsState(None, False, None)),
        ("OLD", "-1", UpsState(None, False, None)),
    ],
)
def test_what_a_status_means(status: str, charge: str, state: UpsState) -> None:
    assert state_of({"ups.status": status, "battery.charge": charge}) == state


@given(st.dictionaries(st.sampled_from(["ups.status", "battery.charge"]), st.text(max_size=40)))
def test_mains_are_there_only_where_the_ups_says_so(variables: dict[str, str]) -> None:
    state = state_of(variables)
    if state.mains:
        assert "OL" in variables["ups.status"].split()
        assert "OB" not in variables["ups.status"].split()


@given(st.text(max_size=80))
def test_no_line_is_too_odd_to_be_refused(line: str) -> None:
    try:
        name, _ = read_variable(line, "ups")
    except NutFailed:
        return
    assert name


@given(st.text(max_size=40))
def test_any_value_comes_back_as_it_was_said(value: str) -> None:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    line = f'VAR ups x "{escaped}"'
    if "\n" not in value:
        assert read_variable(line, "ups") == ("x", value)


def test_a_ups_says_how_it_stands(upsd: NutSimulator) -> None:
    ups = ask(upsd.port)
    assert ups.state() == UpsState(True, False, 100)
    upsd.mains(on=False)
    upsd.charge(12)
    assert ups.state() == UpsState(False, True, 12)
    ups.close()


def test_all_it_tells_is_listed(upsd: NutSimulator) -> None:
    told = ask(upsd.port).variables()
    assert told["device.model"] == 'Simulated "1000" \\ 1 kVA'
    assert told["ups.status"] == "OL"


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (STALE, "N_STALE"),
        (NO_DATA, "N_NO_DATA"),
        (DENY, "N_DENIED"),
        (GARBAGE, "N_GARBAGE"),
        (HANG, "N_SILENT"),
    ],
)
def test_what_it_does_not_say_has_a_code_and_it_is_heard_again(
    upsd: NutSimulator, trouble: str, code: str
) -> None:
    ups = ask(upsd.port, limit_s=0.2)
    upsd.trouble(trouble)
    assert failure(ups) == code
    upsd.well()
    assert ups.state().mains is True


def test_a_line_that_breaks_is_opened_again(upsd: NutSimulator) -> None:
    ups = ask(upsd.port)
    ups.state()
    upsd.cut()
    assert failure(ups) == "N_UNREACHABLE"
    assert ups.state().mains is True


def test_a_ups_nobody_knows_a_list_refused_and_a_server_that_is_not_there(
    upsd: NutSimulator,
) -> None:
    assert failure(ask(upsd.port, "other")) == "N_UNKNOWN"
    with pytest.raises(NutFailed, match="N_UNKNOWN"):
        ask(upsd.port, "other").variables()
    with closed_port() as port:
        assert failure(ask(port)) == "N_UNREACHABLE"
    assert failure(NutUps("not a name", "ups")) == "N_UNREACHABLE"


@pytest.mark.parametrize(
    "answer",
    [
        b"x" * 2_048,
        b"\n",
        b'VAR other ups.status "OL"\n',
        b'VAR ups ups.status "OL\n',
        b'VAR ups ups.status "OL" and more\n',
        b"ERR\n",
    ],
)
def test_garbage_is_never_taken_for_mains(answer: bytes) -> None:
    with answering_port(lambda _heard: answer) as port:
        assert failure(ask(port)) == "N_GARBAGE"


def test_an_error_that_is_not_known_is_a_refusal() -> None:
    with answering_port(lambda _heard: b"ERR SOMETHING-NEW and why\n") as port:
        assert failure(ask(port)) == "N_REFUSED"


def test_a_list_without_an_end_ends() -> None:
    endless = b"BEGIN LIST VAR ups\n" + b'VAR ups a.b "c"\n' * 2_000
    with answering_port(lambda _heard: endless) as port, pytest.raises(NutFailed, match="lines"):
        ask(port).variables()


def test_what_nobody_asked_for_is_no_answer_to_the_next_question() -> None:
    said = iter(
        [b'VAR ups ups.status "OL"\nVAR ups battery.charge "5"\n', b'VAR ups battery.charge "50"\n']
    )
    with answering_port(lambda _heard: next(said)) as port:
        assert ask(port).state().charge_percent == 50


def test_a_server_that_drips_holds_nobody_up() -> None:
    stop = threading.Event()

    def drip(_heard: bytes) -> bytes:
        return b"" if stop.wait(0.05) else b"V"

    with answering_port(drip) as port:
        assert failure(ask(port, limit_s=0.3)) == "N_SILENT"


@pytest.mark.parametrize(
    ("line", "understood"),
    [("mains off", True), ("charge 30", True), ("low", True), ("stale", True), ("cut", True),
     ("charge 130", False), ("mains", False), ("dance", False)],
)  # fmt: skip
def test_the_simulator_s_control_lines(upsd: NutSimulator, line: str, understood: bool) -> None:
    assert obey(upsd, line) is understood
