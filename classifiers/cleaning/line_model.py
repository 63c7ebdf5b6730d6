"""Line classifier: decides whether a line that no rule removed is boilerplate.

A linear model over the features of a line (`line_features`), with a bonus for the last lines and for lines beside
boilerplate. Its weights are whole thousandths, so that a sum depends neither on the order of the features nor on the
machine. A line is removed wherever it stands if its own words suffice; the last line that remains stays: it may be a
headline without a story.

Cost: of an article's lines only short ones and the first and last are searched for words of boilerplate, in one scan,
and only lines that have them are read in full: one or two of an article.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from classifiers import model_files, resources
from classifiers.cleaning.line_concepts import Concepts, default_concepts
from classifiers.cleaning.line_features import read_parts
from classifiers.cleaning.line_weights import LineWeights
from classifiers.errors import ModelIncompatibleError
from classifiers.model_files import LoadedModel, Manifest

KIND: Final = "lines"
LABELS: Final = ("boilerplate", "story")

SCALE: Final = 1000
"""Units of a weight: thousandths of a logit."""

MAX_LINE_CHARS: Final = 700
"""Maximum length of a line among the first or last that is read, as for the rules."""

MAX_INNER_CHARS: Final = 160
"""Maximum length of any other line that is read: among 4,000 articles, boilerplate in the middle of a story is a link,
a credit or a call, which fit in a line or two."""

FIRST_LINES: Final = 2
LAST_LINES: Final = 4

END_BONUS: Final = (500, 400, 300, 200)
"""What place adds to the margin of the last line of story, the one before it, and so on: less than the margin that a
line elsewhere needs, so that no place makes boilerplate of a line whose words speak against it."""

NEIGHBOUR_BONUS: Final = 300
"""What boilerplate right above or below a line adds to its margin."""


class LineModel:
    """A loaded line classifier.

    Parameters
    ----------
    model
        The estimator, a dict with the `terms` of the features and a logistic regression over them; and its manifest.
    concepts
        The concepts that its features name.

    Raises
    ------
    ModelIncompatibleError
        The estimator is not of this form.
    """

    def __init__(self, model: LoadedModel, concepts: Concepts | None = None) -> None:
        self.manifest: Manifest = model.manifest
        self._concepts = concepts or default_concepts()
        try:
            weights, self._intercept = _weights(model.estimator)
            self._weights = LineWeights(weights)
            self._threshold = int(model.manifest.options["margin"] or 0)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ModelIncompatibleError(
                f"model {model.manifest.name!r} has no terms, weights and margin ({error}): retrain it with "
                "'copytaster train --task lines'"
            ) from error

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the line classifier of a file.

        Raises
        ------
        ModelError
            The file cannot be used.
        """
        return cls(model_files.load(path, kind=KIND))

    def margin(self, line: str) -> int | None:
        """Return the margin of a line by its own words, above zero for boilerplate; None where it is a quotation."""
        parts = read_parts(line)
        return None if parts is None else self._weights.total(parts) + self._intercept - self._threshold

    def removals(self, lines: Sequence[str], margins: dict[str, int | None]) -> list[int]:
        """Return the places of the lines that are boilerplate, from the last to the first.

        Parameters
        ----------
        lines
            The lines of a body, without empty ones.
        margins
            Known margins of lines, to which new ones are added.
        """
        self._read(lines, margins)
        found = [margins.get(line) for line in lines]
        if not any(margin is not None and margin > -_MAX_BONUS for margin in found):
            return []
        return list(_removed(found))

    def _read(self, lines: Sequence[str], margins: dict[str, int | None]) -> None:
        """Add the margins of lines that are new; None for those that no word makes worth reading."""
        new = [line for line in lines if line not in margins and len(line) <= MAX_INNER_CHARS]
        edges = (*lines[:FIRST_LINES], *lines[-LAST_LINES:])
        new += [line for line in edges if MAX_INNER_CHARS < len(line) <= MAX_LINE_CHARS and line not in margins]
        if not new:
            return
        margins.update(dict.fromkeys(new))
        for number in self._concepts.worth_reading(new):
            margins[new[number]] = self.margin(new[number])


@cache
def default_line_model() -> LineModel:
    """Return the line classifier shipped with the package, loaded once.

    Raises
    ------
    ModelError
        The file cannot be used.
    """
    return LineModel.load(resources.model("lines.skops"))


_MAX_BONUS: Final = max(END_BONUS) + 2 * NEIGHBOUR_BONUS


def _removed(margins: Sequence[int | None]) -> Iterator[int]:
    """Yield the places that are boilerplate, from the last to the first.

    Lines are visited from the last to the first, and only lines that stay count for their distance from the end: a
    second pass over what is left finds nothing more.
    """
    left = len(margins)
    after = 0
    is_below = False
    for place in range(left - 1, -1, -1):
        margin = margins[place]
        bonus = _bonus(margins, place, after, is_below=is_below)
        is_below = margin is not None and margin + bonus > 0 and left > 1
        if is_below:
            left -= 1
            yield place
        else:
            after += 1


def _bonus(margins: Sequence[int | None], place: int, after: int, *, is_below: bool) -> int:
    """Return what the place of a line adds to its margin, with so many lines of story after it."""
    above = margins[place - 1] if place else None
    is_above = above is not None and above > 0
    return NEIGHBOUR_BONUS * (is_below + is_above) + (END_BONUS[after] if after < len(END_BONUS) else 0)


def _weights(estimator: Any) -> tuple[dict[str, int], int]:  # noqa: ANN401  # scikit-learn is untyped
    """Return the weight of each term and the intercept, in thousandths."""
    regression = estimator["regression"]
    terms, coefficients = estimator["terms"], regression.coef_[0]
    pairs = zip(map(str, terms), (coefficients * SCALE).round().astype(int).tolist(), strict=True)
    return dict(pairs), round(float(regression.intercept_[0]) * SCALE)
