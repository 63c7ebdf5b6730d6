"""Wrong answers are listed by the places of their rows, the most confident first, and what is cut is counted."""

import numpy as np
import pytest

from classifiers.modelling.evaluation import reports
from classifiers.modelling.evaluation.reports import OTHER, RowPlace, WrongAnswer
from classifiers.modelling.evaluation.scoring import Answers, Rows, score
from tests.classifiers.modelling.evaluation.answering import benchmark, report

PLACES = [RowPlace(1, "one"), RowPlace(2, None), RowPlace(4, "four"), RowPlace(5, "five")]
TRUTH = [("a",), ("a", "b"), ("b",), ("b",)]


def test_the_most_confident_comes_first() -> None:
    """Each wrong answer has its row, all true labels, the likeliest one, its probability, and whether it is given."""
    answers = Answers(["b", "c", "b", OTHER], np.array([0.6, 0.9, 0.8, 0.7]), [None, "c", "b", OTHER])

    found = score(Rows("rows", TRUTH, ["a", "b", "c"], places=PLACES), answers, {}, 1)

    assert found.wrong == (
        WrongAnswer(None, 2, ("a", "b"), "c", 0.9, abstained=False),
        WrongAnswer("five", 5, ("b",), OTHER, 0.7, abstained=False),
        WrongAnswer("one", 1, ("a",), "b", 0.6, abstained=True),
    )


def test_a_target_that_was_not_found_has_no_probability() -> None:
    """Where the model was not asked, the answer has no probability, and comes last."""
    answers = Answers(["b"] * 4, np.full(4, 0.5), ["b", "b", "b", None], np.array([False, True, True, True]))

    found = score(Rows("rows", [("a",)] * 4, ["a", "b"], places=PLACES), answers, {}, 1)

    assert [each.id for each in found.wrong] == [None, "four", "five", "one"]
    assert found.wrong[-1].probability is None


def test_rows_of_corpora_are_not_listed() -> None:
    """Rows without places have wrong answers that are counted in the figures alone."""
    found = benchmark()

    assert found.model.accuracy.value < 1
    assert found.wrong == ()


@pytest.mark.parametrize(("maximum", "listed", "cut"), [(0, 0, 10), (3, 3, 7), (10, 10, 0), (99, 10, 0)])
def test_what_is_cut_is_counted(maximum: int, listed: int, cut: int) -> None:
    """A list has the given length at most, and the report states how many wrong answers it lacks."""
    found = benchmark(places=[RowPlace(number, None) for number in range(40)]).with_wrong_at_most(maximum)

    assert (len(found.wrong), found.wrong_not_listed) == (listed, cut)


def test_the_list_survives_the_report_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A report that is written as JSON and read again has the same wrong answers."""
    found = report(benchmark(places=[RowPlace(number, f"id {number}") for number in range(40)]))
    path = tmp_path_factory.mktemp("report") / "report.json"
    path.write_bytes(reports.encode(found))

    assert reports.read(path).benchmarks[0].wrong == found.benchmarks[0].wrong
