"""Every model that a program builds, in the order of construction, as it was when it was compiled or used."""

import functools
import sys
from typing import Any, Dict, List, Optional, Tuple

from kmigrate.verify.child.capture.sides import Side

#: Models after so many are not recorded: a program that builds them in a loop would fill the memory.
MOST_MODELS = 60


class Record:
    """A model, and the tensors between which it computes at each moment that counts."""

    def __init__(self, model: Any, order: int, place: Optional[Tuple[str, int]]) -> None:
        self.model = model
        self.order = order
        self.place = place
        #: (inputs, outputs), each a list of tensors
        self.snapshots: List[Tuple[List[Any], List[Any]]] = []
        #: compiled, trained, evaluated or asked for predictions by the program itself
        self.events: List[str] = []
        #: shapes of the samples of each input, where the program fed some
        self.seen: List[List[int]] = []


class Recorder:
    """Records models and the order in which layers are made. ``folder`` holds the program's files."""

    def __init__(self, side: Side, folder: str) -> None:
        self.side = side
        self.records: List[Record] = []
        #: the program's models and layers -> when they were made; they are kept, so that no id is used again
        self._orders: Dict[int, int] = {}
        self._places: Dict[int, Optional[Tuple[str, int]]] = {}
        self._kept: List[Any] = []
        self._folder = folder
        self._within_keras = 0

    def install(self) -> None:
        """Watch constructors."""
        self._watch_layers(self.side.Layer)
        if not self.side.is_reference:
            self._watch_models(self.side.Model, "__init__")
            return
        # its constructor does not call Layer's (engine/topology.py)
        self._watch_layers(self.side.layers.Merge)
        self._watch_models(self.side.module("engine.topology").Container, "__init__")
        self._watch_models(self.side.Sequential, "__init__")
        # a Sequential of Keras 1 holds a Model that is no model of the program's (models.py, Sequential.build)
        build = self.side.Sequential.build

        @functools.wraps(build)
        def built(model: Any, *args: Any, **kwargs: Any) -> Any:
            self._within_keras += 1
            try:
                return build(model, *args, **kwargs)
            finally:
                self._within_keras -= 1

        self.side.Sequential.build = built

    def order(self, layer: Any) -> int:
        """When a layer was made; those that nobody saw come first."""
        return self._orders.get(id(layer), 0)

    def place(self, layer: Any) -> Optional[Tuple[str, int]]:
        """The line of the program at which a layer was made."""
        return self._places.get(id(layer))

    def find(self, model: Any) -> Optional[Record]:
        """The record of a model."""
        for record in self.records:
            if record.model is model:
                return record
        return None

    def note(self, model: Any, event: str) -> Optional[Record]:
        """The program compiled or used a model: keep what it computes now."""
        record = self.find(model)
        if record is not None:
            if event not in record.events:
                record.events.append(event)
            self.snapshot(record)
        return record

    def snapshot(self, record: Record) -> None:
        """Keep the tensors of a model, if it has any and they are new."""
        try:
            if not self.side.built(record.model):
                return
            inputs, outputs = list(record.model.inputs), list(record.model.outputs)
        except Exception:  # noqa: BLE001  -- a model that says nothing of its tensors cannot be compared
            return
        marks = [[id(tensor) for tensor in old[1]] for old in record.snapshots]
        if [id(tensor) for tensor in outputs] not in marks:
            record.snapshots.append((inputs, outputs))

    def finish(self) -> None:
        """The program has ended: every model as it is now."""
        for record in self.records:
            self.snapshot(record)

    def _made(self, made: Any) -> int:
        if id(made) not in self._orders:
            self._orders[id(made)] = len(self._kept) + 1
            self._places[id(made)] = self._place()
            self._kept.append(made)
        return self._orders[id(made)]

    def _watch_layers(self, layer: Any) -> None:
        made = layer.__init__

        @functools.wraps(made)
        def __init__(one: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
            self._made(one)
            made(one, *args, **kwargs)

        layer.__init__ = __init__

    def _watch_models(self, owner: Any, name: str) -> None:
        made = getattr(owner, name)

        @functools.wraps(made)
        def __init__(model: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
            order = self._made(model)
            is_new = not self._within_keras and self.find(model) is None and len(self.records) < MOST_MODELS
            if is_new:
                self.records.append(Record(model, order, self._place()))
            try:
                made(model, *args, **kwargs)
            except BaseException:
                if is_new:
                    self.records[:] = [record for record in self.records if record.model is not model]
                raise

        setattr(owner, name, __init__)

    def _place(self) -> Optional[Tuple[str, int]]:
        """The line of the program that is running: the innermost one of its own files."""
        frame: Any = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename.startswith(self._folder):
                return frame.f_code.co_filename, frame.f_lineno
            frame = frame.f_back
        return None
