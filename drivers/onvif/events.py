"""A device's own messages, pulled: subscribe, pull, renew, unsubscribe.

A subscription lasts a minute, so that one left behind by a crash is soon forgotten; devices have
few of them to give.
"""

from xml.etree.ElementTree import Element, tostring

from drivers.onvif import answers, questions
from drivers.onvif.addresses import reached
from drivers.onvif.device import OnvifDevice
from drivers.onvif.facts import EVENTS, FAULT, INCOMPLETE, Notice, OnvifFailed
from drivers.onvif.xml_reading import child, text

LASTS_S = 60
WAIT_S = 1  # well within the limit of one exchange
MOST = 50
MAX_REFERENCE = 2_048


class PullPoint:
    """A subscription at a device."""

    def __init__(self, device: OnvifDevice) -> None:
        """Subscribes. Errors: OnvifFailed."""
        service = device.services().get(EVENTS)
        if service is None:
            raise OnvifFailed(INCOMPLETE, "no event service")
        self._device = device
        answer = _subscribed(device, service)
        named = text(answer, "SubscriptionReference/Address")
        self._address = reached(named, device.address) or service
        self._reference = _reference(answer)

    def pull(self) -> tuple[Notice, ...]:
        """What is new; waits a second for it. Errors: OnvifFailed."""
        question = questions.pull(self._address, self._reference, WAIT_S, MOST)
        return answers.notices(self._device.ask(self._address, question))

    def renew(self) -> None:
        """Another minute from now. Errors: OnvifFailed."""
        question = questions.renew(self._address, self._reference, LASTS_S)
        self._device.ask(self._address, question)

    def unsubscribe(self) -> None:
        """Errors: OnvifFailed; it then ends by itself."""
        self._device.ask(self._address, questions.unsubscribe(self._address, self._reference))


def _subscribed(device: OnvifDevice, service: str) -> Element:
    try:
        return device.ask(service, questions.subscribe(service, LASTS_S))
    except OnvifFailed as failed:
        if failed.state != FAULT:
            raise
        return device.ask(service, questions.subscribe(service, None))


def _reference(answer: Element) -> str:
    """What the device wants to find in every header from now on."""
    asked = child(answer, "SubscriptionReference/ReferenceParameters")
    parts = [] if asked is None else [tostring(part, encoding="unicode") for part in asked]
    whole = "".join(parts)
    if len(whole) > MAX_REFERENCE:
        raise OnvifFailed(INCOMPLETE, "reference parameters without end")
    return whole
