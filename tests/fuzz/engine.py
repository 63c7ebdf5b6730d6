"""One target under the fuzzer, in a process of its own: the fuzzer ends the process when it has found something.

python -m tests.fuzz.engine TARGET FOLDER LIBFUZZER_OPTIONS
"""

import sys

import atheris

with atheris.instrument_imports(include=["classifiers", "streams", "skops"]):
    import skops.io  # noqa: F401  # the loader imports it late, which would be too late to follow it

    from tests.fuzz.mutations import mutate
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Fuzz the target that the command line names."""
    name, *options = sys.argv[1:]
    target = TARGETS[name]
    for seed in target.seeds():  # inputs must not pay for what is loaded at first use, such as models
        target.check(seed)
    if target.holds_json:
        atheris.Setup([sys.argv[0], *options], target.check, custom_mutator=_mutate)
    else:
        atheris.Setup([sys.argv[0], *options], target.check)
    atheris.Fuzz()


def _mutate(content: bytes, max_bytes: int, seed: int) -> bytes:
    return mutate(content, max_bytes, seed, atheris.Mutate)


main()
