"""A URL that hides more than its password."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.engine import URL

from sqlalchemy_kintone.conninfo import MASK, keywords_of_url, mask
from sqlalchemy_kintone.conninfo.parameters import find
from sqlalchemy_kintone.errors import InterfaceError


def keywords(url: URL) -> dict[str, str]:
    """The arguments for ``connect`` that a SQLAlchemy URL names.

    Raises:
        InterfaceError: A parameter is given twice.
    """
    return keywords_of_url(url.host, url.port, url.username, url.password, url.query)


class MaskedURL(URL):
    """The URL of an engine, in whose text tokens and passwords of the query are hidden too.

    SQLAlchemy hides the password before the ``@`` only, and shows the rest in ``repr(engine)``.
    """

    @classmethod
    def of(cls, url: URL) -> MaskedURL:
        """The same URL, hidden."""
        return cls._make(url)

    def difference_update_query(self, names: Iterable[str]) -> MaskedURL:
        """The URL without some of its parameters; SQLAlchemy's own method makes a plain one."""
        return MaskedURL.of(super().difference_update_query(names))

    def render_as_string(self, hide_password: bool = True) -> str:
        """The URL as text; ``hide_password=False`` shows all that is in it."""
        plain = URL._make(self)
        if hide_password:
            plain = plain.set(query=_masked(self))
        return plain.render_as_string(hide_password=hide_password)


def _masked(url: URL) -> Mapping[str, str]:
    try:
        named = keywords(url)
    except InterfaceError:  # someone changed the URL: nothing tells what is a secret in it
        return dict.fromkeys(url.query, MASK)
    secrets = [value for name, value in named.items() if _is_secret(name)]
    return {
        name: MASK
        if _is_secret(name)
        else mask(value if isinstance(value, str) else ",".join(value), secrets)
        for name, value in url.query.items()
    }


def _is_secret(name: str) -> bool:
    # A name that no parameter has may be a secret's, misspelt.
    parameter = find(name)
    return parameter is None or parameter.secret
