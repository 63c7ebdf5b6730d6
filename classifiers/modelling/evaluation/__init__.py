"""Evaluation of models: measures over arrays, benchmarks, and reports. Nothing is trained here."""
