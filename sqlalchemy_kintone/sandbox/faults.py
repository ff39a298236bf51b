"""Faults that can be injected: what networks, proxies and busy domains do to a client."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import Literal, get_args

FaultKind = Literal[
    "latency",
    "429",
    "503",
    "520",
    "520-after",
    "html",
    "drop-before",
    "drop-after",
    "drop-within",
    "reset-before",
    "reset-after",
    "truncate",
    "garble",
    "drip",
    "expire-cursors",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault and the requests that it befalls.

    Attributes:
        kind: ``latency`` (``ms`` more), ``429`` (GAIA_TO04), ``503`` and ``520`` (HTML pages),
            ``520-after`` (the same, though the request took effect), ``html`` (status 200 with a
            page), ``drop-before`` and ``drop-after`` (the connection is closed without an answer,
            before or after the request took effect), ``reset-before`` and ``reset-after`` (it is
            reset), ``drop-within`` (it is reset half way through the body), ``truncate`` (the body
            ends half way),
            ``garble`` (the body is whole but no JSON), ``drip`` (the body comes in ten pieces,
            ``ms`` apart), ``expire-cursors`` (all cursors are gone).
        resource: A shell pattern for resources, such as ``records.json`` or ``records*``.
        method: A shell pattern for methods (after ``X-HTTP-Method-Override``).
        skip: How many matching requests are spared first.
        every: Then every how many-th matching request is hit; 1 is each.
        times: How often at most; None for always.
        ms: Milliseconds of ``latency`` and ``drip``.
    """

    kind: FaultKind
    resource: str = "*"
    method: str = "*"
    skip: int = 0
    every: int = 1
    times: int | None = None
    ms: int = 0

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if self.kind not in get_args(FaultKind):
            raise ValueError(
                f"unknown fault {self.kind!r}; there are {', '.join(get_args(FaultKind))}"
            )
        if self.skip < 0 or self.every < 1 or (self.times is not None and self.times < 1):
            raise ValueError("skip must be 0 or more, every and times 1 or more")
        if (self.ms > 0) != (self.kind in ("latency", "drip")):
            raise ValueError("ms goes with the faults latency and drip, and only with them")

    def concerns(self, method: str, resource: str) -> bool:
        """Whether a request matches the patterns."""
        return fnmatchcase(method, self.method) and fnmatchcase(resource, self.resource)


def parse_fault(text: str) -> Fault:
    """A fault as the command line writes it.

    Args:
        text: ``KIND[,name=value]…`` with the names of ``Fault``'s attributes, such as
            ``503,resource=records.json,every=10,times=3``.

    Raises:
        ValueError: For anything else; the message says what is wrong.
    """
    kind, *settings = text.split(",")
    names = {field.name for field in fields(Fault)} - {"kind"}
    texts: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for setting in settings:
        name, separator, value = setting.partition("=")
        if not separator or name not in names:
            raise ValueError(f"{setting!r} is not one of {', '.join(sorted(names))} with a value")
        if name in ("resource", "method"):
            texts[name] = value
        elif value.isdecimal():
            numbers[name] = int(value)
        else:
            raise ValueError(f"{name} must be a number, not {value!r}")
    return Fault(kind, **texts, **numbers)  # type: ignore[arg-type]  # checked by __post_init__


@dataclass(slots=True)
class _Armed:
    fault: Fault
    seen: int = 0
    fired: int = 0

    def fires(self) -> bool:
        self.seen += 1
        position = self.seen - self.fault.skip
        if position < 1 or position % self.fault.every:
            return False
        if self.fault.times is not None and self.fired >= self.fault.times:
            return False
        self.fired += 1
        return True


class Faults:
    """The faults that are armed, with their counts; thread-safe.

    Args:
        faults: Those armed from the start.
    """

    def __init__(self, *faults: Fault) -> None:
        self._lock = threading.Lock()
        self._armed = [_Armed(fault) for fault in faults]

    def add(self, fault: Fault) -> None:
        """Arm a fault; the counting of requests starts now."""
        with self._lock:
            self._armed.append(_Armed(fault))

    def clear(self) -> None:
        """Disarm all."""
        with self._lock:
            self._armed.clear()

    @contextmanager
    def injected(self, *faults: Fault) -> Iterator[None]:
        """Arm faults for the time of the block."""
        armed = [_Armed(fault) for fault in faults]
        with self._lock:
            self._armed.extend(armed)
        try:
            yield
        finally:
            with self._lock:
                self._armed = [
                    one for one in self._armed if all(one is not other for other in armed)
                ]

    def fired(self, fault: Fault) -> int:
        """How often an armed fault has hit a request."""
        with self._lock:
            return sum(one.fired for one in self._armed if one.fault == fault)

    def due(self, method: str, resource: str) -> list[Fault]:
        """The faults that hit this request, in the order in which they were armed."""
        with self._lock:
            return [
                one.fault
                for one in self._armed
                if one.fault.concerns(method, resource) and one.fires()
            ]
