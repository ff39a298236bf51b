"""A value that is never shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

MASK = "****"


class Secret:
    """A password or token. Its text comes out of ``reveal`` alone: not of repr, str or pickle.

    Args:
        value: The text to keep.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret text, for the header it is sent in."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __str__(self) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        """Refuse pickling: a pickle would be a file or a message with the secret in it.

        Raises:
            TypeError: Always.
        """
        raise TypeError("A secret is not pickled; pickle the place it comes from instead.")


def mask(text: str, secrets: Iterable[str]) -> str:
    """The text with each of the secrets replaced by asterisks.

    Args:
        text: Anything that came from outside: a server's message, an HTML title.
        secrets: What must not be seen in it; empty strings are skipped.
    """
    # Longest first, so that a secret that contains another is masked whole.
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text
