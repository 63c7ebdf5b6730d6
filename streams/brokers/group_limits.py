"""Limits of the brokers for consumer groups, compared with the settings of a worker; nothing here asks a broker."""

from collections.abc import Iterator, Mapping

from streams.settings.schema import Settings

MIN_SESSION, MAX_SESSION = "group.min.session.timeout.ms", "group.max.session.timeout.ms"


def find_group_problems(settings: Settings, broker_configs: Mapping[str, str]) -> Iterator[str]:
    """Yield one sentence for each limit that a worker's settings violate; limits that are not reported are not checked.

    Examples
    --------
    >>> from streams.settings import load
    >>> settings = load(flags={"worker.session_timeout_seconds": 5}, environment={})
    >>> [problem.partition(":")[0] for problem in find_group_problems(settings, {MIN_SESSION: "6000"})]
    ['worker.session_timeout_seconds is 5 where group.min.session.timeout.ms is 6000']
    """
    seconds = settings.worker.session_timeout_seconds
    lowest, highest = broker_configs.get(MIN_SESSION), broker_configs.get(MAX_SESSION)
    given = f"worker.session_timeout_seconds is {seconds:g}"
    if lowest is not None and seconds * 1000 < int(lowest):
        yield f"{given} where {MIN_SESSION} is {lowest}: {_advice(lowest, highest)}"
    if highest is not None and seconds * 1000 > int(highest):
        yield f"{given} where {MAX_SESSION} is {highest}: {_advice(lowest, highest)}"


def _advice(lowest: str | None, highest: str | None) -> str:
    bounds = [f"{name} {int(each) / 1000:g}" for name, each in (("from", lowest), ("to", highest)) if each is not None]
    return f"the broker refuses the worker; set it {' '.join(bounds)} seconds"
