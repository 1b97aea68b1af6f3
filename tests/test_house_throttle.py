"""Slowing whoever fails, within bounded memory, and bounding what is recorded."""

from app.throttle import FORGOTTEN_AFTER, LONGEST_WAIT, Budget, Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_few_failures_cost_nothing_then_each_costs_more() -> None:
    clock = Clock()
    throttle = Throttle(clock=clock)
    assert [throttle.fail("a", 3) for _ in range(3)] == [0, 0, 0]
    assert throttle.wait("a") == 0
    waits = []
    for _ in range(8):
        waits.append(throttle.fail("a", 3))
        assert throttle.wait("a") >= waits[-1]
        assert throttle.wait("b") == 0
        clock.now += waits[-1] + 1
        assert throttle.wait("a") == 0
    assert waits == [30, 60, 120, 240, 480, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT]


def test_success_and_time_are_forgiving() -> None:
    clock = Clock()
    throttle = Throttle(clock=clock)
    for _ in range(3):
        throttle.fail("a", 3)
    throttle.forget("a")
    assert throttle.fail("a", 1) == 0
    assert throttle.fail("a", 1) == 30
    clock.now += 30 + FORGOTTEN_AFTER + 1
    assert throttle.fail("a", 1) == 0


def test_memory_is_bounded() -> None:
    throttle = Throttle(most=100)
    for number in range(10_000):
        throttle.fail(str(number), 1)
    assert len(throttle) == 100


def test_a_budget_refills_and_tells_what_was_left_out() -> None:
    clock = Clock()
    budget = Budget(60, clock)
    assert [budget.take() for _ in range(60)] == [0] * 60
    assert [budget.take() for _ in range(7)] == [None] * 7
    clock.now += 60
    assert budget.take() == 7
    assert budget.take() is None
