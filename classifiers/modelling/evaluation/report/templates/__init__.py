"""Jinja2 templates of what an evaluation writes: `page.html.j2` and `card.md.j2`, over the view model of a report."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template


def template(name: str) -> "Template":
    """Return a template by the name of its file; values are escaped in HTML alone."""
    from jinja2 import (  # noqa: PLC0415  # only what writes a page or a card needs Jinja2
        Environment,
        PackageLoader,
        StrictUndefined,
        select_autoescape,
    )

    environment = Environment(
        loader=PackageLoader(__package__, "."),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["zip"] = zip
    return environment.get_template(name)
