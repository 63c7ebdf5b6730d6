"""Weights found by the parts of a line are those of its features."""

from hypothesis import given
from hypothesis import strategies as st

from classifiers.cleaning.line_features import read_features, read_parts
from classifiers.cleaning.line_weights import LineWeights

LINES = st.lists(
    st.sampled_from(
        ["Subscribe", "to", "our", "newsletter", "Photo", "2021", "©", "+", "^", "$", "=", "@name", "Новости", "日本語"]
    ),
    min_size=1,
    max_size=12,
).map(" ".join)


@given(LINES, st.data())
def test_the_total_is_that_of_the_distinct_features(line: str, data: st.DataObject) -> None:
    """Whatever features have a weight, each that a line has counts once, however often it occurs."""
    features = read_features(line)
    weights = data.draw(st.dictionaries(st.sampled_from([*features, "other", "no pair", "=a+=b"]), st.integers(-9, 9)))
    parts = read_parts(line)

    assert parts is not None
    assert LineWeights(weights).total(parts) == sum(weights.get(each, 0) for each in features)


def test_a_quotation_has_no_parts() -> None:
    """What a person says has neither features nor parts."""
    assert read_parts("\u201cSubscribe!\u201d") is None
