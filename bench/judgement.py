"""Whether the advice keeps its properties over many random sets of answers.

``python bench/judgement.py --sets 20000 --jobs 2`` draws plausible sets of answers, tries every
property of `tests/properties.py` on each, and prints how many sets break it, with examples. It
ends with 1 where any does. On standard error it says how far it has come. The same seeds give the
same sets.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

TOP = Path(__file__).parents[1]
sys.path.insert(0, str(TOP / "tests"))

from plausible import answers_of  # noqa: E402
from properties import PROPERTIES, Case  # noqa: E402

Broken = list[tuple[str, int, str]]
"""Property, seed, and what breaks it."""
MOVERS = ("platform_engineers", "models_in_production")
"""Answers that must change the advice in some sets."""


def examine(seeds: range) -> tuple[Broken, Counter[str]]:
    """Return what breaks over the seeds, and how often each status and each mover came up."""
    broken: Broken = []
    seen: Counter[str] = Counter()
    for seed in seeds:
        case = Case(answers_of(seed))
        for name, holds in PROPERTIES.items():
            try:
                trouble = next(holds(case), None)
            except Exception as error:  # a property that cannot be tried is not kept
                trouble = f"{type(error).__name__}: {error}"
            if trouble is not None:
                broken.append((name, seed, trouble))
        advice = case.advice
        seen[f"status: {advice.get('status', 'unknown')}"] += 1
        seen["advised: " + (" and ".join(advice["patterns"]) or "none")] += 1
        moving = {t.input for t in case.situation.tipping_points if t.now is not None}
        seen.update(f"moves the advice: {name}" for name in MOVERS if name in moving)
    return broken, seen


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--examples", type=int, default=3)
    parser.add_argument("--show", type=int, help="print the answers of this seed, and stop")
    arguments = parser.parse_args()
    if arguments.show is not None:
        print(json.dumps(answers_of(arguments.show), indent=1))
        return 0
    began = time.monotonic()
    size = 250
    end = arguments.first + arguments.sets
    parts = [range(at, min(at + size, end)) for at in range(arguments.first, end, size)]
    results: list[tuple[Broken, Counter[str]]] = []
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for part, result in zip(parts, pool.map(examine, parts), strict=True):
            results.append(result)
            count = sum(len(found) for found, _ in results)
            print(
                f"{part.stop - arguments.first} sets, {count} broken", file=sys.stderr, flush=True
            )
    broken = [one for found, _ in results for one in found]
    seen: Counter[str] = sum((counts for _, counts in results), Counter())
    print(f"{arguments.sets} sets in {time.monotonic() - began:.0f} s")
    for name, count in sorted(seen.items()):
        print(f"  {name}: {count}")
    for name in PROPERTIES:
        mine = [one for one in broken if one[0] == name]
        print(f"{name}: {len(mine)} broken")
        for _, seed, trouble in mine[: arguments.examples]:
            print(f"    seed {seed}: {trouble}")
    still = [name for name in MOVERS if not seen[f"moves the advice: {name}"]]
    if still:
        print(f"never move the advice: {', '.join(still)}")
    return 1 if broken or still else 0


if __name__ == "__main__":
    sys.exit(main())
