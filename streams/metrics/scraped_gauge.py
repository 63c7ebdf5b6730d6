"""Scraped gauge: a gauge whose series are computed at each scrape, so that one that ends is not exported any more."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

Series = Callable[[], Mapping[tuple[str, ...], float]]


class ScrapedGauge(Collector):
    """Gauge without series until it is watched.

    Parameters
    ----------
    name, meaning, labels
        As of any gauge.
    """

    def __init__(self, name: str, meaning: str, labels: Sequence[str]) -> None:
        self._name = name
        self._meaning = meaning
        self._labelnames = labels
        self._series: Series = dict

    def watch(self, series: Series) -> None:
        """Set the function that returns the values by the values of the labels, called at each scrape."""
        self._series = series

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauge with its series."""
        family = GaugeMetricFamily(self._name, self._meaning, labels=self._labelnames)
        for labels, value in sorted(self._series().items()):
            family.add_metric(labels, value)
        yield family

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Yield the name alone: registration must not call what has not started."""
        yield GaugeMetricFamily(self._name, self._meaning, labels=self._labelnames)
