"""Plan the faults of a fake receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.fake_receiver import FakeReceiverKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.fake_receiver import ReceivedRequest


# Runs a test for each kind of receiver.
EACH_KIND = pytest.mark.parametrize(
    "make", [FakeReceiverKind.OWN_SERVER, FakeReceiverKind.REPLACING]
)


def fail_first(fault: Any, times: int = 2) -> Callable[[ReceivedRequest], Any]:
    """Plan a fault for the first POST requests."""
    remaining = [times]

    def choose_fault(request: ReceivedRequest) -> Any:
        if not request.is_post or not remaining[0]:
            return None
        remaining[0] -= 1
        return fault

    return choose_fault


def always_fail(fault: Any) -> Callable[[ReceivedRequest], Any]:
    return lambda request: fault if request.is_post else None
