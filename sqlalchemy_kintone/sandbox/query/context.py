"""What a query is answered for: the domain's ways, who asks, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy_kintone.sandbox.api import Caller
from sqlalchemy_kintone.sandbox.model import Domain
from sqlalchemy_kintone.sandbox.switches import Switches


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of one query.

    Attributes:
        domain: For users, groups, organizations, other apps and files.
        caller: Whose time zone, name and organization the functions mean.
        now: The instant of ``NOW()``; one for the whole query.
    """

    domain: Domain
    caller: Caller
    now: datetime

    @property
    def switches(self) -> Switches:
        """The domain's choices."""
        return self.domain.switches

    @property
    def zone(self) -> ZoneInfo:
        """The caller's time zone; an API token has none of its own."""
        user = self.caller.user
        return ZoneInfo(user.timezone if user is not None else self.switches.token_zone)
