"""From answers to figures: what counts as right, what abstaining changes, who is better."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support

from classifiers.errors import CorpusError
from classifiers.modelling.evaluation import reports, scoring
from classifiers.modelling.evaluation.reports import MAJORITY, OTHER, BenchmarkReport
from classifiers.modelling.evaluation.scoring import Answers, Rows, majority, score, summarise


def answers(guesses: str, confidence: float | list[float] = 0.8, given: str | None = None) -> Answers:
    """Return answers of one letter each; a dot among those that are given is an abstention, and o is no label."""
    words = {"o": OTHER, ".": None}
    return Answers(
        [words.get(each) or each for each in guesses],
        np.broadcast_to(np.array(confidence, dtype=float), len(guesses)),
        [words.get(each, each) for each in given or guesses],
    )


def measured(truth: list[str], model: Answers, **baselines: Answers) -> BenchmarkReport:
    """Return what is found on rows whose labels are letters, main one first."""
    labels = sorted({letter for each in truth for letter in each})
    return score(Rows("rows", [tuple(each) for each in truth], labels), model, baselines, 1)


def test_any_of_several_labels_is_right() -> None:
    """An answer that is any of a row's labels is right and counts for it; a wrong one counts against the first."""
    found = measured(["ab", "ab", "b"], answers("bcb"))

    assert found.model.accuracy.value == pytest.approx(2 / 3)
    assert {each.label: each.support for each in found.labels} == {"a": 1, "b": 2}


def test_answers_that_are_no_label_are_wrong() -> None:
    """They have the last column of the confusion matrix to themselves."""
    found = measured(["a", "a", "b"], answers("aob"))

    assert found.confusion == ((1, 0, 1), (0, 1, 0))
    assert found.model.accuracy.value == pytest.approx(2 / 3)


def test_abstaining_changes_coverage_and_accuracy() -> None:
    """Coverage is the share of rows with an answer, and the accuracy beside it is of these alone."""
    found = measured(["a", "a", "b", "b"], answers("abbb", given="a.b.")).model

    assert found.answered is not None
    assert (found.accuracy.value, found.coverage.value, found.answered.value) == (0.75, 0.5, 1.0)
    assert measured(["a"], answers("a", given=".")).model.answered is None


def test_labels_with_few_rows_do_not_count() -> None:
    """A label below the least support is marked, and without any that counts there is no macro-F1."""
    rows = Rows("rows", [("a",), ("a",), ("b",)], ["a", "b"])

    some, none = score(rows, answers("aaa"), {}, 2), score(rows, answers("aaa"), {}, 5)

    assert [each.counted for each in some.labels] == [True, False]
    assert some.model.macro_f1 is not None
    assert some.model.macro_f1.value == pytest.approx(0.8)
    assert none.model.macro_f1 is None


def test_the_most_confident_come_first() -> None:
    """The curve begins with the most confident row and ends with all, and the most confident half is its middle."""
    found = measured(["a", "a", "b", "b"], answers("abba", [0.9, 0.3, 0.8, 0.4]))

    assert [(point.coverage, point.accuracy) for point in found.curve] == [
        (0.25, 1.0),
        (0.5, 1.0),
        (0.75, pytest.approx(2 / 3)),
        (1.0, 0.5),
    ]
    assert found.model.most_confident_half == 1.0


def test_the_curve_is_as_long_as_a_picture_needs() -> None:
    """Of many rows the curve has some places, the last row always among them."""
    found = scoring.curve(np.linspace(0, 1, 1_000), np.ones(1_000, dtype=bool))

    assert len(found) == scoring.CURVE_POINTS
    assert found[-1].coverage == 1.0


def test_chance_has_a_calibration_error_of_its_own() -> None:
    """A perfectly calibrated model shows an error on few rows, and hardly any on many."""
    assert scoring.chance_error(np.full(50, 0.7)) > 0.03
    assert scoring.chance_error(np.full(50_000, 0.7)) < 0.005


def test_the_majority_is_that_of_the_rows() -> None:
    """The majority answers the commonest main label with its share as probability, and so is perfectly calibrated."""
    truth = [("a",), ("b", "a"), ("b",)]

    found = score(Rows("rows", truth, ["a", "b"]), majority(truth), {}, 1).model

    assert found.accuracy.value == pytest.approx(2 / 3)
    assert found.calibration_error == pytest.approx(0.0)


