"""Plans that the engine has checked, and what they give."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from weakref import WeakValueDictionary

from sqlalchemy_kintone.engine import Shape
from sqlalchemy_kintone.plan.model import Plan


@dataclass(frozen=True)
class Checked:
    """What the engine says of a plan.

    Attributes:
        shape: What it gives; None where that was not asked.
    """

    shape: Shape | None


class CheckedPlans:
    """Plans that the engine is known to be able to run, as long as they are kept elsewhere.

    Threads may share it.
    """

    def __init__(self) -> None:
        # By identity: comparing plans takes longer than checking them.
        self._plans: WeakValueDictionary[int, Plan] = WeakValueDictionary()
        self._found: dict[int, Checked] = {}
        self._lock = threading.Lock()

    def get(self, plan: Plan) -> Checked | None:
        """What is known of a plan; None where it has to be checked."""
        return self._found.get(id(plan)) if self._plans.get(id(plan)) is plan else None

    def add(self, plan: Plan, checked: Checked) -> None:
        """Know a plan from now on."""
        with self._lock:
            for gone in self._found.keys() - set(self._plans.keys()):
                del self._found[gone]
            self._found[id(plan)] = checked
            self._plans[id(plan)] = plan
