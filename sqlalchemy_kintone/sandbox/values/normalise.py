"""From a value as a client sends it to the value as Kintone stores it, by field type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy_kintone.sandbox.errors import KintoneError
from sqlalchemy_kintone.sandbox.values import numbers, times
from sqlalchemy_kintone.sandbox.values.files import attached
from sqlalchemy_kintone.sandbox.values.form import Field
from sqlalchemy_kintone.sandbox.values.writing import Writing


class Sent(NamedTuple):
    """A value as sent, with what is needed to judge it.

    Attributes:
        writing: The request.
        field: The field it is for.
        raw: The JSON value.
        prefix: The path of the record or row.
        current: The value stored so far, None when adding.
    """

    writing: Writing
    field: Field
    raw: Any
    prefix: str
    current: Any = None

    @property
    def path(self) -> str:
        """The path of a single value."""
        return f"{self.prefix}.{self.field.code}.value"


Normaliser = Callable[[Sent], Any]


def wrong_structure() -> KintoneError:
    """The refusal of JSON whose shape does not fit, such as an object where a text belongs."""
    return KintoneError("CB_IJ01", "Invalid JSON string.")


def scalar_text(raw: Any) -> str:
    """A text from JSON text, number or null; other JSON is refused with CB_IJ01."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, (int, float)):
        return str(raw)
    raise wrong_structure()


def _list(raw: Any) -> list[Any]:
    if raw is None or raw == "":
        return []
    if isinstance(raw, list):
        return raw
    raise wrong_structure()


def code_of(raw: Any) -> str:
    """The code of ``{"code": …}``; other JSON is refused with CB_IJ01."""
    if isinstance(raw, Mapping) and isinstance(raw.get("code"), str):
        return str(raw["code"])
    raise wrong_structure()


def _text(sent: Sent) -> str:
    return scalar_text(sent.raw)


def _number(sent: Sent) -> str:
    text = scalar_text(sent.raw)
    if not text.strip():
        return ""
    parse = numbers.parse if sent.field.table is None else numbers.parse_in_table
    number = parse(text)
    if number is None:
        if sent.field.table is None:
            path = f"{sent.prefix}[{sent.field.code}].value"
            sent.writing.refuse(path, "Only numbers are allowed.")
        return ""
    field, path = sent.field, sent.path
    # Seen: the range is checked before rounding, the digits after it.
    if field.maximum is not None and number > field.maximum:
        sent.writing.refuse(path, f"The value must be {numbers.plain(field.maximum)} or less.")
    if field.minimum is not None and number < field.minimum:
        sent.writing.refuse(path, f"The value must be {numbers.plain(field.minimum)} or more.")
    rounded = sent.writing.form.precision.round(number)
    if not sent.writing.form.precision.fits(rounded):
        sent.writing.refuse(path, "The number of digits exceeds the limit.")
        return "0"
    return numbers.plain(rounded)


def _moment(parse: Callable[[str], str | None], nothing: str | None, name: str) -> Normaliser:
    def normalise(sent: Sent) -> Any:
        text = scalar_text(sent.raw)
        if not text:
            return nothing
        moment = parse(text)
        if moment is None:
            sent.writing.refuse(sent.path, f"The {name} is not valid.")
            return nothing
        return moment

    return normalise


def _one_option(sent: Sent) -> Any:
    text = scalar_text(sent.raw)
    if not text:
        return None
    if text not in sent.field.options:
        sent.writing.refuse(sent.path, _not_an_option(text))
        return None
    return text


def _radio(sent: Sent) -> Any:
    """A RADIO_BUTTON cannot be emptied."""
    option = _one_option(sent)
    if option is not None or scalar_text(sent.raw):
        return option
    if sent.writing.domain.switches.radio_emptied == "refuse":
        sent.writing.refuse(sent.path, "Required.")
        return None
    return radio_default(sent.field)


def radio_default(field: Field) -> str | None:
    """The option of a RADIO_BUTTON that was not chosen: its default, else its first."""
    default = field.settings.get("defaultValue")
    if default:
        return str(default)
    return min(field.options, key=field.options.__getitem__, default=None)


def _many_options(sent: Sent) -> list[str]:
    chosen: dict[str, None] = {}
    for place, item in enumerate(_list(sent.raw)):
        text = scalar_text(item)
        if text in sent.field.options:
            chosen[text] = None
        else:
            path = f"{sent.prefix}.{sent.field.code}.values[{place}].value"
            sent.writing.refuse(path, _not_an_option(text))
    if sent.writing.domain.switches.check_box_order == "defined":
        return sorted(chosen, key=sent.field.options.__getitem__)
    return list(chosen)


def _not_an_option(text: str) -> str:
    return f'The value, "{text}", is not in options.'


def user_reference(writing: Writing, code: str) -> dict[str, str]:
    """``{"code", "name"}`` of a user.

    Raises:
        KintoneError: GAIA_IL26: there is no such user.
    """
    user = writing.domain.users.get(code)
    if user is not None:
        return user.reference()
    if code == writing.author:
        return {"code": code, "name": code}
    raise KintoneError("GAIA_IL26", f"The specified user (code：{code}) not found.")


def _users(sent: Sent) -> Any:
    return _distinct(user_reference(sent.writing, code_of(item)) for item in _list(sent.raw))


def _organizations(sent: Sent) -> Any:
    def reference(code: str) -> dict[str, str]:
        found = sent.writing.domain.organizations.get(code)
        if found is None:
            raise KintoneError("GAIA_IL28", f"The specified department (code：{code}) not found.")
        return {"code": code, "name": found.name}

    return _distinct(reference(code_of(item)) for item in _list(sent.raw))


def _groups(sent: Sent) -> Any:
    def reference(code: str) -> dict[str, str]:
        found = sent.writing.domain.groups.get(code)
        if found is not None:
            return {"code": code, "name": found.name}
        if code == "everyone":
            return {"code": code, "name": "Everyone"}
        raise KintoneError("GAIA_IL27", f"The specified group (code：{code}) not found.")

    return _distinct(reference(code_of(item)) for item in _list(sent.raw))


def _distinct(references: Any) -> list[dict[str, str]]:
    return list({reference["code"]: reference for reference in references}.values())


def _files(sent: Sent) -> Any:
    holder = sent.field.table or sent.field.code
    return attached(sent.writing, holder, _file_keys(sent.raw), sent.current or [])


def _file_keys(raw: Any) -> list[str]:
    keys: list[str] = []
    for item in _list(raw):
        if not (isinstance(item, Mapping) and isinstance(item.get("fileKey"), str)):
            raise wrong_structure()
        keys.append(item["fileKey"])
    return keys


NORMALISERS: Mapping[str, Normaliser] = {
    "SINGLE_LINE_TEXT": _text,
    "MULTI_LINE_TEXT": _text,
    "RICH_TEXT": _text,
    "LINK": _text,
    "NUMBER": _number,
    "DATE": _moment(times.parse_date, None, "date"),
    "TIME": _moment(times.parse_time, None, "time"),
    "DATETIME": _moment(times.parse_datetime, "", "date and time"),
    "DROP_DOWN": _one_option,
    "RADIO_BUTTON": _radio,
    "CHECK_BOX": _many_options,
    "MULTI_SELECT": _many_options,
    "USER_SELECT": _users,
    "ORGANIZATION_SELECT": _organizations,
    "GROUP_SELECT": _groups,
    "FILE": _files,
}
"""By field type; SUBTABLE and the types that Kintone fills itself are elsewhere."""
