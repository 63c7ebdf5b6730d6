"""What child processes of the tests load: functions of a module, as a child finds them by name."""

import os
import signal
import threading
from collections.abc import Sequence
from datetime import datetime

import msgspec

from classifiers.errors import ModelMissingError
from streams.records.origin import RawRecord
from streams.settings import Settings
from streams.stages.pipeline import BatchResult
from streams.worker.classify.loading import SPECIMEN, Facts, Loaded
from tests.streams.worker.records import POISON, RELEASE, EchoProcessor

FACTS = Facts(RELEASE, {}, ())
FATAL, ENDLESS, GREEDY = b"fatal", b"endless", b"greedy"


class FragileProcessor(EchoProcessor):
    """Dies of some records."""

    def process(self, records: Sequence[RawRecord], tagged_at: datetime) -> BatchResult:
        """Return one outcome for each record, or do not."""
        values = {record.value for record in records}
        if FATAL in values:
            os.kill(os.getpid(), signal.SIGKILL)
        if ENDLESS in values:
            threading.Event().wait()
        if GREEDY in values:
            raise MemoryError
        return super().process(records, tagged_at)


def load_fragile(settings: Settings) -> Loaded:
    """Return a processor that dies of some records."""
    del settings
    return Loaded(FragileProcessor(), FACTS)


def load_never(settings: Settings) -> Loaded:
    """Hang."""
    threading.Event().wait()
    return load_fragile(settings)


def load_refused(settings: Settings) -> Loaded:
    """Raise what a person has to mend."""
    raise ModelMissingError(f"there is no model {str(settings.models.topic)!r}")


def load_faulty(settings: Settings) -> Loaded:
    """Raise what nobody foresees."""
    raise ZeroDivisionError(settings)


def load_useless(settings: Settings) -> Loaded:
    """Return a processor that tags nothing."""
    del settings

    class Useless(EchoProcessor):
        def process(self, records: Sequence[RawRecord], tagged_at: datetime) -> BatchResult:
            assert list(records) == [SPECIMEN]
            return super().process([msgspec.structs.replace(SPECIMEN, value=POISON)], tagged_at)

    return Loaded(Useless(), FACTS)


def load_another_each_time(settings: Settings) -> Loaded:
    """Return models that are no longer those of the last start."""
    release = msgspec.structs.replace(RELEASE, code=str(os.getpid()))
    return Loaded(load_fragile(settings).processor, FACTS._replace(release=release))


def load_once(settings: Settings) -> Loaded:
    """Load the first time, and die the next: a file that the settings name says which it is."""
    assert settings.models.topic
    try:
        settings.models.topic.touch(exist_ok=False)
    except FileExistsError:
        os._exit(3)
    return load_fragile(settings)
