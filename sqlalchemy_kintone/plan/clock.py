"""``current_date``, ``now()`` and their like as constants of one statement.

Kintone can only be asked about constants, and what it is asked has to be what DuckDB checks: so the
clock is read once, and both get the same day and moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from zoneinfo import ZoneInfo

from sqlglot import exp

from sqlalchemy_kintone.plan.output_names import name_item_of

_DAYS = frozenset({"today", "current_date"})
_MOMENTS = frozenset({"now", "get_current_timestamp", "transaction_timestamp", "current_timestamp"})
_LOCAL_MOMENTS = frozenset({"current_localtimestamp", "localtimestamp"})
_TIMES_OF_DAY = frozenset({"current_time", "get_current_time", "localtime", "current_localtime"})
_NAMES = _DAYS | _MOMENTS | _LOCAL_MOMENTS | _TIMES_OF_DAY
_WORDS = frozenset({"localtime", "localtimestamp"})
"""Names without parentheses that some versions of sqlglot read as columns."""


class Clock(Enum):
    """What a statement reads of the clock."""

    NOTHING = "nothing"
    DAY = "day"
    """The day only: the same until midnight."""
    MOMENT = "moment"
    APART = "apart"
    """More than is bound here: the clock is left to DuckDB, which reads it once for all."""


@dataclass(frozen=True)
class Moment:
    """When a statement began.

    Attributes:
        at: An instant in the session's time zone.
    """

    at: datetime


def clock_of(tree: exp.Expression) -> Clock:
    """What a statement reads of the clock."""
    found = Clock.NOTHING
    for node in tree.find_all(exp.Func, exp.Column):
        if not isinstance(node, exp.Expression):
            continue
        name = _name(node)
        if name in _TIMES_OF_DAY or _is_apart(node, name):
            return Clock.APART
        if name in _MOMENTS or name in _LOCAL_MOMENTS:
            found = Clock.MOMENT
        elif name in _DAYS and found is Clock.NOTHING:
            found = Clock.DAY
    return found


def moment_for(reads: Clock, zone: str, now: datetime) -> Moment | None:
    """The moment to plan a statement for; the same all day where only the day is read.

    Args:
        reads: What the statement reads.
        zone: The session's time zone.
        now: An aware datetime.

    Returns:
        None where the clock is not read, or left to DuckDB.
    """
    shown = now.astimezone(ZoneInfo(zone))
    if reads is Clock.DAY:
        return Moment(shown.replace(hour=12, minute=0, second=0, microsecond=0))
    return Moment(shown) if reads is Clock.MOMENT else None


def bind_clock(tree: exp.Expression, moment: Moment) -> None:
    """Put constants in the place of ``current_date``, ``now()`` and their like.

    Columns of results keep the names that these give.
    """
    found = [node for node in tree.walk() if isinstance(node, exp.Expression) and _name(node)]
    for node in found:
        name = _name(node)
        name_item_of(node, f"{name}()" if isinstance(node, exp.Anonymous) else name)
    for node in found:
        node.replace(_literal(_name(node), moment.at))


def _name(node: exp.Expression) -> str:
    """The name of a function without arguments that reads the clock; empty for all else."""
    if isinstance(node, exp.Anonymous):
        name = str(node.this).lower()
        return name if name in _NAMES and not node.expressions else ""
    if isinstance(node, exp.Func) and not any(node.args.values()):
        name = node.sql_name().lower()
        return name if name in _NAMES else ""
    return ""


def _is_apart(node: exp.Expression, name: str) -> bool:
    if isinstance(node, exp.Column):
        return not node.table and node.name.lower() in _WORDS
    if isinstance(node, exp.Anonymous):
        # The age of one moment is its distance from today.
        return str(node.this).lower() == "age" and len(node.expressions) < 2
    if isinstance(node, exp.Func) and not name:
        return node.sql_name().lower() in _NAMES  # with a precision or a zone
    return False


def _literal(name: str, at: datetime) -> exp.Expression:
    if name in _DAYS:
        return _cast(at.date().isoformat(), "DATE")
    if name in _LOCAL_MOMENTS:
        return _cast(at.replace(tzinfo=None).isoformat(" "), "TIMESTAMP")
    return _cast(at.astimezone(timezone.utc).isoformat(" "), "TIMESTAMPTZ")


def _cast(text: str, sql_type: str) -> exp.Expression:
    return exp.cast(exp.Literal.string(text), sql_type, dialect="duckdb")
