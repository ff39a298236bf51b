"""Names that no parameter has."""

from __future__ import annotations

from sqlalchemy_kintone.conninfo.parameters import NOT_YET, Parameter, fold, suggestion
from sqlalchemy_kintone.errors import InterfaceError, NotSupportedError


def unknown_name(
    name: str, place: str, *, after: Parameter | None, quoting: str
) -> InterfaceError | NotSupportedError:
    """The exception for a name that no parameter has.

    Args:
        name: What stands where a name is due.
        place: Where that is.
        after: The parameter before it. After a secret the name is not shown, as it may be a piece
            of the secret.
        quoting: How a secret is written there that holds what separates parameters.
    """
    for planned in NOT_YET:
        if fold(planned) == fold(name):
            return NotSupportedError(f"{planned} {place} is not supported yet: leave it out.")
    nearest = suggestion(name)
    remedy = f"Did you mean {nearest}?" if nearest else "docs/connection.md lists all parameters."
    if after is not None and after.secret:
        return InterfaceError(
            f"What follows {after.name} {place} is not the name of a parameter. {remedy} {quoting}"
        )
    shown = name if len(name) <= 40 and name.isprintable() else f"{name[:40]!r}…"
    return InterfaceError(f"There is no parameter {shown} ({place}). {remedy}")
