"""``python -m tests.verify.examples FOLDER [OPTIONS]``: what verifying the programs of a folder comes to, as a table.

Made for the examples of Keras 1.2.2. OPTIONS are those of ``kmigrate verify``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Print the table."""
    folder, *options = arguments
    command = [sys.executable, "-m", "kmigrate", "verify", "--output-format", "json", *options, folder]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for result in json.loads(done.stdout):
        found[Path(result["path"]).name].append(result)
    programs = sorted(path.name for path in Path(folder).glob("*.py"))
    counts = Counter[str]()
    print("| program | models | identical | the others |\n| --- | --- | --- | --- |")
    for name in programs:
        results = found[name]
        models = [result for result in results if result["model"]]
        others = [result for result in results if result["status"] != "identical"]
        counts["programs"] += 1
        counts["that build models"] += bool(models)
        counts["compared, all of them"] += bool(models) and all(one["status"] != "not_compared" for one in models)
        counts["identical, all of them"] += bool(models) and all(one["status"] == "identical" for one in models)
        counts["models"] += len(models)
        counts["models compared"] += sum(one["status"] != "not_compared" for one in models)
        counts["models identical"] += sum(one["status"] == "identical" for one in models)
        words = "; ".join(dict.fromkeys(one["diagnosis"] or one["reason"] for one in others))
        print(f"| {name} | {len(models)} | {len(models) - sum(1 for one in others if one['model'])} | {words} |")
    print(dict(counts))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
