"""Conditions on options and on users, groups and organizations: one of, none of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from sqlalchemy_kintone.sandbox.model import ADMINISTRATOR, Json
from sqlalchemy_kintone.sandbox.query.context import Context
from sqlalchemy_kintone.sandbox.query.fields import Field
from sqlalchemy_kintone.sandbox.query.refusals import malformed, unknown_option, unknown_user
from sqlalchemy_kintone.sandbox.query.syntax import Call, Operator, Value
from sqlalchemy_kintone.sandbox.query.texts import literal_text

ValueTest = Callable[[Json], bool]

OPTION_TYPES = frozenset(("RADIO_BUTTON", "DROP_DOWN", "CHECK_BOX", "MULTI_SELECT", "STATUS"))
USER_TYPES = frozenset(("CREATOR", "MODIFIER", "USER_SELECT", "STATUS_ASSIGNEE"))
CODE_TYPES = USER_TYPES | {"ORGANIZATION_SELECT", "GROUP_SELECT"}

_EVERYONE = "everyone"
"""The group that every domain has."""


def require_options(field: Field, values: Sequence[Value], context: Context) -> None:
    """Refuse a value that is not one of the field's current options.

    Raises:
        KintoneError: GAIA_IQ10.
    """
    options = option_names(field)
    folded = {option.casefold() for option in options}
    for value in values:
        text = literal_text(value)
        known = text in options or (
            context.switches.option_case == "folded" and text.casefold() in folded
        )
        if not known and not (text == "" and _empty_allowed(field, context)):
            raise unknown_option(field.reference, text)


def option_names(field: Field) -> Sequence[str]:
    """The options of a field, or the statuses of the app, in their defined order."""
    if field.type == "STATUS":
        defined = field.app.settings.process.get("states") or {}
    else:
        defined = field.property["options"]
    return sorted(defined, key=lambda name: int(defined[name]["index"]))


def _empty_allowed(field: Field, context: Context) -> bool:
    if field.type == "STATUS":
        return False
    return field.type == "DROP_DOWN" or context.switches.empty_option == "allowed"


def option_test(operator: Operator, values: Sequence[Value], context: Context) -> ValueTest:
    """The test of an option field; a multiple one matches by any of its values."""
    fold = str.casefold if context.switches.option_case == "folded" else str
    wanted = frozenset(fold(literal_text(value)) for value in values)

    def chosen(value: Json) -> bool:
        if isinstance(value, list):
            return any(fold(each) in wanted for each in value) or (not value and "" in wanted)
        return fold(value or "") in wanted

    return _signed(operator, chosen)


def category_test(operator: Operator, values: Sequence[Value]) -> ValueTest:
    """The test of CATEGORY: has any of, has none of."""
    wanted = frozenset(literal_text(value) for value in values)

    def chosen(value: Json) -> bool:
        return any(each in wanted for each in value or ()) or (not value and "" in wanted)

    return _signed(operator, chosen)


def code_test(
    field: Field, operator: Operator, values: Sequence[Value], context: Context
) -> ValueTest | None:
    """The test of a user, group or organization field, by codes.

    Returns:
        None where the condition is dropped: ``PRIMARY_ORGANIZATION()`` of somebody who has none.

    Raises:
        KintoneError: GAIA_IL42 for a code that does not exist, GAIA_IL08 for a function that the
            type does not take, GAIA_IQ10 for ``""`` where it is not allowed.
    """
    wanted: set[str] = set()
    dropped = False
    for value in values:
        if isinstance(value, Call):
            code = _function_code(field, value, context)
            if code is not None:
                wanted.add(code)
            else:
                dropped = context.switches.primary_organization_empty == "ignored"
        else:
            wanted.add(_known_code(field, value.text, context))
    if dropped and not wanted:
        return None

    def chosen(value: Json) -> bool:
        if isinstance(value, dict):
            return value["code"] in wanted
        return any(each["code"] in wanted for each in value or ()) or (not value and "" in wanted)

    return _signed(operator, chosen)


def _function_code(field: Field, call: Call, context: Context) -> str | None:
    """The code that a function stands for; None for no organization."""
    if call.arguments:
        raise malformed(f"{call.name}() takes no argument.")
    if call.name == "LOGINUSER" and field.type in USER_TYPES:
        return context.caller.code
    if call.name == "PRIMARY_ORGANIZATION" and field.type == "ORGANIZATION_SELECT":
        user = context.caller.user
        return None if user is None else user.primary_organization
    raise malformed(f"{call.name}() cannot be used with this field.")


def _known_code(field: Field, code: str, context: Context) -> str:
    if code == "":
        if context.switches.empty_option == "error":
            raise unknown_option(field.reference, code)
        return code
    if context.switches.unknown_user == "error" and code not in _directory(field, context):
        raise unknown_user(code)
    return code


def _directory(field: Field, context: Context) -> Collection[str]:
    if field.type == "ORGANIZATION_SELECT":
        return context.domain.organizations
    if field.type == "GROUP_SELECT":
        return {*context.domain.groups, _EVERYONE}
    return {*context.domain.users, ADMINISTRATOR}


def _signed(operator: Operator, chosen: ValueTest) -> ValueTest:
    if operator in ("=", "in"):
        return chosen
    return lambda value: not chosen(value)
