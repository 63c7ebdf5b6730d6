"""Articles through Kafka: records, stages, the Faust worker, metrics and the command line."""

__version__ = "0.1.0"
