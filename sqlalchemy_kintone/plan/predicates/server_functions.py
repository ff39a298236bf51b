"""Kintone's own functions: its word search, its calendar and its user, under names of their own.

``kintone_like(title, 'word')``, ``day >= kintone_from_today(-7, 'DAYS')``. Only Kintone can answer
them, so that they are never left to DuckDB: a condition that cannot be sent is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from sqlalchemy_kintone.catalog.model import Column
from sqlalchemy_kintone.conninfo import OnInvalid
from sqlalchemy_kintone.errors import NotSupportedError, ProgrammingError
from sqlalchemy_kintone.kintone import query
from sqlalchemy_kintone.plan.conditions import Translation, at_least, exactly, local
from sqlalchemy_kintone.plan.constants import Kind, constant
from sqlalchemy_kintone.plan.predicates.rules import MIRRORED, OPPOSITE, Operator

ColumnOf = Callable[[exp.Column], "Column | None"]
"""The column of the table that is asked; None for one of another table."""

PREFIX = "kintone_"
LOCAL_FUNCTIONS = frozenset({"kintone_text"})
"""Functions of that prefix which the engine has: they are like any other of its own."""
_LIKE, _USER = "kintone_like", "kintone_login_user"
_WEEKDAYS = ("SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY")
_UNITS = ("DAYS", "WEEKS", "MONTHS", "YEARS")
_CALENDAR: Mapping[str, str] = MappingProxyType(
    {
        "kintone_now": "",
        "kintone_today": "",
        "kintone_yesterday": "",
        "kintone_tomorrow": "",
        "kintone_from_today": "from_today",
        **{f"kintone_{which}_week": "week" for which in ("last", "this", "next")},
        **{f"kintone_{which}_month": "month" for which in ("last", "this", "next")},
        **{f"kintone_{which}_year": "" for which in ("last", "this", "next")},
    }
)
"""The functions of the calendar, and what their arguments are."""
_FUNCTIONS = (_LIKE, _USER, *_CALENDAR)
_SEARCHED = frozenset({"SINGLE_LINE_TEXT", "LINK", "MULTI_LINE_TEXT", "RICH_TEXT", "FILE"})
_MOMENTS = frozenset({"DATETIME", "CREATED_TIME", "UPDATED_TIME"})
_USERS = frozenset({"CREATOR", "MODIFIER", "USER_SELECT", "STATUS_ASSIGNEE"})
_NEVER_EMPTY = frozenset({"CREATED_TIME", "UPDATED_TIME", "CREATOR", "MODIFIER"})
_OPERATORS: Mapping[type[exp.Expression], Operator] = MappingProxyType(
    {exp.EQ: "=", exp.NEQ: "!=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
)
_EMPTIES = "Kintone may find empty values too, which DuckDB leaves out"
_NOT_SO = "Kintone's functions are compared with a column only, as day >= kintone_today()"
_FIELD = "Kintone has no such function for this field"


def calls_in(node: exp.Expression) -> Iterator[exp.Anonymous]:
    """The calls of Kintone's functions in an expression."""
    for call in node.find_all(exp.Anonymous):
        if str(call.this).lower().startswith(PREFIX) and not is_local_call(call):
            yield call


def is_local_call(node: exp.Expression) -> bool:
    """Whether it calls a function of this driver's that the engine has."""
    return isinstance(node, exp.Anonymous) and str(node.this).lower() in LOCAL_FUNCTIONS


def ask(node: exp.Expression, column_of: ColumnOf, *, wanted: bool) -> Translation | None:
    """What Kintone is asked for a condition that holds one of its functions.

    Args:
        node: A condition without AND, OR and NOT.
        column_of: Which column a name means.
        wanted: Whether it is to be true, or false.

    Returns:
        None for a condition without such functions. A superset is one of empty values only.

    Raises:
        ProgrammingError: An unknown function, or wrong arguments.
    """
    calls = list(calls_in(node))
    if not calls:
        return None
    if isinstance(node, exp.Anonymous):
        return _search(node, column_of, wanted=wanted)
    sign = _OPERATORS.get(type(node))
    if sign == "=" and isinstance(node.expression, exp.Any):
        return _user(node.expression.this, [node.this], column_of, wanted=wanted)
    if sign is not None and node.expression in calls:
        return _compared(node.this, sign, node.expression, column_of, wanted=wanted)
    if sign is not None and node.this in calls:
        return _compared(node.expression, MIRRORED[sign], node.this, column_of, wanted=wanted)
    if isinstance(node, exp.ArrayContains):
        return _user(node.this, [node.expression], column_of, wanted=wanted)
    if isinstance(node, exp.In):
        return _user(node.this, node.expressions, column_of, wanted=wanted)
    return local(_NOT_SO)


def is_alone(condition: exp.Expression) -> bool:
    """Whether a condition is one comparison, perhaps negated."""
    bare, _ = _bare(condition)
    return not isinstance(bare, exp.And | exp.Or)


def guard_of(condition: exp.Expression, column_of: ColumnOf) -> exp.Expression | None:
    """``column IS NOT NULL`` where Kintone's functions may find empty values.

    Args:
        condition: One of those that AND joins.
        column_of: Which column a name means.

    Returns:
        None where there is nothing to leave out, or nothing that can be asked.
    """
    bare, wanted = _bare(condition)
    if isinstance(bare, exp.And | exp.Or):
        return None
    asked = ask(bare, column_of, wanted=wanted)
    if asked is None or asked.exact or asked.condition is None:
        return None
    column = next(bare.find_all(exp.Column))
    return exp.Not(this=exp.Is(this=column.copy(), expression=exp.Null()))


