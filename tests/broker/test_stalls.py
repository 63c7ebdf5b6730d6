"""A worker in which nothing moves any more says that it is dead, whatever the reason."""

from tests.broker.ledger import article
from tests.broker.newsroom import Newsroom, eventually

STALL_SECONDS = 3


def test_records_that_are_never_taken_up(newsroom: Newsroom) -> None:
    """Records that are fetched and never asked for by the agent make a worker unready, then dead, and a metric grow."""
    newsroom.produce((*article(0), ()), (*article(1), ()))

    with newsroom.worker("deaf", "1", worker__stall_seconds=STALL_SECONDS) as worker:
        worker.ready()
        eventually(lambda: worker.get("/livez")[0] == 503, "the worker says that it is dead")

        assert worker.count("copytaster_oldest_work_seconds") >= STALL_SECONDS
        assert "a record is unacknowledged for" in worker.get("/readyz")[1]
        assert newsroom.committed() == 0


def test_an_idle_worker_does_not_stall(newsroom: Newsroom) -> None:
    """A worker that has finished everything has no oldest work, however long ago that was."""
    newsroom.produce((*article(0), ()))

    with newsroom.worker(worker__stall_seconds=STALL_SECONDS) as worker:
        eventually(lambda: newsroom.committed() == 1, "the article is committed")

        assert worker.count("copytaster_oldest_work_seconds") == 0
        assert worker.get("/livez")[0] == 200
