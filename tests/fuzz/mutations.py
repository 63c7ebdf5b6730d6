"""Changes to the JSON in an input that leave it JSON: bytes changed blindly seldom come past the parser."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

Json: TypeAlias = Any
Place: TypeAlias = tuple[Any, Any]
"""A list or dict, and the index or name of one of its members."""

MutateBytes = Callable[[bytes, int], bytes]

_SCALARS: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**63, 1.5, 1e308),
    *("", "0", "None", "\ud83d", "\x1b[2J", "a" * 300),
    *([], {}, [[]]),
)


def mutate(content: bytes, max_bytes: int, seed: int, mutate_bytes: MutateBytes) -> bytes:
    """Return the input with one change: to its JSON, which begins with the first brace, or to its bytes.

    Parameters
    ----------
    content
        What is to be changed.
    max_bytes
        The longest input that may be returned.
    seed
        Decides which change.
    mutate_bytes
        The fuzzer's own way to change bytes.
    """
    choice = random.Random(seed)  # noqa: S311  # the fuzzer's seed decides, so that a run can be repeated
    head, brace, rest = content.partition(b"{")
    if not brace or choice.random() < 0.3:  # headers want their share
        return mutate_bytes(content, max_bytes)
    try:
        document = json.loads(brace + rest)
    except (ValueError, RecursionError):
        return mutate_bytes(content, max_bytes)
    places = list(_places(document))
    if not places:
        return mutate_bytes(content, max_bytes)
    _change(places, choice, mutate_bytes)
    changed = head + json.dumps(document, ensure_ascii=choice.random() < 0.5).encode(errors="replace")  # a coin
    return changed if len(changed) <= max_bytes else mutate_bytes(content, max_bytes)


def _places(document: Json) -> Iterator[Place]:
    pending = [document]
    while pending:
        container = pending.pop()
        members = list(container.items() if isinstance(container, dict) else enumerate(container))
        for name, member in members:
            yield container, name
            if isinstance(member, dict | list):
                pending.append(member)


def _change(places: list[Place], choice: random.Random, mutate_bytes: MutateBytes) -> None:
    container, name = choice.choice(places)
    other, other_name = choice.choice(places)
    member = container[name]
    match choice.randrange(6):
        case 0:
            container[name] = choice.choice(_SCALARS)
        case 1:
            container[name] = json.loads(json.dumps(other[other_name]))
        case 2:
            container[name] = [member] * choice.randrange(1, 4)
        case 3:
            del container[name]
        case 4 if isinstance(container, dict) and isinstance(other_name, str):
            container[other_name] = container.pop(name)
        case _ if isinstance(member, str):
            changed = mutate_bytes(member.encode(errors="replace"), len(member) + 64)
            container[name] = changed.decode(errors="replace")
        case _:
            container[name] = {"x": member}
