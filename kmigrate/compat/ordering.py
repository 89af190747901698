"""Image orderings, which Keras 1 named otherwise than Keras 2."""

from __future__ import annotations

_DATA_FORMATS = {
    "th": "channels_first",
    "tf": "channels_last",
    "channels_first": "channels_first",
    "channels_last": "channels_last",
}


def data_format(ordering: str | None, default: str) -> str:
    """The Keras 2 name of an image ordering in the words of either version.

    Keras 1.2.2 said 'th', 'tf' or 'default' (backend/common.py, layers/convolutional.py), Keras 2 says
    'channels_first', 'channels_last' or None. Upgraded programs may hand on either, so functions that keep Keras 1's
    ``dim_ordering`` take both. ``default`` is the Keras 2 name that 'default' and None stand for.
    """
    if ordering is None or ordering == "default":
        return default
    if ordering not in _DATA_FORMATS:
        raise ValueError(f"Invalid dim_ordering: {ordering!r} is none of {', '.join(map(repr, _DATA_FORMATS))}.")
    return _DATA_FORMATS[ordering]
