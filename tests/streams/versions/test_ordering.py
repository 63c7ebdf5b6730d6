"""The steps that keep the versions of articles in order: every interleaving of workers, and their ends."""

from collections import deque
from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from streams.records.origin import Origin
from streams.records.version import Version
from streams.versions.claim import Claim
from streams.versions.ordering import Append, CatchUp, Publish, Repair, Step, publish_in_order
from streams.versions.table import VersionTable

RAW = "raw"
PARTITIONS = 2
WORKERS = 2
IDS = ("a", "b")
workers = st.integers(min_value=0, max_value=WORKERS - 1)
partitions = st.integers(min_value=0, max_value=PARTITIONS - 1)


class Kafka:
    """The topics: raw records by partition, claims, outputs, and what is committed."""

    def __init__(self) -> None:
        self.raw: list[list[Claim]] = [[] for _ in range(PARTITIONS)]
        self.committed = [0] * PARTITIONS
        self.claims: list[Claim | None] = []
        self.outputs: list[tuple[str, Version]] = []

    def compact(self, end: int) -> None:
        """Drop claims behind which another one of their article stands, among those that every worker has read.

        A claim is kept for as long as its raw record can be redelivered: `min.compaction.lag.ms` of the topic.
        """
        old = [claim for claim in self.claims[:end] if claim]
        if all(claim.origin.offset < self.committed[claim.origin.partition] for claim in old):
            last = {claim.article_id: place for place, claim in enumerate(self.claims[:end]) if claim}
            for place, claim in enumerate(self.claims[:end]):
                self.claims[place] = claim if claim and place == last[claim.article_id] else None


class Worker:
    """A worker that carries out one step of its batch at a time, and any part of it."""

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka
        self._table = VersionTable(RAW, 16)
        self.read_claims = 0
        self.read(len(kafka.claims))
        self.owned: set[int] = set()
        self._batch: list[Claim] = []
        self._pending: deque[Callable[[], None]] = deque()
        self._steps = publish_in_order([], self._table)
        self.busy = False

    def read(self, end: int) -> None:
        """Read claims up to an end."""
        for claim in self._kafka.claims[self.read_claims : end]:
            if claim:
                self._table.apply(claim)
        self.read_claims = max(self.read_claims, end)

    def start(self, size: int) -> None:
        """Take a batch of the partitions that it owns."""
        records = [each for one in sorted(self.owned) for each in self._kafka.raw[one][self._kafka.committed[one] :]]
        self._batch = records[:size]
        if self._batch:
            self.busy = True
            self._steps = publish_in_order(self._batch, self._table)
            self._next()

    def advance(self) -> None:
        """Do one part of a step, and take the next step when nothing is left of it."""
        if self._pending:
            self._pending.popleft()()
        if not self._pending:
            self._next()

    def _next(self) -> None:
        step = next(self._steps, None)
        match step:
            case Append(claims):
                self._pending.extend(lambda claim=claim: self._kafka.claims.append(claim) for claim in claims)  # type: ignore[misc]
            case CatchUp():
                end = len(self._kafka.claims)
                self._pending.append(lambda: self.read(end))
            case Publish(superseded):
                kept = [claim for position, claim in enumerate(self._batch) if position not in superseded]
                self._publish([(claim.article_id, claim.version) for claim in kept])
            case Repair(newest):
                self._publish([(each, found.version) for each, found in newest.items()])
            case None:
                self.busy = False
                for claim in self._batch:
                    place = claim.origin
                    if place.partition in self.owned:
                        self._kafka.committed[place.partition] = place.offset + 1

    def _publish(self, outputs: list[tuple[str, Version]]) -> None:
        self._pending.extend(lambda output=output: self._kafka.outputs.append(output) for output in outputs)  # type: ignore[misc]


