"""Articles without end, made of texts that were written for this project: the same ones for the same seed."""

import json
import random
from collections.abc import Iterator

from classifiers import resources

SEED = 20_261_124
PUBLISHERS = 40


def articles(paragraphs: int, seed: int = SEED) -> Iterator[tuple[bytes, bytes]]:
    """Yield key and value of raw records, without end.

    Parameters
    ----------
    paragraphs
        Of one article; each has some 33 words.
    seed
        Decides which texts follow each other.
    """
    texts = _texts()
    chance = random.Random(seed)  # noqa: S311  # no secret hangs on it
    number = 0
    while True:
        chosen = chance.choices(texts, k=paragraphs)
        yield _record(number, chosen)
        number += 1


def _record(number: int, chosen: list[dict[str, str]]) -> tuple[bytes, bytes]:
    publisher = f"desk-{number % PUBLISHERS}.example"
    value = {
        "id": str(number),
        "url": f"https://{publisher}/{number}",
        "title": chosen[0]["title"],
        "body": "\n\n".join(each["text"] for each in chosen),
        "publisher": publisher,
        "language": "en",
    }
    return f"{publisher}:{number}".encode(), json.dumps(value).encode()


def _texts() -> list[dict[str, str]]:
    with resources.seed("training/topic_texts.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
