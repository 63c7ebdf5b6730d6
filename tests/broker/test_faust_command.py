"""The app of those who run Faust's own command."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from streams.settings import environment_variable
from tests.broker.newsroom import DEADLINE_SECONDS, Newsroom

ARTICLE = b'{"id": "1", "publisher": "example.org", "body": "The team won the cup final on Sunday after extra time."}'


def test_faust_runs_the_app(newsroom: Newsroom, tmp_path: Path) -> None:
    """`faust -A streams.worker.faust_app worker` tags articles with the models that ship, and stops in good order."""
    newsroom.produce((b"1", ARTICLE, ()))
    variables = {environment_variable(name): str(value) for name, value in newsroom.flags.items()}
    command = [sys.executable, "-m", "faust", "-A", "streams.worker.faust_app", "worker", "--loglevel", "error"]

    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(command, env=os.environ | variables, cwd=tmp_path, stdout=log, stderr=log) as worker,
    ):
        try:
            records = newsroom.read_until(bool, [newsroom.settings.topics.tagged])
            worker.send_signal(signal.SIGTERM)
            code = worker.wait(DEADLINE_SECONDS)
        finally:
            worker.kill()

    assert [record.key for record in records] == [b"example.org:1"]
    assert code == 0, (tmp_path / "log").read_text()