class Newsroom(RuleBasedStateMachine):
    """Workers of one group, which end and are replaced at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.kafka = Kafka()
        self.workers = [Worker(self.kafka) for _ in range(WORKERS)]
        for partition in range(PARTITIONS):
            self.workers[partition].owned.add(partition)

    @rule(partition=partitions, article=st.sampled_from(IDS), ms=st.integers(min_value=0, max_value=3))
    def send(self, partition: int, article: str, ms: int) -> None:
        """A publisher sends a version, in any order and to any partition."""
        offset = len(self.kafka.raw[partition])
        claim = Claim(article, Version(ms, 0, offset, partition), Origin(RAW, partition, offset))
        self.kafka.raw[partition].append(claim)

    @initialize(records=st.lists(st.tuples(partitions, st.integers(min_value=0, max_value=3)), min_size=2, max_size=5))
    def backlog(self, records: list[tuple[int, int]]) -> None:
        """Some versions of one article wait already."""
        for partition, ms in records:
            self.send(partition, "a", ms)

    @rule(worker=workers, parts=st.integers(min_value=1, max_value=3), size=st.integers(min_value=1, max_value=2))
    def advance(self, worker: int, parts: int, size: int) -> None:
        """A worker gets on with its batch, or takes the next one."""
        for _ in range(parts):
            if self.workers[worker].busy:
                self.workers[worker].advance()
            else:
                self.workers[worker].start(size)

    @rule(worker=workers, share=st.floats(min_value=0, max_value=1))
    def read(self, worker: int, share: float) -> None:
        """A worker reads some of the claims."""
        self.workers[worker].read(int(share * len(self.kafka.claims)))

    @rule(worker=workers, heir=workers)
    def kill(self, worker: int, heir: int) -> None:
        """A worker ends, whatever it does, and a new one or another one gets its partitions."""
        owned = self.workers[worker].owned
        self.workers[worker] = Worker(self.kafka)
        if self.workers[heir].busy:
            self.workers[worker].owned = owned
        else:
            self.workers[heir].owned |= owned

    @rule(partition=partitions, heir=workers)
    def rebalance(self, partition: int, heir: int) -> None:
        """A partition goes from an idle worker to another one."""
        owner = next(each for each in self.workers if partition in each.owned)
        if not owner.busy and not self.workers[heir].busy:
            owner.owned.discard(partition)
            self.workers[heir].owned.add(partition)

    @precondition(lambda self: self.kafka.claims)
    @rule()
    def compact(self) -> None:
        """The broker compacts the claims."""
        self.kafka.compact(min(worker.read_claims for worker in self.workers))

    def teardown(self) -> None:
        """When all is processed, the newest version of each article is the last one, on both topics."""
        while any(worker.busy for worker in self.workers):
            for worker in self.workers:
                if worker.busy:
                    worker.advance()
        for worker in self.workers:
            while worker.busy or any(self._rest(each) for each in worker.owned):
                worker.advance() if worker.busy else worker.start(3)
        newest: dict[str, Version] = {}
        for claim in (each for records in self.kafka.raw for each in records):
            newest[claim.article_id] = max(claim.version, newest.get(claim.article_id, claim.version))
        assert dict(self.kafka.outputs) == newest
        assert {claim.article_id: claim.version for claim in self.kafka.claims if claim} == newest

    def _rest(self, partition: int) -> bool:
        return self.kafka.committed[partition] < len(self.kafka.raw[partition])


TestNewsroom = Newsroom.TestCase
TestNewsroom.settings = settings(max_examples=400, stateful_step_count=40, deadline=None)


def claim(ms: int, *, offset: int = 0, partition: int = 0, article_id: str = "a") -> Claim:
    """Return a claim."""
    return Claim(article_id, Version(ms, 0, offset, partition), Origin(RAW, partition, offset))


def carry_out(batch: list[Claim | None], table: VersionTable, *others: Claim) -> list[Step]:
    """Return the steps of a batch, while other workers claim when it is published."""
    taken: list[Step] = []
    for step in publish_in_order(batch, table):
        taken.append(step)
        if isinstance(step, Append):
            list(map(table.apply, step.claims))
        if isinstance(step, Publish):
            list(map(table.apply, others))
    return taken


@pytest.fixture
def table() -> VersionTable:
    """Return an empty table."""
    return VersionTable(RAW, 16)


def test_a_first_version_is_claimed_then_published(table: VersionTable) -> None:
    """A claim comes before the publication, and a look after it."""
    first = claim(1)

    assert carry_out([first, None], table) == [Append((first,)), Publish({}), CatchUp()]


def test_an_older_version_is_not_published(table: VersionTable) -> None:
    """A version that was never claimed and is older than the newest is rejected when all claims are read."""
    table.apply(claim(5, partition=1))

    look, step = carry_out([claim(1)], table)

    assert look == CatchUp()
    assert isinstance(step, Publish)
    assert step.superseded[0].version.ms == 5


def test_a_superseded_version_whose_claim_was_not_read_is_repaired(table: VersionTable) -> None:
    """A dead worker may have claimed and published it, which the worker that takes its partition over reads first."""
    newer, older = claim(2, partition=1), claim(1)
    table.apply(newer)
    steps = publish_in_order([older], table)
    assert next(steps) == CatchUp()

    table.apply(older)
    taken: list[Step] = []
    for step in steps:
        taken.append(step)
        if isinstance(step, Append):
            list(map(table.apply, step.claims))

    assert [type(each) for each in taken] == [Publish, CatchUp, Append, Repair, CatchUp]
    assert taken[2] == Append((newer,))


def test_versions_of_one_batch_are_published_in_their_order(table: VersionTable) -> None:
    """Of two versions in one batch the older one is published before the newer one, and superseded after it."""
    batch: list[Claim | None] = [claim(1), claim(2, offset=1), claim(1, offset=2)]

    publish = next(step for step in carry_out(batch, table) if isinstance(step, Publish))

    assert list(publish.superseded) == [2]


def test_the_same_record_is_published_again_without_a_claim(table: VersionTable) -> None:
    """What a dead worker had claimed is published by the next one."""
    table.apply(claim(1))

    assert carry_out([claim(1)], table) == [Publish({}), CatchUp()]


def test_a_version_that_was_overtaken_is_repaired(table: VersionTable) -> None:
    """Where another worker claims a newer version meanwhile, the newer one is published again."""
    newer = claim(2, partition=1)

    steps = carry_out([claim(1)], table, newer)

    assert [type(each) for each in steps] == [Append, Publish, CatchUp, Repair, CatchUp]
    assert isinstance(steps[3], Repair)
    assert steps[3].newest["a"].version == newer.version


def test_a_redelivered_version_that_is_superseded_is_repaired(table: VersionTable) -> None:
    """A dead worker may have published it behind the newer one: the newer one is published again."""
    table.apply(claim(1))
    table.apply(claim(2, partition=1))

    steps = carry_out([claim(1)], table)

    assert [type(each) for each in steps] == [Publish, CatchUp, Repair, CatchUp]


def test_an_older_claim_behind_the_newest_is_followed_by_the_newest(table: VersionTable) -> None:
    """Compaction keeps the last claim, so that the newest one is stated again."""
    newer, older = claim(2, partition=1), claim(1)
    steps = publish_in_order([older], table)
    assert next(steps) == Append((older,))

    assert [next(steps), next(steps)] == [Publish({}), CatchUp()]

    table.apply(newer)
    table.apply(older)

    assert next(steps) == Append((newer,))
