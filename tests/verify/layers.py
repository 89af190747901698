"""Whether every layer computes after the upgrade what it computed in Keras 1.2.2.

``python -m tests.verify.layers [alone|pairs|inside|everywhere] [CLASS…]``: each call of ``layer_calls`` as a model of
one layer, with one argument set, or with each two; or inside one of the models of ``layer_models``, or inside each. All
are compared in both orderings, with float64 at 1e-9, against tf_keras; what TensorFlow has in float32 alone is compared
in that, and said.
"""

from __future__ import annotations

import itertools
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unittest import mock

import numpy as np

from kmigrate.verify import verification
from kmigrate.verify.comparing import compare
from kmigrate.verify.results import Result, Status
from tests.keras_api import calls
from tests.verify.both import Both, upgraded
from tests.verify.layer_calls import LayerCall, generated, program, written
from tests.verify.layer_models import surrounded

_ORDERINGS = ("tf", "th")
_KINDS = ("alone", "pairs", "inside", "everywhere")
#: A recurrent layer cannot be built by tf_keras where the ordering is channels-first, and depends on it in neither
#: Keras: KM318 says so, and what to set instead. That is done here.
_RECURRENT = re.compile(r"\b(LSTM|GRU|SimpleRNN)\(")
_ADVICE = "keras.backend.set_image_data_format('channels_last')"
_ADVISED = f"import tf_keras as keras\n{_ADVICE}\n"
#: What a reason holds -> what is said of all models with it.
_REASONS = {
    "'Invalid border mode:', 'full'": "Keras 1.2.2 has border_mode='full' on Theano alone",
    "AssertionError": "Keras 1.2.2 asserts that a rate is the same along both axes",
    "equal length strides": "TensorFlow has no separable convolution with different strides",
    "does not support masking": "Keras 1.2.2 refuses a mask there",
    "compute_mask": "Keras 1.2.2 fails on the mask of two outputs",
    "unexpected keyword argument 'a'": "the function of the Lambda takes no such argument",
    "only the upgraded program builds a model": "the layer of Keras 1.2.2 returns its input itself",
}
#: What a report calls a model that differs -> why it does: one Keras is otherwise, and the upgrade leaves it so.
KNOWN = {
    r"Bidirectional\(LSTM\(3, return_sequences=True\)\)\(Embedding": (
        "Bidirectional of Keras 2 makes masked steps 0, that of Keras 1 repeats the step before"
    ),
    r"SimpleRNN\(output_dim=5, dropout_W=0.15, consume_less='mem'\)": "Keras 1.2.2 drops no inputs there unless 'cpu'",
    r"ConvLSTM2D\(.*stateful=True\) shared": "Keras 1 reads the states for both calls before it writes those of either",
}
#: Models of one program: the capture stops at 60, and what a session runs takes longer with each.
_MOST = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one call: ``result`` is None where Keras 1.2.2 does not build the model, for ``reason``.

    ``varies``: the numbers that the layer computes are finite and of more than one value, so that equal ones say
    something.
    """

    call: LayerCall
    ordering: str
    result: Result | None
    reason: str | None = None
    varies: bool = True


def outcomes(both: Both, found: Sequence[LayerCall], ordering: str) -> Iterator[Outcome]:
    """Compare the calls, those of one class in one program; what is not compared there is tried alone."""
    for group, members in itertools.groupby(found, lambda call: call.group):
        print(f"{ordering} {group}", file=sys.stderr, flush=True)
        together = list(members)
        # those with a recurrent layer have a program of their own: another one is upgraded
        for is_recurrent in (False, True):
            alike = [call for call in together if bool(_RECURRENT.search(_text(call))) is is_recurrent]
            most = _MOST // max((call.models for call in alike), default=1)
            for start in range(0, len(alike), most):
                part = alike[start : start + most]
                results, varying, _ = _verified(both, group, program(part), ordering)
                for number, call in enumerate(part):
                    result = results.get(f"model{number}")
                    if result is None or result.status is Status.NOT_COMPARED:
                        yield _alone(both, call, ordering)
                    else:
                        yield Outcome(call, ordering, result, varies=f"model{number}" in varying)


def _alone(both: Both, call: LayerCall, ordering: str) -> Outcome:
    results, varying, notes = _verified(both, call.code, program([call], alone=True), ordering)
    result = results.get("model0")
    if result is None:
        said = [*(one.reason for one in results.values() if one.reason), *notes, "no model"]
        return Outcome(call, ordering, None, said[0])
    return Outcome(call, ordering, result, result.reason, "model0" in varying)


def _verified(
    both: Both, name: str, text: str, ordering: str
) -> tuple[Mapping[str, Result], set[str], tuple[str, ...]]:
    """The results by the models' names ("" for the program), the models whose outputs vary, and the notes."""
    varying: set[str] = set()

    def watched(old: Any, new: Any, pairs: Any, before: Any, *others: Any) -> Any:
        last, at = old["outputs"][0]
        values = before[f"0_{last}_{at}"]
        if np.isfinite(values).all() and np.ptp(values) > 0:
            varying.add(old["name"])
        return compare(old, new, pairs, before, *others)

    new = upgraded(text, ordering)
    if ordering == "th" and _RECURRENT.search(text):
        new = _ADVISED + new
    with mock.patch.object(verification, "compare", watched):
        found = both.verify(name, text, new, ordering)
    return {result.model or "": result for result in found.results}, varying, found.notes


