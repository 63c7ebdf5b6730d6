"""Templates of lines expand to labelled lines, the same ones every time."""

from pathlib import Path

import pytest

from classifiers.errors import CorpusError
from classifiers.modelling.corpora import line_templates

TEMPLATES = """
[fillers]
place = ["Cork", "Genoa"]
[drop]
share = ["[Share|Send] {name} to {place}"]
[keep]
lines = ["The road to {place} is open."]
"""


def write(folder: Path, templates: str) -> Path:
    """Write the templates of one language and the common names."""
    (folder / "common.toml").write_text('name = ["this"]\nplace = ["Oslo"]\n')
    (folder / "en.toml").write_text(templates)
    return folder


def test_choices_and_names_are_filled(tmp_path: Path) -> None:
    """Each choice and each name is filled; a file's own names go before the common ones."""
    lines = line_templates.load_lines(write(tmp_path, TEMPLATES))

    assert {line.text for line in lines if line.kind == "share"} <= {
        f"{verb} this to {place}" for verb in ("Share", "Send") for place in ("Cork", "Genoa")
    }
    assert {line.text for line in lines if line.kind is None} == {
        "The road to Cork is open.",
        "The road to Genoa is open.",
    }
    assert {line.template for line in lines} == {"en/share/0", "en/keep/0"}


def test_the_shipped_templates_give_thousands_of_lines_in_fourteen_languages() -> None:
    """The lines are distinct, the same every time, and more than 3,000."""
    lines = line_templates.load_lines()

    assert lines == line_templates.load_lines()
    assert len({line.text for line in lines}) > 3_000
    assert len({line.language for line in lines}) == 14


@pytest.mark.parametrize(
    ("templates", "named"),
    [("[drop", "en.toml"), (TEMPLATES.replace("{name}", "{nome}"), "nome")],
    ids=["toml", "name"],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, templates: str, named: str) -> None:
    """A file that is no TOML, or that names what is not there, is refused by its path."""
    with pytest.raises(CorpusError, match=named):
        line_templates.load_lines(write(tmp_path, templates))
