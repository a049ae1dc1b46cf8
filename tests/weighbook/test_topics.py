"""Topics: one place per weighbridge, in a bucket that never changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.weighbook.refusing import refused
from weighbook import topics

IDS = st.from_regex(topics.WEIGHBRIDGE, fullmatch=True)


@given(IDS)
def test_every_topic_of_a_weighbridge_is_read_back(weighbridge: str) -> None:
    made = {
        "records": topics.records(weighbridge),
        "checkpoint": topics.checkpoint(weighbridge),
        "presence": topics.presence(weighbridge),
        "receipt": topics.receipt(weighbridge),
        "orders/12": topics.order(weighbridge, 12),
    }
    assert {what: topics.parse(topic) for what, topic in made.items()} == {
        what: (weighbridge, what) for what in made
    }


def test_the_layout_is_frozen() -> None:
    assert topics.records("WB-07") == f"weighhouse/1/{topics.bucket_of('WB-07'):02x}/WB-07/records"
    assert topics.bucket_of("123456789") == 0xCBF43926 % 64


@given(IDS)
def test_a_bucket_subscription_covers_its_weighbridges(weighbridge: str) -> None:
    bucket = topics.bucket_of(weighbridge)
    assert 0 <= bucket < topics.BUCKETS
    assert topics.bucket_records(bucket) == topics.records(weighbridge).replace(
        f"/{weighbridge}/records", "/+/records"
    )


@pytest.mark.parametrize("bad", ["", "wb-07", "WB/07", "WB+", "#", "磅-1", "-WB", "A" * 33, "WB\n"])
def test_an_id_that_could_leave_its_place_is_refused(bad: str) -> None:
    assert refused(lambda: topics.records(bad)) == "E_SCHEMA"


@given(st.text(max_size=60))
def test_any_topic_is_parsed_or_none_of_ours(topic: str) -> None:
    found = topics.parse(topic)
    assert found is None or topic.startswith(topics.ROOT)


def test_a_topic_in_the_wrong_bucket_is_none_of_ours() -> None:
    right = topics.records("WB-07")
    wrong = (topics.bucket_of("WB-07") + 1) % topics.BUCKETS
    assert topics.parse(f"{topics.ROOT}/{wrong:02x}/WB-07/records") is None
    assert topics.parse(right) == ("WB-07", "records")
