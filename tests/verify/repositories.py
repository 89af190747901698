"""``python -m tests.verify.repositories FOLDER…``: what verifying the programs of repositories comes to, as two tables.

``--cache FILE`` keeps what came of each folder, so that a run can be taken up again; ``--time-limit SECONDS`` holds for
each program (default 60). Programs are verified with unsafe changes, too.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

Found = Mapping[str, str | None]

#: Why a program or a model was not compared: what its reason speaks of -> in a word. The first that is found counts.
REASONS: tuple[tuple[str, str], ...] = (
    (r"invalid syntax|cannot be parsed|not Python|indent", "is no Python that can be read"),
    (r"process that ran it|took longer", "ended by a limit of time or memory"),
    (r"^the original fails.*(No such file|FileNotFound|does not exist|[Nn]ot found)", "needs a file that is not there"),
    (
        r"^the original fails.*(ImportError|ModuleNotFound|cannot import|no attribute)",
        "fails under Keras 1.2.2: needs a name that is not there",
    ),
    (r"^the original fails", "fails under Keras 1.2.2 by itself"),
    (r"^the upgraded program fails at a call", "the upgraded program fails at a call of a generator, left to a person"),
    (r"^the upgraded program fails", "the upgraded program fails before it builds the model"),
    (r"builds no such model|only the upgraded", "the upgraded program builds other models"),
    (r"tensor that the program makes", "an input is a tensor that the program makes"),
    (r"^the (original|upgraded) model does not compute", "a model does not compute"),
)


def verified(folder: str, seconds: float) -> list[Found]:
    """What ``kmigrate verify`` says of a folder's programs: of what their models compute, not of how they train."""
    command = [sys.executable, "-m", "kmigrate", "verify", "--unsafe", "--train-steps", "0", "--output-format", "json"]
    done = subprocess.run(
        [*command, "--time-limit", str(seconds), folder], stdout=subprocess.PIPE, text=True, check=False
    )
    keys = ("path", "model", "status", "reason", "diagnosis", "first_diverging_layer")
    return [{key: result[key] for key in keys} for result in json.loads(done.stdout)]


def programs(folder: str) -> list[str]:
    """The files below a folder that speak of Keras."""
    files = sorted(path for path in Path(folder).rglob("*") if path.suffix in (".py", ".ipynb"))
    return [str(path) for path in files if b"keras" in path.read_bytes().lower()]


def word(result: Found) -> str:
    """Why a result is not identical."""
    if result["status"] == "differs":
        is_repair = "without such repairs it is identical" in (result["diagnosis"] or "")
        return "differs by an unsafe repair of a layout, identical without it" if is_repair else "differs"
    reason = result["reason"] or ""
    return next((words for pattern, words in REASONS if re.search(pattern, reason, re.DOTALL)), "other")


def counts(results: Sequence[Found]) -> Counter[str]:
    """Models that a folder's programs build under Keras 1.2.2, those compared and those identical."""
    models = [result for result in results if result["model"]]
    return Counter(
        {
            "building": len({result["path"] for result in models}),
            "models": len(models),
            "compared": sum(result["status"] != "not_compared" for result in models),
            "identical": sum(result["status"] == "identical" for result in models),
        }
    )


def main(arguments: Sequence[str]) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.verify.repositories")
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--time-limit", type=float, default=60.0)
    given = parser.parse_args(arguments)
    known: dict[str, list[Found]] = {}
    if given.cache is not None and given.cache.exists():
        known = json.loads(given.cache.read_text(encoding="utf-8"))
    for folder in given.folders:
        name = Path(folder).name
        if name not in known:
            known[name] = verified(folder, given.time_limit)
            if given.cache is not None:
                given.cache.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    print("| repository | files with Keras | build models | models | compared | identical |")
    print("| --- | --- | --- | --- | --- | --- |")
    total, reasons = Counter[str](), Counter[tuple[str, str]]()
    for folder in given.folders:
        results = known[Path(folder).name]
        row = counts(results)
        row["files"] = len(programs(folder))
        total += row
        name = Path(folder).name.replace("+", "/")
        print("| " + " | ".join([name, *(str(row[key]) for key in _COLUMNS)]) + " |")
        for result in results:
            if result["status"] != "identical":
                reasons[word(result), "models" if result["model"] else "programs"] += 1
    print("| all | " + " | ".join(str(total[key]) for key in _COLUMNS) + " |\n")
    print("| not identical, by reason | models | programs without a model |\n| --- | --- | --- |")
    for words in dict.fromkeys(words for (words, _), _ in reasons.most_common()):
        print(f"| {words} | {reasons[words, 'models']} | {reasons[words, 'programs']} |")
    return 0


_COLUMNS = ("files", "building", "models", "compared", "identical")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
