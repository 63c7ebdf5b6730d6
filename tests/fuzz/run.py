"""Fuzz every target for its share of some minutes, one after the other on one core, and say what came of it.

    python -m tests.fuzz.run MINUTES FOLDER [TARGET ...]

FOLDER keeps the inputs that reached new code, for the next run, and what was found. Exits 1 where something was found.
"""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

from tests.fuzz import seeds
from tests.fuzz.targets import SECONDS_FOR_THE_LARGEST, TARGETS

_MEMORY_MEBIBYTES = 3_000
_FOUND = re.compile(r"Test unit written to (\S+)")
_PROGRESS = re.compile(r"#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+)")
_DONE = re.compile(r"Done (\d+) runs in (\d+) second")


def main() -> int:
    """Fuzz, report one line for each target, and return 1 where a promise was broken."""
    minutes, folder, *named = sys.argv[1:]
    targets = named or list(TARGETS)
    seconds = int(float(minutes) * 60 / len(targets))
    return max(_fuzz(name, Path(folder), seconds) for name in targets)


def _fuzz(name: str, folder: Path, seconds: int) -> int:
    corpus, log = folder / name / "corpus", folder / name / "log"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in TARGETS[name].seeds():
        _keep(corpus, seed)
    dictionary = _dictionary(folder)
    with log.open("w") as written:
        ended = subprocess.run(_command(name, corpus, dictionary, seconds), stdout=written, stderr=written, check=False)
    _report(name, log.read_text(errors="replace"))
    return 1 if ended.returncode else 0


def _command(name: str, corpus: Path, dictionary: Path, seconds: int) -> list[str]:
    return [
        *(sys.executable, "-m", "tests.fuzz.engine", name, str(corpus)),
        f"-max_total_time={seconds}",
        f"-max_len={TARGETS[name].max_bytes}",
        f"-timeout={SECONDS_FOR_THE_LARGEST}",
        f"-rss_limit_mb={_MEMORY_MEBIBYTES}",
        f"-dict={dictionary}",
        f"-artifact_prefix={corpus.parent}/",
    ]


def _dictionary(folder: Path) -> Path:
    path = folder / "words"
    escaped = ("".join(f"\\x{byte:02x}" for byte in word) for word in seeds.words())
    path.write_text("".join(f'"{word}"\n' for word in dict.fromkeys(escaped)))
    return path


def _keep(corpus: Path, seed: bytes) -> None:
    (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)


def _report(name: str, log: str) -> None:
    progress, done, found = _PROGRESS.findall(log), _DONE.search(log), _FOUND.search(log)
    runs, coverage, features = progress[-1] if progress else ("0", "0", "0")
    time = f"{done[1]} runs in {done[2]} s" if done else f"ended after {runs} runs"
    print(f"{name:<12} {time}, {coverage} branches, {features} features, found: {found[1] if found else 'nothing'}")  # noqa: T201  # it is what the command is for


if __name__ == "__main__":
    sys.exit(main())
