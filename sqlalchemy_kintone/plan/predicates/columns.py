"""Which rules hold for a column."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy_kintone.catalog.model import Column, Family, Table
from sqlalchemy_kintone.conninfo import OnInvalid
from sqlalchemy_kintone.plan.constants import Kind
from sqlalchemy_kintone.plan.predicates.choices import option_rules, options_rules
from sqlalchemy_kintone.plan.predicates.misfits import misfit_rules
from sqlalchemy_kintone.plan.predicates.ordered import (
    WITH_IN,
    WITHOUT_IN,
    Empties,
    NumberRules,
    OrderedRules,
    RevisionRules,
)
from sqlalchemy_kintone.plan.predicates.periods import MomentRules, read_date, read_moment
from sqlalchemy_kintone.plan.predicates.places import (
    decimal_type,
    locate_date,
    locate_id,
    locate_number,
    locate_time,
    locate_timestamp,
)
from sqlalchemy_kintone.plan.predicates.rules import Rules
from sqlalchemy_kintone.plan.predicates.table_rows import row_rules
from sqlalchemy_kintone.plan.predicates.texts import (
    files_rules,
    multi_line_rules,
    record_number_rules,
    text_rules,
)

_METADATA = "Kintone answers for metadata as a whole"
_UNORDERED = "Kintone compares no values of this field by size"
_PEOPLE = "Kintone refuses codes of people who are no longer there"
_NO_QUERY = "Kintone's queries do not know $revision"
_CALC_TEXT = "how Kintone compares calculated dates and times is not documented"
_CATEGORY = "whether Kintone compares categories is not documented"
_NAMES = "Kintone finds people by code, not by name"
_NO_OPTIONS = "the options of this field are not known"
_NO_ROWS = "Kintone's queries know no ids and numbers of rows"
_FILE = "Kintone searches the words of files and compares none"
_RICH_TEXT = "Kintone searches the words of this field and compares none"
_NEVER_EMPTY = frozenset({"CREATED_TIME", "UPDATED_TIME"})


def rules_for(column: Column, table: Table, zone: str) -> Rules:
    """The rules of a column.

    Args:
        column: The column.
        table: Its table.
        zone: The session's time zone.
    """
    if table.child is not None:
        return _child_rules(column, table, zone)
    code, family = column.field_code, column.family
    if column.part == "name":
        return Rules(_NAMES)
    if family is Family.ID:
        return _id_rules(code)
    if family is Family.RECORD_NUMBER:
        return record_number_rules(code, table.app_code)
    if family is Family.TEXT:
        return text_rules(code)
    if family is Family.LONG_TEXT and column.field_type == "MULTI_LINE_TEXT":
        return multi_line_rules(code)
    if family is Family.FILES:
        return files_rules(code)
    if family in (Family.OPTION, Family.STATUS, Family.OPTIONS):
        return _choice_rules(column)
    rules = _sized_rules(column, zone)
    return misfit_rules(rules) if column.on_invalid is OnInvalid.NULL else rules


def _child_rules(column: Column, table: Table, zone: str) -> Rules:
    if column.field_code == "$id":
        return _id_rules("$id")
    if column.field_type in ("__ROW_ID__", "__ROW_NO__"):
        return RevisionRules(_NO_ROWS)
    if column.field_type == "__FILE__":
        return Rules(_FILE)
    return row_rules(rules_for(column, replace(table, child=None), zone))


def _id_rules(code: str) -> Rules:
    if code != "$id":
        return RevisionRules(_NO_QUERY)
    return OrderedRules(_UNORDERED, code, locate_id, Empties.NONE, WITH_IN)


def _choice_rules(column: Column) -> Rules:
    if not column.options:
        return Rules(_NO_OPTIONS)
    if column.family is Family.OPTIONS:
        return options_rules(column.field_code, column.options)
    # That conditions may name the empty value has been seen for drop-downs only.
    empty = ("",) if column.field_type == "DROP_DOWN" else ()
    return option_rules(column.field_code, column.options, empty)


def _sized_rules(column: Column, zone: str) -> Rules:
    code, family = column.field_code, column.family
    if family is Family.NUMBER:
        empties = Empties.LOWEST if column.field_type == "NUMBER" else Empties.UNKNOWN
        locate, decimal = locate_number(column.sql_type), decimal_type(column.sql_type)
        if decimal is None:
            return OrderedRules(_UNORDERED, code, locate, empties, WITH_IN)
        return NumberRules(_UNORDERED, code, locate, empties, WITH_IN, *decimal)
    if column.field_type == "CALC":
        return Rules(_CALC_TEXT)
    empties = Empties.NONE if column.field_type in _NEVER_EMPTY else Empties.UNKNOWN
    if family is Family.TIME:
        return OrderedRules(_UNORDERED, code, locate_time, empties, WITHOUT_IN)
    if family is Family.DATE:
        locate = locate_date(zone)
        return MomentRules(_UNORDERED, code, locate, empties, WITHOUT_IN, Kind.DATE, read_date)
    if family is Family.TIMESTAMP:
        locate, read = locate_timestamp(zone), read_moment(zone)
        return MomentRules(_UNORDERED, code, locate, empties, WITHOUT_IN, Kind.INSTANT, read)
    reasons = {
        Family.LONG_TEXT: _RICH_TEXT,
        Family.CATEGORY: _CATEGORY,
        Family.METADATA: _METADATA,
    }
    return Rules(reasons.get(family, _PEOPLE))
