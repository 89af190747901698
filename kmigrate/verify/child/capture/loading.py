"""Saved weights, loaded as ``load_weights`` of either Keras does: a program's own calls of it are cut short."""

from typing import Any

from kmigrate.verify.child.capture.sides import Side


def load(side: Side, model: Any, path: str) -> None:
    """Load the HDF5 file ``path``, of weights or of a whole model, into the model in the order of its layers."""
    import h5py

    with h5py.File(path, "r") as file:
        # engine/topology.py of Keras 1.2.2, load_weights; the same in tf_keras
        is_whole = "layer_names" not in file.attrs and "model_weights" in file
        root = file["model_weights"] if is_whole else file
        if side.is_reference:
            model.load_weights_from_hdf5_group(root)
        else:
            side.module("src.saving.legacy.hdf5_format").load_weights_from_hdf5_group(root, model)