def report(found: Iterable[Outcome], left: Counter[str]) -> tuple[list[str], bool]:
    """The lines of the report, and whether nothing differs that is not known to."""
    every = list(found)
    compared = [one for one in every if one.result is not None and one.result.status is not Status.NOT_COMPARED]
    alike = [one for one in compared if one.result is not None and one.result.status is Status.IDENTICAL]
    narrow = Counter(one.call.group for one in alike if one.result is not None and one.result.floatx == "float32")
    lines = [
        f"{len(every)} models, of layers of {len({one.call.group for one in every} - {'cases'})} classes",
        f"compared: {len(compared)}",
        f"identical: {len(alike)}, {len(alike) - sum(narrow.values())} of them in float64 at 1e-9",
        *(f"  in float32 at 1e-4: {number} of {group}" for group, number in sorted(narrow.items())),
        *(f"  its numbers do not vary: {_said(one)}" for one in alike if not one.varies),
        f"differing: {len(compared) - len(alike)}",
    ]
    differing = [one for one in compared if one not in alike]
    lines += [
        f"  {_said(one)}: {known(one.call) or one.result.diagnosis or one.result.reason} ({one.result.max_abs_error})"
        for one in differing
        if one.result is not None
    ]
    lines.append(f"not compared: {len(every) - len(compared)}")
    missing = [one for one in every if one not in compared]
    reasons = Counter(why for one in missing for part, why in _REASONS.items() if part in (one.reason or ""))
    lines += [f"  {why}: {number}" for why, number in reasons.most_common()]
    lines += [
        f"  {_said(one)}: {one.reason}" for one in missing if not any(part in (one.reason or "") for part in _REASONS)
    ]
    lines.append(f"calls that are left out: {sum(left.values())}")
    lines += [f"  {why}: {number}" for why, number in left.most_common()]
    return lines, all(known(one.call) for one in differing)


def known(call: LayerCall) -> str | None:
    """Why a model differs, where that is known."""
    return next((why for said, why in KNOWN.items() if re.match(said, call.said)), None)


def _text(call: LayerCall) -> str:
    return "\n".join(call.lines("model"))


def _said(one: Outcome) -> str:
    return f"{one.ordering} {one.call.said}"


def models(what: str, ordering: str) -> tuple[list[LayerCall], Counter[str]]:
    """The models of a kind, one of ``_KINDS``, and why calls are left out, with how many."""
    found, left = generated(ordering, calls.pairs if what == "pairs" else calls.singles)
    if what == "pairs":
        return found, left
    every = [*found, *written()]
    if what == "alone":
        return every, left
    return list(surrounded(every, ordering, everywhere=what == "everywhere")), Counter()


def main(words: Sequence[str]) -> int:
    """Compare all and print the report; 0 if nothing differs that is not known to."""
    what, names = (words[0], words[1:]) if words and words[0] in _KINDS else (_KINDS[0], words)
    started = time.monotonic()
    found: list[Outcome] = []
    with Both() as both:
        for ordering in _ORDERINGS:
            every, left = models(what, ordering)
            found += outcomes(both, [call for call in every if not names or call.group in names], ordering)
    lines, is_right = report(found, left)
    print("\n".join([*lines, f"{time.monotonic() - started:.0f} s"]))
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
