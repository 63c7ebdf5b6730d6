"""Dates: the forms of feeds, scrapers, pages and people, to aware UTC, without guessing and without a clock."""

from streams.stages.dates.parsing import parse_date

__all__ = ["parse_date"]
