"""Payloads are frozen dataclasses: the order of their fields gives the keys 1, 2, 3 … on the wire.

A field that is None is absent. An unknown key is ignored, so that a later version may add fields; a
missing or ill-typed one is a refusal. The registry of all keys is `weighbook.cddl`.
"""

import types
import typing
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Any, TypeVar, cast

from weighbook.refusals import refuse

T = TypeVar("T")
Reader = Callable[[Any], Any]
MAX_INT = 2**63 - 1
LEAVES = frozenset({int, str, bytes, bool})  # what stands on the wire as it stands in a field


def encode_fields(value: Any) -> dict[int, Any]:
    """The int-keyed map of a dataclass."""
    return {
        key: item if type(item) in LEAVES else _plain(item)
        for key, name in _names(cast(Hashable, type(value)))
        if (item := getattr(value, name)) is not None
    }


def decode_fields(kind: type[T], payload: Mapping[int, Any]) -> T:
    """The dataclass of a map. Errors: Refusal E_SCHEMA naming the field."""
    values: list[Any] = []
    for key, name, optional, read in _readers(cast(Hashable, kind)):
        item = payload.get(key)
        if item is not None:
            try:
                values.append(read(item))
            except (TypeError, ValueError):
                raise refuse("E_SCHEMA", name) from None
        elif optional and key not in payload:
            values.append(None)
        else:
            raise refuse("E_SCHEMA", name)
    return kind(*values)


@lru_cache(maxsize=256)
def _names(kind: Any) -> tuple[tuple[int, str], ...]:
    return tuple((number, field.name) for number, field in enumerate(fields(kind), 1))


@lru_cache(maxsize=256)
def _readers(kind: Any) -> tuple[tuple[int, str, bool, Reader], ...]:
    hints = typing.get_type_hints(kind)
    made = []
    for key, name in _names(kind):
        hint, optional = _split(hints[name])
        made.append((key, name, optional, _reader(hint)))
    return tuple(made)


def _split(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        rest = [part for part in typing.get_args(hint) if part is not type(None)]
        assert len(rest) == 1
        return rest[0], True
    return hint, False


def _reader(hint: Any) -> Reader:
    if hint is int:
        return _read_int
    if hint in (str, bytes, bool):
        return _read_exactly(hint)
    if typing.get_origin(hint) is tuple:
        return _read_tuple(typing.get_args(hint))
    if is_dataclass(hint):
        return lambda item: decode_fields(cast("type[Any]", hint), _map(item))
    if issubclass(hint, IntEnum | StrEnum):
        return cast(Reader, hint)
    raise AssertionError(hint)


def _read_int(item: Any) -> int:
    if type(item) is not int or abs(item) > MAX_INT:
        raise TypeError
    return item


def _read_exactly(kind: type) -> Reader:
    def read(item: Any) -> Any:
        if type(item) is not kind:
            raise TypeError
        return item

    return read


def _read_tuple(parts: tuple[Any, ...]) -> Reader:
    if len(parts) == 2 and parts[1] is Ellipsis:
        one = _reader(parts[0])
        return lambda item: tuple(one(part) for part in _list(item))
    readers = tuple(_reader(part) for part in parts)

    def read(item: Any) -> Any:
        if len(_list(item)) != len(readers):
            raise TypeError
        return tuple(reader(part) for reader, part in zip(readers, item, strict=True))

    return read


def _list(item: Any) -> list[Any]:
    if type(item) is not list:
        raise TypeError
    return item


def _map(item: Any) -> dict[int, Any]:
    if type(item) is not dict:
        raise TypeError
    return item


def _plain(item: Any) -> Any:
    if is_dataclass(item):
        return encode_fields(item)
    if type(item) is tuple:
        return [_plain(part) for part in item]
    if isinstance(item, IntEnum):
        return int(item)
    if isinstance(item, StrEnum):
        return str(item)
    return item
