"""Where the REST API's resources are, and how parameters stand in a query string."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote, urlencode

Parameter = str | int | bool | Sequence[str | int]
Parameters = Mapping[str, Parameter]


_USER_API = frozenset(
    {
        "users",
        "organizations",
        "groups",
        "user/organizations",
        "user/groups",
        "organization/users",
        "group/users",
    }
)
"""Resources of cybozu.com's common API, which is beside Kintone's and knows no guest spaces."""


def resource_path(resource: str, guest_space_id: int | None) -> str:
    """``/k/v1/records.json``, the same of a guest space, or ``/v1/users.json``."""
    if resource in _USER_API:
        return f"/v1/{resource}.json"
    place = "/k" if guest_space_id is None else f"/k/guest/{guest_space_id}"
    return f"{place}/v1/{resource}.json"


def query_string(parameters: Parameters) -> str:
    """``app=1&fields[0]=a&fields[1]=b``, percent-encoded."""
    return urlencode(list(_flat(parameters)), quote_via=quote)


def _flat(parameters: Parameters) -> Iterator[tuple[str, str]]:
    for name, value in parameters.items():
        if isinstance(value, bool):
            yield name, "true" if value else "false"
        elif isinstance(value, str | int):
            yield name, str(value)
        else:
            for index, item in enumerate(value):
                yield f"{name}[{index}]", str(item)
