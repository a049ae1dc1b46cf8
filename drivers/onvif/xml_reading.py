"""XML from strangers: no entities, no document type, bounded size, depth and number of elements.

Elements are looked for by their local names: devices get namespaces wrong, and no two names of
one answer differ by their namespace alone.
"""

import re
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.ElementTree import XMLParser

from drivers.onvif.facts import UNREADABLE, OnvifFailed

MAX_BYTES = 1 << 20
MAX_DEPTH = 48
MAX_ELEMENTS = 20_000
MAX_TEXT = 512
DECIMAL = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,3})[0-9]*)?", re.ASCII)


# Subclassing is the parser's way to be told of elements as they begin.
class _Bounded(TreeBuilder):
    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise OnvifFailed(UNREADABLE, "too deep or too many elements")
        return super().start(tag, attributes)

    def end(self, tag: str) -> Element:
        self._depth -= 1
        return super().end(tag)


def read_xml(data: bytes) -> Element:
    """The root of a whole document. Errors: OnvifFailed."""
    if len(data) > MAX_BYTES:
        raise OnvifFailed(UNREADABLE, f"more than {MAX_BYTES} bytes")
    parser = XMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(data)
        root = parser.close()
    except (ParseError, ValueError, LookupError) as error:
        # Forbidden entities are ValueErrors; an unknown encoding is one or the other.
        raise OnvifFailed(UNREADABLE, str(error)[:MAX_TEXT] or type(error).__name__) from None
    if not isinstance(root, Element):
        raise OnvifFailed(UNREADABLE, "no element")
    return root


def local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: Element | None, path: str) -> Element | None:
    """The first element at `A/B/C`; None of None is None."""
    return None if element is None else element.find(_anywhere(path))


def children(element: Element | None, path: str) -> list[Element]:
    return [] if element is None else element.findall(_anywhere(path))


def text(element: Element | None, path: str = "", most: int = MAX_TEXT) -> str | None:
    """The words in it on one line, with single blanks; None for none."""
    found = child(element, path) if path else element
    words = "" if found is None or found.text is None else " ".join(found.text.split())
    return words[:most] or None


def whole(words: str | None) -> int | None:
    """A whole number from 0 to 999999; 25.0 is one as well."""
    milli = thousandths(words)
    return None if milli is None or milli % 1000 else milli // 1000


def thousandths(words: str | None) -> int | None:
    found = None if words is None else DECIMAL.fullmatch(words)
    if found is None:
        return None
    return int(found[1]) * 1000 + int((found[2] or "0").ljust(3, "0"))


def _anywhere(path: str) -> str:
    return "/".join(f"{{*}}{name}" for name in path.split("/"))
