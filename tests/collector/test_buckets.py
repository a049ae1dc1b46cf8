"""Which weighbridges a process serves: each bucket once, under a name that outlives it."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from collector.buckets import WIDEST, client_id, read_buckets, subscriptions
from collector.registry import ID_FORM
from weighbook import topics
from weighbook.phrase import Refusal

buckets = st.frozensets(st.integers(0, WIDEST - 1), min_size=1)
weighbridges = st.from_regex(r"[A-Z0-9][A-Z0-9-]{0,31}", fullmatch=True).filter(str.isascii)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0-63", range(64)), ("0", [0]), ("0-3,40", [0, 1, 2, 3, 40]), (" 7 , 7-8 ", [7, 8])],
)
def test_buckets_are_read_as_people_write_them(text: str, expected: range | list[int]) -> None:
    assert read_buckets(text) == frozenset(expected)


@pytest.mark.parametrize(
    "text", ["", ",", "64", "5-4", "-1", "0-", "a", "1.0", "٣", "0x1", "000", "0-1-2"]
)
def test_what_names_no_buckets_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="E_BUCKETS"):
        read_buckets(text)


@given(st.text(alphabet="0123456789,- ", max_size=12))
def test_any_text_is_a_set_of_buckets_or_a_refusal(text: str) -> None:
    with contextlib.suppress(Refusal):
        assert frozenset() < read_buckets(text) <= frozenset(range(WIDEST))


@given(st.from_regex(ID_FORM, fullmatch=True))
def test_whatever_the_registry_takes_as_an_id_can_stand_in_a_topic(weighbridge: str) -> None:
    assert topics.parse(topics.records(weighbridge)) == (weighbridge, "records")


@given(buckets, weighbridges)
def test_a_process_hears_exactly_the_weighbridges_of_its_buckets(
    own: frozenset[int], weighbridge: str
) -> None:
    served = topics.bucket_of(weighbridge) in own
    for topic in (topics.records(weighbridge), topics.checkpoint(weighbridge)):
        heard = sum(topic_matches_sub(pattern, topic) for pattern in subscriptions(own))
        assert heard == (1 if served else 0)


@given(buckets)
def test_no_subscription_hears_receipts_or_orders(own: frozenset[int]) -> None:
    for topic in (topics.receipt("W01"), topics.order("W01", 1)):
        assert not any(topic_matches_sub(pattern, topic) for pattern in subscriptions(own))


@given(buckets, buckets)
def test_the_client_id_is_that_of_the_set_and_of_no_other(
    one: frozenset[int], two: frozenset[int]
) -> None:
    assert (client_id("c", one) == client_id("c", two)) is (one == two)


def test_all_buckets_need_one_subscription_a_leaf() -> None:
    assert subscriptions(frozenset(range(64))) == (
        "weighhouse/1/+/+/records",
        "weighhouse/1/+/+/checkpoint",
    )
