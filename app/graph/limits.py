"""Budgets: every walk through a graph has one, and says so when it is spent."""


class GraphBudgetExceededError(Exception):
    """A graph or a walk would have more nodes than its budget allows."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} nodes")
        self.limit = limit


def within(count: int, limit: int) -> None:
    """Raise GraphBudgetExceededError if `count` nodes are more than `limit`."""
    if count > limit:
        raise GraphBudgetExceededError(limit)
