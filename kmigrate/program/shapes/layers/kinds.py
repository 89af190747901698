"""The words of ``Remark.kind``: what can be wrong with a layer, or odd."""

from __future__ import annotations

from collections.abc import Mapping

#: Kind -> what it means, in one line.
KINDS: Mapping[str, str] = {
    "arguments": "an argument that the layer does not take, or a value that it refuses",
    "axis": "an axis that the tensor does not have",
    "axis-none": "a normalization over an axis whose size is open (None)",
    "batchnorm-axis": "a normalization over another axis than the channels",
    "bidirectional-mask": "masked steps of a Bidirectional, which are 0 since Keras 2",
    "channels-first-cpu": "a channels-first convolution, which not every TensorFlow computes on a CPU",
    "channels-none": "weights for a number of channels or features that is open (None)",
    "concat-axis": "images joined along another axis than the channels",
    "concat-shapes": "tensors to be joined that differ in another axis as well",
    "crop-none": "a cropping that has to know the size of its input",
    "deconvolution-shape": "an output_shape of Deconvolution2D that its filters contradict",
    "dense-on-images": "a Dense on images, where a Flatten may have been forgotten",
    "dot-axes": "a dot product over axes of different sizes",
    "embedding-length": "an input_length that the input contradicts",
    "flatten-none": "a Flatten of a tensor whose sizes are open (None)",
    "flatten-order": "a Flatten that orders channels-first images another way than Keras 1 did",
    "input-layout": "an input that looks like the other image ordering",
    "inputs": "too many or too few tensors",
    "mask-dropped": "a mask that a layer drops without a word; Keras 1 refused it",
    "mask-refused": "a masked tensor given to a layer of Keras 1 that does not take masks",
    "merge-shapes": "a merge of tensors whose shapes do not go together",
    "mixed-layout": "a layer that takes the channels for another axis: the image orderings are mixed",
    "negative-size": "a window or a cropping that is larger than its input",
    "positional-kernel": "rows and columns of a kernel given by position, as Keras 1 took them: kernel and strides now",
    "rank": "a tensor with too many or too few axes",
    "recurrent-channels-first": "a recurrent layer with a bias, which Keras 2.15 refuses while channels_first is set",
    "repeated-batch-axis": "an input shape with the samples in it",
    "reshape-size": "a Reshape to another number of elements",
    "shared-weights": "a layer applied to an input that its weights do not fit",
    "silent-broadcast": "shapes that Keras 1 refused to merge, and that are spread over each other now",
    "softmax-axis": "a softmax over another axis than the channels",
    "stateful-batch": "a recurrent layer that keeps its state, with an open batch size",
    "steps-none": "a layer that is applied to steps whose number or sizes are open (None)",
    "unroll-none": "a recurrent layer to be unrolled over an open number of steps",
}
