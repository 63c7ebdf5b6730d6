"""A raw topic that is missing and created again, with a clock that the test moves."""

import pytest

from streams.exit_codes import BROKER_AWAY
from streams.worker.probes.health import Health
from streams.worker.probes.topic_watch import TopicWatch

PROBLEM = "the raw topic does not exist"


class Story:
    """A topic that may be missing for ten seconds, and what the worker reports of it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.health = Health(stall_seconds=100)
        self.exit_codes: list[int] = []
        self._watch = TopicWatch("raw", self.health, 10, self.exit_codes.append, lambda: self.seconds)  # type: ignore[arg-type]  # it returns here

    def observe(self, *, exists: bool, after_seconds: float = 1) -> None:
        """Let time pass, then a broker answer."""
        self.seconds += after_seconds
        self._watch.observe(exists=exists)


def test_a_missing_topic_makes_unready_and_not_dead() -> None:
    """A worker whose topic is missing is alive and not ready, until the topic exists again."""
    story = Story()
    story.observe(exists=False)

    assert PROBLEM in story.health.ready().problems
    assert story.health.live().good
    assert story.health.detail()["topic_missing"] is True

    story.observe(exists=True)

    assert PROBLEM not in story.health.ready().problems


@pytest.mark.parametrize(("seconds", "codes"), [(9, []), (10, [BROKER_AWAY])], ids=["in time", "too long"])
def test_a_topic_that_is_missing_for_too_long_ends_the_worker(seconds: float, codes: list[int]) -> None:
    """A worker ends with 75 when its topic is missing for as long as a broker may be away."""
    story = Story()
    story.observe(exists=False)
    story.observe(exists=False, after_seconds=seconds)

    assert story.exit_codes == codes


def test_the_time_counts_from_the_latest_deletion(caplog: pytest.LogCaptureFixture) -> None:
    """A topic that was created again may be missing for the whole time again; each change is one line of the log."""
    caplog.set_level("INFO")
    story = Story()
    for exists in (False, False, True, True, False, False):
        story.observe(exists=exists, after_seconds=4)

    assert story.exit_codes == []
    assert [record.message.split(";")[0] for record in caplog.records] == [
        "the topic raw does not exist",
        "the topic raw exists again after 8 s",
        "the topic raw does not exist",
    ]
