"""An order by telephone: a challenge on the weighbridge's screen, a code from the bureau.

The code is OCRA (RFC 6287) with HMAC-SHA256. It binds the weighbridge and its epoch, the order it
holds, what was asked, the number of the new order, and the half-hour in which it was given. Both
sides work out the same order from what was asked and that half-hour, so the signed order that
comes later can be known for the same. The secret is agreed by X25519 (`phone_keys`). Counting and
bounding tries is the agent's business.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import NamedTuple

from weighbook import cbor, ocra
from weighbook.bodies import Phoned
from weighbook.orders import Action, Args, Lease, Order, Permit, Release
from weighbook.phrase import Phrase, Refusal
from weighbook.schema import encode_fields

SUITE = "OCRA-1:HOTP-SHA256-9:C-QN10-S064-T30M"
CODE_DIGITS = 9
STEP_MS = ocra.step_s(SUITE) * 1_000
HOUR_MS = 3_600_000
NONCES = 10**8
CHECK = 97  # ISO 7064 mod 97: finds every wrong digit and every two that changed places
RELEASE_HOURS = 24  # how long the signed order of a release may be on its way
MOST_HOURS = {Action.PERMIT: 24, Action.RELEASE: RELEASE_HOURS, Action.LEASE: 72}
MOST_TRUCKS = 500
MOST_KG = 20_000_000
MOST_CAUSES = 8


@dataclass(frozen=True)
class Ask:
    """What a weighbridge asks for. Trucks and kg are a permit's, and zero elsewhere."""

    action: Action
    causes: tuple[str, ...]
    hours: int
    max_trucks: int = 0
    max_kg: int = 0


class Held(NamedTuple):
    """Where the orders of a weighbridge stand: the newest signed one it holds."""

    weighbridge: str
    epoch: int
    number: int
    digest: bytes


class Call(NamedTuple):
    """One call: who asks, what for, and the challenge on the screen."""

    held: Held
    ask: Ask
    challenge: str


def ask_fits(ask: Ask) -> bool:
    """Whether that can be asked for by telephone, and says no more than it must."""
    most = MOST_HOURS.get(ask.action)
    if most is None or not 1 <= ask.hours <= most:
        return False
    named = 1 <= len(ask.causes) <= MOST_CAUSES and len(set(ask.causes)) == len(ask.causes)
    if ask.action is Action.PERMIT:
        return named and 1 <= ask.max_trucks <= MOST_TRUCKS and 1 <= ask.max_kg <= MOST_KG
    if ask.max_trucks or ask.max_kg:
        return False
    if ask.action is Action.RELEASE:
        return named and ask.hours == RELEASE_HOURS
    return not ask.causes


def make_challenge(nonce: int) -> str:
    """Ten digits, the last two of them a check of the others."""
    assert 0 <= nonce < NONCES
    return f"{nonce:08d}{CHECK + 1 - nonce * 100 % CHECK:02d}"


def read_challenge(text: str) -> str:
    """The digits as heard. Errors: Refusal E_CHALLENGE for what was heard or typed wrongly."""
    digits = "".join(text.replace("-", " ").split())
    is_ten = len(digits) == 10 and digits.isascii() and digits.isdigit()
    if not is_ten or make_challenge(int(digits[:8])) != digits:
        raise Refusal(
            "E_CHALLENGE",
            Phrase(f"挑战码 {text} 不成立，可能听错。", f"{text} is no challenge; misheard?"),
            Phrase("请对方再报一遍十位数字。", "Have the ten digits read out again."),
        )
    return digits


def step_of(at_ms: int) -> int:
    """The half-hour of a time."""
    return at_ms // STEP_MS


def respond(secret: bytes, call: Call, number: int, step: int) -> str:
    """The code: nine digits."""
    held = call.held
    said = [held.weighbridge, held.epoch, held.number, held.digest, _canonical(call.ask)]
    session = hashlib.sha512(cbor.encode(said)).digest()
    inputs = ocra.Inputs(call.challenge, number, None, session, step)
    return ocra.respond(SUITE, secret, inputs)


def step_answered(secret: bytes, call: Call, answer: tuple[int, str], now_ms: int) -> int | None:
    """The half-hour whose code this is, now or one to either side; None: it is no code of these."""
    number, code = answer
    now = step_of(now_ms)
    fits = None
    for step in (now - 1, now + 1, now):
        if hmac.compare_digest(respond(secret, call, number, step).encode(), code.encode()):
            fits = step
    return fits


def phoned_order(ask: Ask, held: Held, number: int, step: int, words: str = "") -> Order:
    """The order both sides work out; `words`: its measures or note, which no code binds."""
    from_ms, until_ms = step * STEP_MS, (step + 1) * STEP_MS + ask.hours * HOUR_MS
    args: Args
    if ask.action is Action.PERMIT:
        args = Permit(ask.causes, words, ask.max_trucks, ask.max_kg)
    elif ask.action is Action.RELEASE:
        args = Release(ask.causes, words)
    else:
        assert ask.action is Action.LEASE
        args = Lease(until_ms)
    place = held.weighbridge
    return Order(place, number, held.digest, place, ask.action, from_ms, until_ms, from_ms, args)


def is_same(signed: Order, phoned: Order) -> bool:
    """Whether the signed order is the one that was given by telephone; its words may be others."""
    return _binding(signed) == _binding(phoned)


def note_of(ask: Ask, challenge: str, step: int) -> Phoned:
    """What the book keeps of an order by telephone."""
    return Phoned(challenge, step, ask.causes, ask.hours, ask.max_trucks, ask.max_kg)


def ask_of(action: str, phoned: Phoned) -> Ask:
    return Ask(Action(action), phoned.causes, phoned.hours, phoned.max_trucks, phoned.max_kg)


def digest_of(weighbridge: str, number: int, action: str, phoned: Phoned) -> bytes:
    """By this the bureau's log and the book name the same order by telephone."""
    said = [weighbridge, number, action, encode_fields(phoned)]
    return hashlib.sha256(cbor.encode(said)).digest()


def read_answer(text: str) -> tuple[int, str] | None:
    """`7 123 456 789`: the order's number and the nine digits; None for anything else."""
    words = text.replace("-", " ").split()
    if len(words) < 2 or not all(word.isascii() and word.isdigit() for word in words):
        return None
    number, code = words[0], "".join(words[1:])
    if len(number) > 9 or len(code) != CODE_DIGITS:
        return None
    return int(number), code


def in_groups(digits: str, size: int = 3) -> str:
    """Digits as they are read out."""
    return " ".join(digits[n : n + size] for n in range(0, len(digits), size))


def _canonical(ask: Ask) -> list[object]:
    return [str(ask.action), sorted(ask.causes), ask.hours, ask.max_trucks, ask.max_kg]


def _binding(order: Order) -> tuple[object, ...]:
    args = order.args
    head = (order.stream, order.number, order.action, order.not_before_ms, order.expires_ms)
    if isinstance(args, Permit):
        return (*head, sorted(args.causes), args.max_trucks, args.max_kg)
    if isinstance(args, Release):
        return (*head, sorted(args.causes))
    return (*head, args)
