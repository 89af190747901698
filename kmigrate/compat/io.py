"""Reading training data from disk as Keras 1.2.2 did (utils/io_utils.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np


class HDF5Matrix:
    """A data set in an HDF5 file, or a range of its rows, to be used in place of an array (1.2.2, utils/io_utils.py).

    ``normalizer`` is applied to whatever is read. Unlike Keras 1, indices may come in any order and repeat, as Keras 2
    asks for when ``fit`` shuffles. Needs h5py.
    """

    #: Open files by path: several matrices of one file share it.
    refs: ClassVar[dict[str, Any]] = {}

    def __init__(
        self,
        datapath: str,
        dataset: str,
        start: int = 0,
        end: int | None = None,
        normalizer: Callable[[Any], Any] | None = None,
    ) -> None:
        if datapath not in self.refs:
            try:
                import h5py  # type: ignore[import-untyped,unused-ignore]
            except ImportError as error:
                raise ImportError("HDF5Matrix needs h5py, which is not installed.") from error
            self.refs[datapath] = h5py.File(datapath, "r")
        self.data = self.refs[datapath][dataset]
        self.start = start
        self.end = self.data.shape[0] if end is None else end
        self.normalizer = normalizer

    def __len__(self) -> int:
        return int(self.end - self.start)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            first, stop = key.start or 0, len(self) if key.stop is None else key.stop
            if stop > len(self):
                raise IndexError(f"row {stop} is past the end: there are {len(self)} rows")
            rows = self.data[first + self.start : stop + self.start : key.step]
        elif isinstance(key, (int, np.integer)):
            rows = self.data[self._row(int(key))]
        else:
            indices = [self._row(int(index)) for index in key]
            # h5py reads distinct rows in increasing order only.
            ordered, places = np.unique(indices, return_inverse=True)
            rows = self.data[ordered.tolist()][places]
        return rows if self.normalizer is None else self.normalizer(rows)

    def _row(self, index: int) -> int:
        """The row of the data set at an index of this range."""
        if index >= len(self):
            raise IndexError(f"row {index} is past the end: there are {len(self)} rows")
        return index + int(self.start)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the range before normalization."""
        return (len(self), *self.data.shape[1:])

    @property
    def dtype(self) -> Any:
        """The type of the elements, which Keras 2 asks for."""
        return self.data.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)
