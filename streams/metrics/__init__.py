"""Prometheus metrics of a worker; nothing else imports prometheus_client."""

from streams.metrics.worker import CONTENT_TYPE, Metrics

__all__ = ["CONTENT_TYPE", "Metrics"]
