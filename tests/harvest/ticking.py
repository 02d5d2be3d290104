"""A clock that goes on a moment whenever it is looked at, and by hours when it is turned."""

from tests.sandbox.kit import Clock


class Ticking(Clock):
    """Two writes are never of the same moment by it, as they never are in life."""

    def __call__(self) -> float:
        self.now += 0.00001
        return self.now
