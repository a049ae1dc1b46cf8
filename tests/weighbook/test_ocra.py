"""OCRA answers as the test vectors of RFC 6287, appendix C, say."""

import hashlib

import pytest

from weighbook.ocra import Inputs, respond, step_s

KEY_20 = b"12345678901234567890"
KEY_32 = b"12345678901234567890123456789012"
KEY_64 = b"1234567890" * 6 + b"1234"
PIN = hashlib.sha1(b"1234").digest()
STEP = 0x132D0B6  # 25 March 2008, 12:06:30 GMT, in minutes
EIGHTS = tuple(str(digit) * 8 for digit in range(10))

ONE_WAY = {
    EIGHTS[n]: answer
    for n, answer in enumerate(
        ("237653", "243178", "653583", "740991", "608993",
         "388898", "816933", "224598", "750600", "294470")
    )
}  # fmt: skip
COUNTED_WITH_PIN = (
    "65347737", "86775851", "78192410", "71565254", "10104329",
    "65983500", "70069104", "91771096", "75011558", "08522129",
)  # fmt: skip
WITH_PIN = ("83238735", "01501458", "17957585", "86776967", "86807031")
COUNTED = (
    "07016083", "63947962", "70123924", "25341727", "33203315",
    "34205738", "44343969", "51946085", "20403879", "31409299",
)  # fmt: skip
TIMED = ("95209754", "55907591", "22048402", "24218844", "36209546")
MUTUAL = {"CLI22220SRV11110": "28247970", "CLI22221SRV11111": "01984843"}
SIGNED = {
    "SIG10000": "53095496", "SIG11000": "04110475", "SIG12000": "31331128",
    "SIG13000": "76028668", "SIG14000": "46554205",
}  # fmt: skip
SIGNED_TIMED = {
    "SIG1000000": "77537423", "SIG1100000": "31970405", "SIG1200000": "10235557",
    "SIG1300000": "95213541", "SIG1400000": "65360607",
}  # fmt: skip


@pytest.mark.parametrize(("question", "answer"), ONE_WAY.items())
def test_a_plain_question(question: str, answer: str) -> None:
    assert respond("OCRA-1:HOTP-SHA1-6:QN08", KEY_20, Inputs(question)) == answer


@pytest.mark.parametrize(("counter", "answer"), list(enumerate(COUNTED_WITH_PIN)))
def test_a_question_with_counter_and_pin(counter: int, answer: str) -> None:
    given = Inputs("12345678", counter, PIN)
    assert respond("OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1", KEY_32, given) == answer


@pytest.mark.parametrize(("question", "answer"), list(zip(EIGHTS, WITH_PIN, strict=False)))
def test_a_question_with_a_pin(question: str, answer: str) -> None:
    given = Inputs(question, pin_digest=PIN)
    assert respond("OCRA-1:HOTP-SHA256-8:QN08-PSHA1", KEY_32, given) == answer


@pytest.mark.parametrize(("counter", "answer"), list(enumerate(COUNTED)))
def test_a_question_with_a_counter(counter: int, answer: str) -> None:
    given = Inputs(EIGHTS[counter], counter)
    assert respond("OCRA-1:HOTP-SHA512-8:C-QN08", KEY_64, given) == answer


@pytest.mark.parametrize(("question", "answer"), list(zip(EIGHTS, TIMED, strict=False)))
def test_a_question_with_a_time(question: str, answer: str) -> None:
    given = Inputs(question, step=STEP)
    assert respond("OCRA-1:HOTP-SHA512-8:QN08-T1M", KEY_64, given) == answer


@pytest.mark.parametrize(("question", "answer"), (MUTUAL | SIGNED).items())
def test_a_question_of_letters(question: str, answer: str) -> None:
    assert respond("OCRA-1:HOTP-SHA256-8:QA08", KEY_32, Inputs(question)) == answer


@pytest.mark.parametrize(("question", "answer"), SIGNED_TIMED.items())
def test_a_question_of_letters_with_a_time(question: str, answer: str) -> None:
    given = Inputs(question, step=STEP)
    assert respond("OCRA-1:HOTP-SHA512-8:QA10-T1M", KEY_64, given) == answer


@pytest.mark.parametrize(
    "suite",
    ["OCRA-2:HOTP-SHA1-6:QN08", "OCRA-1:HOTP-MD5-6:QN08", "OCRA-1:HOTP-SHA1-3:QN08", "QN08", ""],
)
def test_a_suite_nobody_defined_is_a_mistake(suite: str) -> None:
    with pytest.raises(AssertionError):
        respond(suite, KEY_20, Inputs("1"))


@pytest.mark.parametrize(
    "inputs",
    [
        Inputs("1"),
        Inputs("1", 1, None, bytes(63), 1),
        Inputs("1", 1, None, bytes(64)),
        Inputs("1", 1, bytes(20), bytes(64), 1),
        Inputs("", 1, None, bytes(64), 1),
    ],
)
def test_an_input_too_few_or_too_many_is_a_mistake(inputs: Inputs) -> None:
    with pytest.raises(AssertionError):
        respond("OCRA-1:HOTP-SHA256-9:C-QN10-S064-T30M", KEY_32, inputs)


def test_the_length_of_a_time_step_stands_in_the_suite() -> None:
    assert step_s("OCRA-1:HOTP-SHA256-9:C-QN10-S064-T30M") == 1_800
    assert step_s("OCRA-1:HOTP-SHA512-8:QN08-T1H") == 3_600
