"""Names of states come from CLDR and are written to a file that does not depend on the installed version."""

from pathlib import Path

from classifiers.modelling.corpora.state_names import LOCALES, territory_of, write
from classifiers.targets.watch_list import Target, TargetKind


def test_names_are_written_in_order(tmp_path: Path) -> None:
    """The file has sorted rows of language, target and name, with states, capitals and both Chinese scripts."""
    path = tmp_path / "states.tsv"

    assert write(path) == len(path.read_text(encoding="utf-8").splitlines())
    rows = [tuple(line.split("\t")) for line in path.read_text(encoding="utf-8").splitlines()]

    assert rows == sorted(rows)
    assert {language for language, _, _ in rows} == set(LOCALES)
    assert {("de", "russia", "Russland"), ("pl", "russia", "Moskwa"), ("zh", "united-states", "美國")} <= set(rows)


def test_a_capital_that_is_called_like_a_state_is_left_out(tmp_path: Path) -> None:
    """A name that is a capital in one place and a state in another belongs to the state."""
    path = tmp_path / "states.tsv"
    write(path)

    assert [line for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("\t盧安達")] == [
        "zh\trwanda\t盧安達"
    ]


def test_an_unknown_state_has_no_territory() -> None:
    """A state that CLDR does not know has no code."""
    assert territory_of(Target("atlantis", "Atlantis", TargetKind.STATE)) is None
