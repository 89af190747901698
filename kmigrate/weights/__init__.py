"""Saved weights and models of Keras 1 as files that Keras 2 reads. Needs h5py and NumPy, and no Keras."""