def _bare(condition: exp.Expression) -> tuple[exp.Expression, bool]:
    """A condition without NOT, and whether it is to be true."""
    wanted = True
    while isinstance(condition, exp.Paren | exp.Not):
        wanted = wanted is not isinstance(condition, exp.Not)
        condition = condition.this
    return condition, wanted


def require_sent(residual: exp.Expression, reasons: Sequence[tuple[str, str]]) -> None:
    """See that DuckDB is left none of Kintone's functions.

    Args:
        residual: What DuckDB is to run.
        reasons: Conditions that stay local, as text, and why.

    Raises:
        ProgrammingError: There is no such function.
        NotSupportedError: Kintone cannot be asked, with the reason.
    """
    call = next(calls_in(residual), None)
    if call is None:
        return
    _require_known(call)
    text = call.sql(dialect="duckdb")
    why = next((reason for condition, reason in reasons if text in condition), "")
    raise NotSupportedError(
        f"Only Kintone can compute {text.lower()}, and it cannot be asked here"
        + (f": {why}. " if why else ". ")
        + "Use it in WHERE, on a column of an app, as a condition of its own that AND joins to "
        "others; with an outer join, in a subquery of its own."
    )


def _require_known(call: exp.Anonymous) -> None:
    name = str(call.this).lower()
    if name not in _FUNCTIONS:
        raise ProgrammingError(
            f"There is no function {name}. Kintone's functions are {', '.join(_FUNCTIONS)}; "
            f"besides, there is {', '.join(LOCAL_FUNCTIONS)}."
        )


def _search(call: exp.Anonymous, column_of: ColumnOf, *, wanted: bool) -> Translation:
    _require_known(call)
    if str(call.this).lower() != _LIKE:
        return local(_NOT_SO)
    word = constant(call.expressions[1]) if len(call.expressions) == 2 else None
    if word is None or word.kind not in (Kind.TEXT, Kind.VARCHAR) or not str(word.value).strip():
        raise ProgrammingError(f"{_LIKE} takes a column and the words to search, as a text.")
    column = _column(call.expressions[0], column_of)
    if column is None or column.field_type not in _SEARCHED or column.part != "value":
        return local(_FIELD)
    found = query.like(column.field_code, str(word.value))
    return exactly(found) if wanted else at_least(query.negated_like(found), _EMPTIES)


def _compared(
    node: exp.Expression,
    sign: Operator,
    call: exp.Expression,
    column_of: ColumnOf,
    *,
    wanted: bool,
) -> Translation:
    name = str(call.this).lower()
    if name == _USER and sign in ("=", "!="):
        return _user(node, [call], column_of, wanted=wanted is (sign == "="))
    arguments = _calendar_arguments(name, call)
    column = _column(node, column_of)
    if arguments is None or column is None or column.part != "value":
        return local(_NOT_SO)
    moments = name == "kintone_now"
    if column.field_type not in _MOMENTS and (moments or column.field_type != "DATE"):
        return local(_FIELD)
    sign = sign if wanted else OPPOSITE[sign]
    function = query.function(name.removeprefix(PREFIX).upper(), arguments)
    found = query.compare_with(sign, column.field_code, function)
    surely = sign == "=" or column.field_type in _NEVER_EMPTY
    surely = surely and column.on_invalid is OnInvalid.ERROR
    return exactly(found) if surely else at_least(found, _EMPTIES)


def _user(
    node: exp.Expression, values: Sequence[exp.Expression], column_of: ColumnOf, *, wanted: bool
) -> Translation:
    column = _column(node, column_of)
    call = values[0]
    if column is None or len(values) != 1 or not isinstance(call, exp.Anonymous):
        return local(_NOT_SO)
    _require_known(call)
    if str(call.this).lower() != _USER or column.field_type not in _USERS or column.part != "value":
        return local(_FIELD)
    if call.expressions:
        raise ProgrammingError(f"{_USER} takes no argument.")
    found = query.among_function(column.field_code, query.function("LOGINUSER", ()))
    if wanted:
        return exactly(found)
    shut_out = exp.Not(this=found)
    return exactly(shut_out) if column.field_type in _NEVER_EMPTY else at_least(shut_out, _EMPTIES)


def _column(node: exp.Expression, column_of: ColumnOf) -> Column | None:
    while isinstance(node, exp.Paren):
        node = node.this
    return column_of(node) if isinstance(node, exp.Column) else None


def _calendar_arguments(name: str, call: exp.Expression) -> Sequence[str] | None:
    """The arguments as Kintone writes them; None for a function of something else."""
    if not isinstance(call, exp.Anonymous):
        return None
    _require_known(call)
    takes = _CALENDAR.get(name)
    if takes is None:
        return None
    given = [_argument(each) for each in call.expressions]
    if takes == "from_today":
        fits = len(given) == 2 and bool(re.fullmatch(r"-?\d{1,4}", given[0]))
        fits = fits and given[1] in _UNITS
        wants = f"a whole number and one of {', '.join(_UNITS)}"
    elif takes == "week":
        fits = not given or (len(given) == 1 and given[0] in _WEEKDAYS)
        wants = "nothing or a day of the week, as 'SUNDAY'"
    elif takes == "month":
        days = (*map(str, range(1, 32)), "LAST")
        fits = not given or (len(given) == 1 and given[0] in days)
        wants = "nothing, a day of the month from 1 to 31, or 'LAST'"
    else:
        fits, wants = not given, "no argument"
    if not fits:
        raise ProgrammingError(f"{name} takes {wants}.")
    return given


def _argument(node: exp.Expression) -> str:
    known = constant(node)
    return str(known.value).upper() if known is not None else ""
