"""Which operators a field takes: the official table of operators and field types."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy_kintone.sandbox.query.fields import ID_TYPE, Field
from sqlalchemy_kintone.sandbox.query.refusals import operator_refused, table_operator_refused
from sqlalchemy_kintone.sandbox.query.syntax import Operator
from sqlalchemy_kintone.sandbox.switches import Switches

Operators = frozenset[Operator]

EQUALITY: Operators = frozenset(("=", "!="))
RANGES: Operators = frozenset(("<", ">", "<=", ">="))
LISTS: Operators = frozenset(("in", "not in"))
WORDS: Operators = frozenset(("like", "not like"))
EMPTINESS: Operators = frozenset(("is empty", "is not empty"))
NEGATIVE: Operators = frozenset(("!=", "not in", "not like", "is not empty"))
"""The operators that, in a table, must hold for every row and not for some."""

_NONE: Operators = frozenset()
_MOMENTS: Operators = EQUALITY | RANGES
_NUMBERS: Operators = EQUALITY | RANGES | LISTS
_BY_TYPE: Mapping[str, Operators] = {
    ID_TYPE: _NUMBERS,
    "RECORD_NUMBER": _NUMBERS,
    "NUMBER": _NUMBERS,
    "CALC": _NUMBERS,
    "SINGLE_LINE_TEXT": EQUALITY | LISTS | WORDS,
    "LINK": EQUALITY | LISTS | WORDS,
    "MULTI_LINE_TEXT": WORDS | EMPTINESS,
    "RICH_TEXT": WORDS,
    "FILE": WORDS | EMPTINESS,
    "CHECK_BOX": LISTS,
    "MULTI_SELECT": LISTS,
    "RADIO_BUTTON": LISTS,
    "DROP_DOWN": LISTS,
    "STATUS": EQUALITY | LISTS,
    "DATE": _MOMENTS,
    "TIME": _MOMENTS,
    "DATETIME": _MOMENTS,
    "CREATED_TIME": _MOMENTS,
    "UPDATED_TIME": _MOMENTS,
    "CREATOR": LISTS,
    "MODIFIER": LISTS,
    "USER_SELECT": LISTS,
    "ORGANIZATION_SELECT": LISTS,
    "GROUP_SELECT": LISTS,
    "STATUS_ASSIGNEE": LISTS,
}


def operators_of(field: Field, switches: Switches) -> Operators:
    """The operators that a field takes where it stands.

    In a table and in related records, ``in`` takes the place of ``=`` for every type.
    """
    operators = _BY_TYPE.get(field.type, _NONE)
    if field.type == "CATEGORY" and switches.category_in == "accept":
        operators = LISTS
    if field.type == "RICH_TEXT" and switches.rich_text_is_empty == "accept":
        operators = operators | EMPTINESS
    if field.collection is not None and "=" in operators:
        operators = operators - EQUALITY | LISTS
    return operators


def require_operator(field: Field, operator: Operator, switches: Switches) -> None:
    """Refuse an operator that the field does not take.

    Raises:
        KintoneError: GAIA_IQ07 for ``=`` and ``!=`` in a table, else GAIA_IQ03.
    """
    in_table = field.collection is not None and field.collection.kind == "table"
    if in_table and operator in EQUALITY:
        raise table_operator_refused(field.reference, operator)
    if operator not in operators_of(field, switches):
        raise operator_refused(field.reference, operator)
