"""The use of a watch-list in articles shows who is found, and which names mean something else as well."""

import pytest

from classifiers.targets.usage import NameUse, UsageCounter
from classifiers.targets.watch_list import Target, TargetKind, WatchList

WATCH_LIST = WatchList(
    (
        Target("amazon", "Amazon", TargetKind.COMPANY),
        Target("apple", "Apple", TargetKind.COMPANY, (), ("Apple",)),
        Target("chad", "Chad", TargetKind.STATE, ("Chadian",)),
        Target("eu", "European Union", TargetKind.ORGANISATION, (), ("EU",)),
        Target("nobody", "Nobodia", TargetKind.STATE),
    )
)


def usage(*texts: str, language: str = "en") -> UsageCounter:
    """Return the counts of texts in one language."""
    counter = UsageCounter(WATCH_LIST)
    for text in texts:
        counter.add(text, language)
    return counter


def test_targets_are_counted_by_article_and_name() -> None:
    """A target has the number of its articles and mentions, and its spellings, the most frequent first."""
    counter = usage("The EU met. The EU left.", "The European Union won.", "Chad lost.")
    first, second = counter.targets()

    assert (first.target, first.kind, first.articles, first.mentions) == ("eu", TargetKind.ORGANISATION, 2, 3)
    assert [(each.name, each.mentions) for each in first.names] == [("EU", 2), ("European Union", 1)]
    assert second.target == "chad"
    assert counter.never_named() == ["amazon", "apple", "nobody"]
    assert counter.read == 3


@pytest.mark.parametrize(
    ("texts", "ambiguous"),
    [
        pytest.param(["Amazon River floods.", "The Amazon River fell."], ["Amazon"], id="longer name"),
        pytest.param(["An Amazon Prime parcel."], [], id="once"),
        pytest.param(["Apple grows.", "an apple a day", "one more apple"], ["Apple"], id="without the capital"),
        pytest.param(["The EU eu eu Commission", "The EU Commission"], [], id="acronym"),
        pytest.param(["Chadian President Smith.", "Chadian President Jones."], [], id="adjective of a state"),
        pytest.param(["Chad Brown won.", "Chad Hooper won."], ["Chad"], id="first name"),
        pytest.param(["The Amazon-EU dispute", "Amazon EU talks"], [], id="the next word is another target"),
    ],
)
def test_ambiguous_names(texts: list[str], ambiguous: list[str]) -> None:
    """A name is ambiguous where it often stands without its capital or within a longer name."""
    names = [name for target in usage(*texts).targets() for name in target.names]

    assert [each.name for each in names if each.is_ambiguous] == ambiguous


def test_longer_names_have_examples() -> None:
    """The most frequent longer names are given."""
    ((name,),) = [target.names for target in usage("Amazon River. Amazon Basin. The Amazon River.").targets()]

    assert name == NameUse("Amazon", mentions=3, longer=3, lower_case=0, examples=("Amazon River", "Amazon Basin"))


def test_german_nouns_are_no_longer_names() -> None:
    """In German the word after a name has a capital whatever it is."""
    ((name,),) = [target.names for target in usage("Amazon Lager. Amazon Lager.", language="de").targets()]

    assert name.longer == 0
