"""A vocabulary knows common words by number, and keeps names out."""

from classifiers.stance.vocabulary import NAME, NUMBER, PLACEHOLDERS, WORD, Vocabulary

SENTENCES = [
    "Yesterday Zorblax condemned the gleeful plan of 12 members.",
    "They saw Zorblax leave the gleeful room in 2019.",
    "In May Zorblax praised a gleeful crowd.",
    "THE GLEEFUL ZORBLAX FAILS AGAIN TODAY",
]
VOCABULARY = Vocabulary.from_sentences(SENTENCES)


def test_words_are_found_in_every_spelling() -> None:
    """A word has the same number in lower case, with a capital and in capitals."""
    numbers = VOCABULARY.numbers(["gleeful", "Gleeful", "GLEEFUL"])

    assert len(set(numbers)) == 1
    assert VOCABULARY.words[numbers[0]] == "gleeful"


def test_names_numbers_and_strangers_have_placeholders() -> None:
    """A name is never in the vocabulary, however often it occurs; numbers and unknown words have stand-ins too."""
    assert VOCABULARY.numbers(["Zorblax", "2019", "qwrtz"]) == [NAME, NUMBER, WORD]
    assert VOCABULARY.words[: len(PLACEHOLDERS)] == PLACEHOLDERS


def test_lexicon_is_part_of_every_vocabulary() -> None:
    """Words of the lexicon are known though no sentence held them, with their valence."""
    (number,) = VOCABULARY.numbers(["terrible"])

    assert VOCABULARY.tables.valence[number] < 0


def test_state_is_the_vocabulary() -> None:
    """The state of a model file restores the same words and tables."""
    again = Vocabulary.from_state(VOCABULARY.state())

    assert again.words == VOCABULARY.words
    assert (again.tables.weight == VOCABULARY.tables.weight).all()
