"""Functions on single images of Keras 1.2.2 (preprocessing/image.py).

Keras 2 kept some of the names but moved the centre of rotation, interpolates where Keras 1 took the nearest pixel,
counts shear in degrees and shifts all channels alike. These do what Keras 1 did; they need SciPy, as Keras 1 did. With
the same NumPy seed they give the same picture.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

import numpy as np


def transform_matrix_offset_center(matrix: Any, x: int, y: int) -> Any:
    """The same transformation around the centre of an x by y image (1.2.2: x / 2 + 0.5, unlike Keras 2)."""
    center_x, center_y = x / 2 + 0.5, y / 2 + 0.5
    to_center = np.array([[1, 0, center_x], [0, 1, center_y], [0, 0, 1]])
    back = np.array([[1, 0, -center_x], [0, 1, -center_y], [0, 0, 1]])
    return to_center @ matrix @ back


def apply_transform(
    x: Any, transform_matrix: Any, channel_axis: int = 0, fill_mode: str = "nearest", cval: float = 0.0
) -> Any:
    """Apply a 3 by 3 affine matrix to each channel, taking the nearest pixel (1.2.2, preprocessing/image.py)."""
    from scipy import ndimage  # type: ignore[import-untyped,unused-ignore]

    channels = [
        ndimage.affine_transform(
            channel, transform_matrix[:2, :2], transform_matrix[:2, 2], order=0, mode=fill_mode, cval=cval
        )
        for channel in np.moveaxis(x, channel_axis, 0)
    ]
    return np.moveaxis(np.stack(channels), 0, channel_axis)


def random_rotation(
    x: Any,
    rg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> Any:
    """Rotate by up to ``rg`` degrees (1.2.2, preprocessing/image.py)."""
    theta = np.pi / 180 * np.random.uniform(-rg, rg)
    matrix = np.array([[np.cos(theta), -np.sin(theta), 0], [np.sin(theta), np.cos(theta), 0], [0, 0, 1]])
    matrix = transform_matrix_offset_center(matrix, x.shape[row_axis], x.shape[col_axis])
    return apply_transform(x, matrix, channel_axis, fill_mode, cval)


def random_shift(
    x: Any,
    wrg: float,
    hrg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> Any:
    """Shift by up to the fractions ``wrg`` of the width and ``hrg`` of the height (1.2.2, preprocessing/image.py)."""
    down = np.random.uniform(-hrg, hrg) * x.shape[row_axis]
    right = np.random.uniform(-wrg, wrg) * x.shape[col_axis]
    return apply_transform(x, np.array([[1, 0, down], [0, 1, right], [0, 0, 1]]), channel_axis, fill_mode, cval)


def random_shear(
    x: Any,
    intensity: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> Any:
    """Shear by up to ``intensity`` **radians** (1.2.2, preprocessing/image.py); Keras 2 counts degrees."""
    shear = np.random.uniform(-intensity, intensity)
    matrix = np.array([[1, -np.sin(shear), 0], [0, np.cos(shear), 0], [0, 0, 1]])
    matrix = transform_matrix_offset_center(matrix, x.shape[row_axis], x.shape[col_axis])
    return apply_transform(x, matrix, channel_axis, fill_mode, cval)


def random_zoom(
    x: Any,
    zoom_range: Sequence[float],
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> Any:
    """Zoom rows and columns by factors drawn from ``zoom_range`` (1.2.2, preprocessing/image.py)."""
    if len(zoom_range) != 2:
        raise ValueError("zoom_range should be a tuple or list of two floats. Received arg: ", zoom_range)
    low, high = zoom_range
    rows, columns = (1, 1) if low == high == 1 else np.random.uniform(low, high, 2)
    matrix = np.array([[rows, 0, 0], [0, columns, 0], [0, 0, 1]])
    matrix = transform_matrix_offset_center(matrix, x.shape[row_axis], x.shape[col_axis])
    return apply_transform(x, matrix, channel_axis, fill_mode, cval)


def random_channel_shift(x: Any, intensity: float, channel_axis: int = 0) -> Any:
    """Add to **each** channel its own draw from [-intensity, intensity] (1.2.2); Keras 2 draws once for all."""
    low, high = np.min(x), np.max(x)
    channels = [
        np.clip(channel + np.random.uniform(-intensity, intensity), low, high)
        for channel in np.moveaxis(x, channel_axis, 0)
    ]
    return np.moveaxis(np.stack(channels), 0, channel_axis)


def flip_axis(x: Any, axis: int) -> Any:
    """Reverse an axis (1.2.2, preprocessing/image.py)."""
    return np.flip(x, axis)


def list_pictures(directory: str, ext: str = "jpg|jpeg|bmp|png") -> list[str]:
    """The pictures under a folder, in the order of ``os.walk`` (1.2.2, preprocessing/image.py)."""
    pattern = re.compile(rf"\w+\.(?:{ext})")
    folders = os.walk(directory)
    return [os.path.join(root, name) for root, _, names in folders for name in names if pattern.match(name)]  # noqa: PTH118
