"""One device, asked question after question; every answer within two seconds, or `OnvifFailed`."""

from xml.etree.ElementTree import Element

from drivers.onvif import answers, questions
from drivers.onvif.addresses import reached, service_address, stream_reached
from drivers.onvif.facts import (
    FAULT,
    INCOMPLETE,
    MEDIA,
    MEDIA2,
    NOT_FOUND,
    UNAUTHORISED,
    UNREADABLE,
    Information,
    Login,
    OnvifFailed,
    Profile,
)
from drivers.onvif.line import LIMIT_S, Line, wall_ms
from drivers.onvif.soap import Question

LACKING = (FAULT, INCOMPLETE, NOT_FOUND, UNREADABLE)  # it answers, but not this


class OnvifDevice:
    """At an address; with a login or without."""

    def __init__(self, address: str, login: Login | None = None, limit_s: float = LIMIT_S) -> None:
        self.address = service_address(address)
        self._line = Line(login, limit_s)
        self._services: dict[str, str] = {}

    def close(self) -> None:
        self._line.close()

    def off_ms(self) -> int:
        """How far its clock is ahead of ours; logins use its time from then on.

        Without a login, as the standard has it; a few devices want one even for that.
        """
        try:
            told = self._line.ask_openly(self.address, questions.CLOCK)
            middle_ms = (told.sent_ms + told.came_ms) // 2
            off_ms = answers.clock_ms(told.answer) - middle_ms
        except OnvifFailed as failed:
            if failed.state != UNAUTHORISED:
                raise
            off_ms = self._off_ms_for_a_login()
        self._line.off_ms = off_ms
        return off_ms

    def information(self) -> Information:
        return answers.information(self._line.ask(self.address, questions.INFORMATION))

    def services(self) -> dict[str, str]:
        """Where its services are, by kind, as we reach them. Asked until there are any."""
        if not self._services:
            self._services = self._ask_services()
        return self._services

    def profiles(self) -> tuple[Profile, ...]:
        """By media 2 where there is one, which alone knows of H.265; else by the first."""
        named = self.services()
        ways = [(MEDIA2, questions.PROFILES2), (MEDIA, questions.PROFILES)]
        failure = OnvifFailed(INCOMPLETE, "no media service")
        for kind, question in ways:
            if kind in named:
                try:
                    if found := answers.profiles(self._line.ask(named[kind], question)):
                        return found
                    failure = OnvifFailed(INCOMPLETE, "no profile with video")
                except OnvifFailed as failed:
                    failure = _lacking(failed)
        raise failure

    def with_addresses(self, profile: Profile) -> Profile:
        """The same with its stream and snapshot addresses, as far as it gives them."""
        token = profile.token
        streams = {MEDIA2: questions.stream2(token), MEDIA: questions.stream(token)}
        pictures = {MEDIA2: questions.snapshot2(token), MEDIA: questions.snapshot(token)}
        return profile._replace(stream=self._named(streams), snapshot=self._named(pictures))

    def ask(self, address: str, question: Question) -> Element:
        """Any other question, at an address of its services."""
        return self._line.ask(address, question)

    def _off_ms_for_a_login(self) -> int:
        before_ms = wall_ms()
        answer = self._line.ask(self.address, questions.CLOCK)
        return answers.clock_ms(answer) - (before_ms + wall_ms()) // 2

    def _ask_services(self) -> dict[str, str]:
        found: dict[str, str] = {}
        try:
            found = answers.services(self._line.ask(self.address, questions.SERVICES))
        except OnvifFailed as failed:
            _lacking(failed)
        if not found:
            found = answers.capabilities(self._line.ask(self.address, questions.CAPABILITIES))
        ours = {kind: reached(address, self.address) for kind, address in found.items()}
        return {kind: address for kind, address in ours.items() if address}

    def _named(self, ways: dict[str, Question]) -> str | None:
        """What the first service that has it answers; None where none does."""
        for kind, question in ways.items():
            if kind in self.services():
                try:
                    named = answers.address(self._line.ask(self.services()[kind], question))
                except OnvifFailed as failed:
                    _lacking(failed)
                    continue
                if (ours := stream_reached(named, self.address)) is not None:
                    return ours
        return None


def _lacking(failed: OnvifFailed) -> OnvifFailed:
    """The same, if the device answers and only lacks this; else nothing more is to be asked."""
    if failed.state not in LACKING:
        raise failed
    return failed
