"""Dates: the forms of feeds, scrapers, pages and people, to aware UTC, without guessing and without a clock."""

from streams.stages.dates.parsing import parse_date
from streams.stages.dates.plausibility import find_fault, is_only_a_year, received_at

__all__ = ["find_fault", "is_only_a_year", "parse_date", "received_at"]
