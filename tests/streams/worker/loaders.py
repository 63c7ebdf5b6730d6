"""Loaders for the child processes of the tests: functions of a module, because a child finds them by name."""

import os
import signal
import threading
from collections.abc import Sequence
from datetime import datetime

import msgspec

from classifiers.errors import ModelMissingError
from streams.records.origin import RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import RejectReason, Stage
from streams.settings import Settings
from streams.stages.cost import UNLIMITED, Limiter
from streams.stages.pipeline import BatchResult, RecordResult
from streams.worker.classify.loading import SPECIMEN, Loaded, ModelFacts
from tests.streams.worker.records import POISON, RELEASE, EchoProcessor

FACTS = ModelFacts(RELEASE, {}, ())
FATAL, ENDLESS, GREEDY = b"fatal", b"endless", b"greedy"


class FragileProcessor(EchoProcessor):
    """Ends its process over some records."""

    def process(self, records: Sequence[RawRecord], tagged_at: datetime, limiter: Limiter = UNLIMITED) -> BatchResult:
        """Return one result for each record, or end the process."""
        values = {record.value for record in records}
        if FATAL in values:
            os.kill(os.getpid(), signal.SIGKILL)
        if ENDLESS in values:
            threading.Event().wait()
        if GREEDY in values:
            return _out_of_memory(records)
        return super().process(records, tagged_at, limiter)


def _out_of_memory(records: Sequence[RawRecord]) -> BatchResult:
    rejection = Rejected(Stage.TAG, RejectReason.OUT_OF_MEMORY, "MemoryError", "")
    return BatchResult(tuple(RecordResult(rejection, ()) for _ in records), {})


def load_fragile(settings: Settings) -> Loaded:
    """Return a processor that ends its process over some records."""
    del settings
    return Loaded(FragileProcessor(), FACTS)


def load_never(settings: Settings) -> Loaded:
    """Hang."""
    threading.Event().wait()
    return load_fragile(settings)


def load_refused(settings: Settings) -> Loaded:
    """Raise an error that the operator has to fix."""
    raise ModelMissingError(f"there is no model {str(settings.models.topic)!r}")


def load_faulty(settings: Settings) -> Loaded:
    """Raise an unexpected error."""
    raise ZeroDivisionError(settings)


def load_useless(settings: Settings) -> Loaded:
    """Return a processor that tags nothing."""
    del settings

    class Useless(EchoProcessor):
        def process(
            self, records: Sequence[RawRecord], tagged_at: datetime, limiter: Limiter = UNLIMITED
        ) -> BatchResult:
            assert list(records) == [SPECIMEN]
            return super().process([msgspec.structs.replace(SPECIMEN, value=POISON)], tagged_at, limiter)

    return Loaded(Useless(), FACTS)


def load_another_each_time(settings: Settings) -> Loaded:
    """Return models that differ with every start."""
    release = msgspec.structs.replace(RELEASE, code=str(os.getpid()))
    return Loaded(load_fragile(settings).processor, FACTS._replace(release=release))


def load_once(settings: Settings) -> Loaded:
    """Load the first time, and end the process the next."""
    if not _is_first_time(settings):
        os._exit(3)
    return load_fragile(settings)


def load_then_refuse(settings: Settings) -> Loaded:
    """Load the first time, and raise an error that the operator has to fix the next."""
    if not _is_first_time(settings):
        raise ModelMissingError("the models are gone")
    return load_fragile(settings)


def _is_first_time(settings: Settings) -> bool:
    """Return whether no loader was called before: a file that the settings name distinguishes the calls."""
    assert settings.models.topic
    try:
        settings.models.topic.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
