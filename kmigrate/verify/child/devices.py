"""Making a device compute what a CPU computes, as far as it can: no TF32, and no kernel whose sums vary."""

#: What TensorFlow draws with: operations that draw refuse to run without a seed once they have to be deterministic.
_SEED = 1


def prepare(kind: str) -> None:
    """Set TensorFlow up to compute on its devices of a kind ("GPU", or "CPU"); RuntimeError where there is none.

    Since TensorFlow 2.4 a GPU that can multiplies float32 numbers with the 10 bits of TF32 unless told otherwise, and
    sums in the order in which its threads come; float64 it computes in full.
    """
    import tensorflow as tf

    found = tf.config.list_physical_devices(kind)
    if not found:
        raise RuntimeError("TensorFlow finds no {} any more".format(kind))
    if kind == "GPU":
        for device in found:
            # not all of its memory at once: somebody else may use it, too
            tf.config.experimental.set_memory_growth(device, True)
    tf.config.experimental.enable_tensor_float_32_execution(False)
    tf.random.set_seed(_SEED)
    tf.config.experimental.enable_op_determinism()
