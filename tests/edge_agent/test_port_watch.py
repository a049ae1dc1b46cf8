"""When a port counts as lost, silent and back: the rules, without any port."""

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.port_watch import News, PortLimits, PortWatch, hear, lose, open_anew

TALKS = PortLimits(silent_ms=30_000, told_ms=5_000, stale_ms=1_500)
QUIET = PortLimits()
LOST = lose(PortWatch(), "P_VANISHED")[0]


def after_reads(watch: PortWatch, limits: PortLimits, upto_ms: int) -> tuple[PortWatch, list[News]]:
    """Empty reads, one each half second, from the opening on; what they had to say."""
    watch, told = open_anew(watch, 0), list[News]()
    for at_ms in range(500, upto_ms + 1, 500):
        watch, news = hear(watch, at_ms, limits, data=False)
        told += [news] * (news != News())
    return watch, told


def test_a_loss_is_told_once_however_often_it_is_tried() -> None:
    watch, told = PortWatch(), []
    for code in ("P_VANISHED", "P_ABSENT", "P_ABSENT", "P_ABSENT"):
        watch, news = lose(watch, code)
        told.append(news.lost)
    assert told == ["P_VANISHED", None, None, None]


def test_another_fault_of_a_lost_port_is_told_once_too() -> None:
    watch, told = LOST, []
    for code in ("P_DENIED", "P_ABSENT", "P_DENIED", "P_BUSY"):
        watch, news = lose(watch, code)
        told.append(news.lost)
    assert told == ["P_DENIED", None, None, "P_BUSY"]


def test_opening_alone_does_not_bring_a_talking_device_back() -> None:
    _, told = after_reads(LOST, TALKS, 4_500)
    assert told == []


def test_the_first_byte_brings_it_back_once() -> None:
    watch, news = hear(open_anew(LOST, 0), 500, TALKS, data=True)
    assert news == News(back=True)
    assert hear(watch, 600, TALKS, data=True)[1] == News()


def test_a_quiet_device_is_back_when_its_port_stays_open() -> None:
    _, told = after_reads(LOST, QUIET, 60_000)
    assert told == [News(back=True)]


def test_a_quiet_device_may_be_silent_for_ever() -> None:
    assert after_reads(PortWatch(), QUIET, 600_000)[1] == []


def test_silence_of_a_talking_device_is_told_early_and_mended_late() -> None:
    _, told = after_reads(PortWatch(), TALKS, 30_000)
    assert told == [News(lost="P_SILENT"), News(silent=True)]


def test_a_port_that_stays_dead_is_told_once_over_all_openings() -> None:
    watch, told = after_reads(PortWatch(), TALKS, 30_000)
    for _ in range(5):
        watch, _ = lose(watch, "P_SILENT")
        watch, more = after_reads(watch, TALKS, 30_000)
        told += more
    assert [news for news in told if news.lost] == [News(lost="P_SILENT")]


def test_tries_count_on_until_the_port_has_proven_itself() -> None:
    watch = PortWatch()
    for tries in range(1, 6):
        watch, _ = lose(open_anew(watch, 0), "P_VANISHED")
        assert watch.failures == tries
    assert hear(open_anew(watch, 0), 500, TALKS, data=True)[0].failures == 0


def test_bytes_that_waited_for_a_reader_that_was_held_up_are_stale() -> None:
    watch = open_anew(PortWatch(), 0)
    watch, news = hear(watch, 1_500, TALKS, data=True)
    assert not news.stale
    watch, news = hear(watch, 3_001, TALKS, data=True)
    assert news.stale
    assert not hear(watch, 3_100, TALKS, data=True)[1].stale


def test_a_scan_is_never_stale() -> None:
    assert not hear(open_anew(PortWatch(), 0), 60_000, QUIET, data=True)[1].stale


STEPS = st.lists(
    st.one_of(
        st.sampled_from(["P_VANISHED", "P_ABSENT", "P_SILENT", "P_BUSY"]),
        st.booleans(),
        st.none(),
    ),
    max_size=60,
)


@given(STEPS, st.sampled_from([TALKS, QUIET]), st.integers(1, 40_000))
def test_lost_and_back_alternate_whatever_happens(
    steps: list[str | bool | None], limits: PortLimits, pace_ms: int
) -> None:
    """A code: it is lost. True, False: a read with or without bytes. None: it is opened."""
    watch, said = PortWatch(), list[str]()
    for number, step in enumerate(steps):
        at_ms = number * pace_ms
        if isinstance(step, str):
            watch, news = lose(watch, step)
        elif step is None:
            watch, news = open_anew(watch, at_ms), News()
        else:
            watch, news = hear(watch, at_ms, limits, data=step)
        assert not (news.back and not said)
        assert news.lost not in said
        said = [] if news.back else said + ([news.lost] if news.lost else [])
