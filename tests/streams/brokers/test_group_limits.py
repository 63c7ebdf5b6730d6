"""Tests of the brokers' limits for consumer groups."""

import pytest

from streams.brokers.group_limits import MAX_SESSION, MIN_SESSION, find_group_problems
from streams.settings import load

LIMITS = {MIN_SESSION: "6000", MAX_SESSION: "1800000"}


@pytest.mark.parametrize(
    ("seconds", "limit"), [(5, MIN_SESSION), (6, None), (1800, None), (1801, MAX_SESSION)], ids=str
)
def test_a_session_timeout_outside_of_the_limits_is_a_problem(seconds: int, limit: str | None) -> None:
    """A session timeout that the broker would refuse is one sentence with the setting, the limit and the range."""
    settings = load(flags={"worker.session_timeout_seconds": seconds}, environment={})

    problems = list(find_group_problems(settings, LIMITS))

    assert len(problems) == (limit is not None)
    for problem in problems:
        assert f"worker.session_timeout_seconds is {seconds} where {limit}" in problem
        assert "set it from 6 to 1800 seconds" in problem


def test_limits_that_are_not_reported_are_not_checked() -> None:
    """Where the broker reports no configs there is no problem."""
    assert list(find_group_problems(load(environment={}), {})) == []
