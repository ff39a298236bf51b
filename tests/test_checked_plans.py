"""What is known of plans that the engine has checked."""

from __future__ import annotations

import gc

from sqlalchemy_kintone.checked_plans import Checked, CheckedPlans
from tests.plan.planning import plan


def test_plans_are_known_by_identity_as_long_as_they_live() -> None:
    plans, checked = CheckedPlans(), Checked(None)
    first, equal = plan("SELECT total FROM orders"), plan("SELECT total FROM orders")
    assert first == equal
    plans.add(first, checked)
    assert plans.get(first) is checked
    assert plans.get(equal) is None
    del first
    gc.collect()
    assert plans.get(equal) is None
    plans.add(equal, checked)
    assert plans.get(equal) is checked