@pytest.mark.parametrize(("wrong", "beaten"), [(30, True), (1, False)], ids=["clearly", "by chance"])
def test_worse_than_a_baseline_is_told_from_chance(wrong: int, beaten: bool) -> None:
    """A model is beaten where the whole interval of the difference is against it."""
    truth = ["a", "b"] * 50
    guesses = "".join("a" if each == "b" and number < 2 * wrong else each for number, each in enumerate(truth))

    found = measured(truth, answers(guesses), previous=answers("".join(truth)))

    assert found.deciding == "accuracy"
    assert found.gains["previous"].value == pytest.approx(-wrong / 100)
    assert (found.beaten_by == ("previous",)) is beaten


def test_few_rows_decide_nothing() -> None:
    """On a handful of rows no model is called worse, whatever the draws say."""
    found = measured(["a"] * 5, answers("bbbbb"), previous=answers("aaaaa"))

    assert found.gains["previous"].upper < 0
    assert found.beaten_by == ()


def test_stances_are_decided_by_macro_f1() -> None:
    """Where most rows are neutral, a model that calls all of them neutral is not better."""
    truth = [("neutral",)] * 80 + [("favor",)] * 10 + [("against",)] * 10
    guesses = ["neutral"] * 55 + ["favor"] * 25 + ["favor"] * 10 + ["against"] * 9 + ["favor"]
    model = Answers(guesses, np.full(100, 0.6), guesses)

    found = score(Rows("rows", truth, ["favor", "neutral", "against"]), model, {MAJORITY: majority(truth)}, 1)

    assert found.deciding == "macro_f1"
    assert found.baselines[MAJORITY].accuracy.value > found.model.accuracy.value
    assert found.beaten_by == ()
    assert found.model.flips is not None
    assert found.model.flips.value == pytest.approx(0.01)


def test_a_manifest_states_what_a_report_shows() -> None:
    """The point estimates of a manifest are the values of the report, and what is not defined is left out."""
    truth, model = ["a", "a", "b", "b"], answers("abbb", [0.9, 0.3, 0.8, 0.4], given="a.b.")
    shown = measured(truth, model).model

    stated = summarise(Rows("rows", [(each,) for each in truth], ["a", "b"]), model, 1).stated()

    assert shown.macro_f1 is not None
    assert shown.answered is not None
    assert stated == {
        "rows": 4,
        "accuracy": round(shown.accuracy.value, 4),
        "macro_f1": round(shown.macro_f1.value, 4),
        "calibration_error": round(shown.calibration_error, 4),
        "coverage": round(shown.coverage.value, 4),
        "answered_accuracy": round(shown.answered.value, 4),
    }


def test_figures_agree_with_scikit_learn() -> None:
    """Precision, recall, F1 and support of every label are scikit-learn's, answers that are no label included."""
    truth, guesses = "aaabbbcc", "abobbcca"

    found = measured(list(truth), answers(guesses))

    theirs = precision_recall_fscore_support(list(truth), list(guesses), labels=["a", "b", "c"], zero_division=0)
    ours = [(each.precision.value, each.recall.value, each.f1.value, each.support) for each in found.labels]
    assert np.array(ours) == pytest.approx(np.array(theirs).T)
    assert found.model.macro_f1 is not None
    assert found.model.macro_f1.value == pytest.approx(theirs[2].mean())


def test_flips_are_between_favor_and_against() -> None:
    """Taking neutral for anything, or anything for neutral, is no flip."""
    truth = ["favor", "against", "favor", "neutral", "favor"]
    guesses = ["against", "favor", "neutral", "against", "favor"]
    rows = Rows("rows", [(each,) for each in truth], ["favor", "neutral", "against"])

    assert summarise(rows, Answers(guesses, np.full(5, 0.6), guesses), 1).flip_rate == 0.4


def test_reports_can_be_read_back(tmp_path: Path) -> None:
    """A report that was written is the report, up to the sixth digit."""
    found = measured(["a", "b", "b"], answers("aab"), majority=answers("bbb"))
    identity = reports.Identity("model", "1", "sha256:0")
    report = reports.Report("topic", identity, None, 1, (found,))
    path = tmp_path / "report.json"

    path.write_bytes(reports.encode(report))

    read = reports.read(path)
    assert read.benchmarks[0].confusion == found.confusion
    assert read.benchmarks[0].model.accuracy.value == pytest.approx(2 / 3, abs=1e-6)
    assert reports.encode(read) == reports.encode(report)


def test_what_is_no_report_is_refused(tmp_path: Path) -> None:
    """A file that is no report, or is not there, is refused with what to do."""
    (tmp_path / "report.json").write_text("{}")

    for name in ("report.json", "gone.json"):
        with pytest.raises(CorpusError, match="evaluate the model anew"):
            reports.read(tmp_path / name)
