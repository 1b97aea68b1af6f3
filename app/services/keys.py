"""Public identifiers: `370000-edu-2020` a plan, `370000-edu-2020/8` an item, `370000-edu-2020/8.4` a task."""


def plan_key(adcode: str, domain: str, year: int) -> str:
    """The key of a plan.

    >>> plan_key("370000", "edu", 2020)
    '370000-edu-2020'
    """
    return f"{adcode}-{domain}-{year}"


def item_id(plan: str, number: int) -> str:
    """The id of an item."""
    return f"{plan}/{number}"


def task_id(plan: str, item: int, task: int) -> str:
    """The id of a task."""
    return f"{plan}/{item}.{task}"


def item_number(node: str) -> int:
    """The item's number in the id of an item or a task.

    >>> item_number("370000-edu-2020/8.4")
    8
    """
    return int(node.rpartition("/")[2].partition(".")[0])


def task_number(node: str) -> int | None:
    """The task's number in the id of a task; None in an item's.

    >>> task_number("370000-edu-2020/8.4")
    4
    """
    number = node.rpartition("/")[2].partition(".")[2]
    return int(number) if number else None
