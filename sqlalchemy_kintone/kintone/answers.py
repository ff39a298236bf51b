"""Kintone's answers: from JSON to what a call returns, or to the error that it is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from sqlalchemy_kintone.errors import OperationalError, OutcomeUnknownError

_WRONG_SHAPE = (ValueError, LookupError, TypeError, AttributeError)
"""What reading JSON of another shape than Kintone's raises."""

_Taken = TypeVar("_Taken")


class _Page(msgspec.Struct):
    records: list[msgspec.Raw] | None = None


def records_in(body: bytes) -> int | None:
    """How many records an answer brings; counted in the one look that proves it whole.

    Args:
        body: The answer, that of a proxy perhaps: it may be cut off, and announced as what is left.

    Returns:
        None where it is JSON of something else.

    Raises:
        DecodeError: It is not JSON to its end; ``msgspec``'s.
    """
    try:
        records = msgspec.json.decode(body, type=_Page).records
    except msgspec.ValidationError:
        msgspec.json.decode(body, type=msgspec.Raw)
        return None
    return None if records is None else len(records)


def parsed(resource: str, body: bytes, take: Callable[[Any], _Taken]) -> _Taken:
    """What ``take`` makes of the JSON.

    Args:
        resource: What was asked for.
        body: The answer.
        take: Raises LookupError, TypeError, ValueError or AttributeError for another shape.

    Raises:
        OperationalError: It is no JSON, or of another shape.
    """
    try:
        return take(json.loads(body))
    except _WRONG_SHAPE as error:
        reason = type(error).__name__
    # The answer is let go of first: tools that report errors show the variables of each frame.
    del body
    raise of_another_shape(resource, reason)


def of_another_shape(resource: str, reason: str) -> OperationalError:
    """The exception for an answer that is not Kintone's."""
    return OperationalError(
        f"The answer of {resource} is not what Kintone's API describes ({reason}). Check that Url "
        "is a Kintone, and what stands in between."
    )


def written(deed: str, body: bytes, take: Callable[[Any], _Taken]) -> _Taken:
    """What ``take`` makes of the JSON that a write is answered with.

    Args:
        deed: What may have been written, for the error.
        body: The answer.
        take: As of ``parsed``.

    Raises:
        OutcomeUnknownError: It is no JSON, or of another shape.
    """
    try:
        return take(json.loads(body))
    except _WRONG_SHAPE as error:
        reason = type(error).__name__
    del body
    raise OutcomeUnknownError(
        f"The outcome is unknown: the answer is not what Kintone's API describes ({reason}). "
        f"Perhaps {deed}, perhaps nothing happened. Look before you write the same again."
    )


def cut_off(app_id: int) -> OperationalError:
    """The exception for an answer that lacks records, with the header ``X-Cybozu-Warning``."""
    return OperationalError(
        f"Kintone stopped a search in app {app_id} that finds more than 100,000 records: its "
        "answer would be incomplete. Add a condition that finds fewer."
    )


def member(name: str) -> Callable[[Any], Any]:
    """For ``parsed``: takes one member of an object."""
    return lambda answer: answer[name]
