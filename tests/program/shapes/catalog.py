"""Layout and shape bugs as small programs, on Keras 1 and on Keras 2, with what is to be said of each.

Every program was run on Keras 1.2.2 and 2.2.4 (TensorFlow 1.15.5): ``fails`` says in which versions it raised; the
others are silent, or controls. Each comes with (level, kind, line) of all that is said, hints left out.
"""

from __future__ import annotations

from dataclasses import dataclass

Expected = tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Entry:
    """One bug: its program on Keras 1 and 2 ("" if it is of one of them only) and what is said of it."""

    name: str
    #: versions of Keras that raised
    fails: tuple[int, ...]
    keras1: str
    keras2: str
    said1: Expected = ()
    said2: Expected = ()


CATALOG: tuple[Entry, ...] = (
    Entry(
        "P01_cf_input_small_c1",
        (1, 2),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(1, 28, 28)))
m.add(MaxPooling2D((2, 2)))
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(1, 28, 28)))
m.add(MaxPooling2D((2, 2)))
""",
        (("ERROR", "input-layout", 2),),
        (("ERROR", "input-layout", 2),),
    ),
    Entry(
        "P02_cf_input_rgb_one_conv_silent",
        (),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(3, 32, 32)))
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(3, 32, 32)))
OUT = m.output_shape
""",
        (("WARNING", "input-layout", 2),),
        (("WARNING", "input-layout", 2),),
    ),
    Entry(
        "P03_cf_input_rgb_then_pool",
        (1, 2),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(3, 32, 32)))
m.add(MaxPooling2D((2, 2)))
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(3, 32, 32)))
m.add(MaxPooling2D((2, 2)))
""",
        (("ERROR", "input-layout", 2),),
        (("ERROR", "input-layout", 2),),
    ),
    Entry(
        "P04_cf_rgb_same_padding_silent",
        (),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, border_mode='same', input_shape=(3, 32, 32)))
m.add(Flatten())
m.add(Dense(2))
OUT = [l.output_shape for l in m.layers]
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), padding='same', input_shape=(3, 32, 32)))
m.add(Flatten())
m.add(Dense(2))
OUT = [l.output_shape if hasattr(l, 'output_shape') else tuple(l.output.shape) for l in m.layers]
""",
        (("WARNING", "input-layout", 2),),
        (("WARNING", "input-layout", 2),),
    ),
    Entry(
        "P05_cl_shape_under_th",
        (1, 2),
        """\
K.set_image_dim_ordering('th')
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(32, 32, 3)))
OUT = m.output_shape
m.add(MaxPooling2D((2, 2)))
""",
        """\
K.set_image_data_format('channels_first')
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(32, 32, 3)))
OUT = m.output_shape
m.add(MaxPooling2D((2, 2)))
""",
        (("ERROR", "input-layout", 3),),
        (("ERROR", "input-layout", 3),),
    ),
    Entry(
        "P06_layer_df_cf_with_hwc",
        (1, 2),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, dim_ordering='th', input_shape=(28, 28, 1)))
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), data_format='channels_first', input_shape=(28, 28, 1)))
OUT = m.output_shape
""",
        (("ERROR", "input-layout", 2),),
        (("ERROR", "input-layout", 2),),
    ),
    Entry(
        "P07_mixed_layer_formats",
        (),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, dim_ordering='th', border_mode='same', input_shape=(3, 32, 32)))
m.add(MaxPooling2D((2, 2)))
m.add(Flatten())
OUT = [l.output_shape for l in m.layers]
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), data_format='channels_first', padding='same', input_shape=(3, 32, 32)))
m.add(MaxPooling2D((2, 2)))
m.add(Flatten())
OUT = [l.output_shape if hasattr(l, 'output_shape') else tuple(l.output.shape) for l in m.layers]
""",
        (("ERROR", "mixed-layout", 3),),
        (("ERROR", "mixed-layout", 3),),
    ),
    Entry(
        "P08_none_channels",
        (1, 2),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(3, None, None)))
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(3, None, None)))
""",
        (("ERROR", "input-layout", 2),),
        (("ERROR", "input-layout", 2),),
    ),
    Entry(
        "P09_bn_default_axis_cf",
        (),
        """\
K.set_image_dim_ordering('th')
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(3, 32, 30)))
m.add(BatchNormalization())
OUT = [w.shape for w in m.layers[1].get_weights()]
""",
        """\
K.set_image_data_format('channels_first')
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(3, 32, 30)))
m.add(BatchNormalization())
OUT = [w.shape for w in m.layers[1].get_weights()]
""",
        (("WARNING", "batchnorm-axis", 4),),
        (("WARNING", "batchnorm-axis", 4),),
    ),
    Entry(
        "P10_bn_axis1_cl",
        (),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(32, 30, 3)))
m.add(BatchNormalization(axis=1))
OUT = [w.shape for w in m.layers[1].get_weights()]
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(32, 30, 3)))
m.add(BatchNormalization(axis=1))
OUT = [w.shape for w in m.layers[1].get_weights()]
""",
        (("WARNING", "batchnorm-axis", 3),),
        (("WARNING", "batchnorm-axis", 3),),
    ),
    Entry(
        "P11_bn_none_axis",
        (1, 2),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(None, None, 3)))
m.add(BatchNormalization(axis=1))
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(None, None, 3)))
m.add(BatchNormalization(axis=1))
""",
        (("ERROR", "axis-none", 3),),
        (("ERROR", "axis-none", 3),),
    ),
    Entry(
        "P12_concat_axis1_cl_silent",
        (),
        """\
i = Input((32, 32, 3))
a = Convolution2D(4, 3, 3, border_mode='same')(i)
b = MaxPooling2D()(a)
c = UpSampling2D()(b)
x = merge([a, c], mode='concat', concat_axis=1)
OUT = x._keras_shape
""",
        """\
i = Input((32, 32, 3))
a = Conv2D(4, (3, 3), padding='same')(i)
b = MaxPooling2D()(a)
c = UpSampling2D()(b)
x = Concatenate(axis=1)([a, c])
OUT = tuple(x.shape)
""",
        (("WARNING", "concat-axis", 5),),
        (("WARNING", "concat-axis", 5),),
    ),
    Entry(
        "P13_concat_axis1_cl_diffch",
        (1, 2),
        """\
i = Input((32, 32, 3))
a = Convolution2D(4, 3, 3, border_mode='same')(i)
b = MaxPooling2D()(a)
c = Convolution2D(8, 3, 3, border_mode='same')(UpSampling2D()(b))
x = merge([a, c], mode='concat', concat_axis=1)
OUT = x._keras_shape
""",
        """\
i = Input((32, 32, 3))
a = Conv2D(4, (3, 3), padding='same')(i)
b = MaxPooling2D()(a)
c = Conv2D(8, (3, 3), padding='same')(UpSampling2D()(b))
x = Concatenate(axis=1)([a, c])
OUT = tuple(x.shape)
""",
        (("ERROR", "concat-shapes", 5),),
        (("ERROR", "concat-shapes", 5),),
    ),
    Entry(
        "P14_unet_odd_size",
        (1, 2),
        """\
i = Input((45, 45, 3))
a = Convolution2D(4, 3, 3, border_mode='same')(i)
b = MaxPooling2D()(a)
c = UpSampling2D()(b)
x = merge([a, c], mode='concat', concat_axis=3)
OUT = x._keras_shape
""",
        """\
i = Input((45, 45, 3))
a = Conv2D(4, (3, 3), padding='same')(i)
b = MaxPooling2D()(a)
c = UpSampling2D()(b)
x = Concatenate(axis=3)([a, c])
OUT = tuple(x.shape)
""",
        (("ERROR", "concat-shapes", 5),),
        (("ERROR", "concat-shapes", 5),),
    ),
    Entry(
        "P15_concat_axis3_cf",
        (),
        """\
K.set_image_dim_ordering('th')
i = Input((3, 32, 32))
a = Convolution2D(4, 3, 3, border_mode='same')(i)
b = MaxPooling2D()(a)
c = UpSampling2D()(b)
x = merge([a, c], mode='concat', concat_axis=3)
OUT = x._keras_shape
""",
        """\
K.set_image_data_format('channels_first')
i = Input((3, 32, 32))
a = Conv2D(4, (3, 3), padding='same')(i)
b = MaxPooling2D()(a)
c = UpSampling2D()(b)
x = Concatenate(axis=3)([a, c])
OUT = tuple(x.shape)
""",
        (("WARNING", "concat-axis", 6),),
        (("WARNING", "concat-axis", 6),),
    ),
    Entry(
        "P16_residual_add_mismatch",
        (1, 2),
        """\
i = Input((32, 32, 3))
a = Convolution2D(8, 3, 3, border_mode='same')(i)
x = merge([i, a], mode='sum')
""",
        """\
i = Input((32, 32, 3))
a = Conv2D(8, (3, 3), padding='same')(i)
x = Add()([i, a])
""",
        (("ERROR", "merge-shapes", 3),),
        (("ERROR", "merge-shapes", 3),),
    ),
    Entry(
        "P17_residual_add_broadcast",
        (1,),
        """\
i = Input((32, 32, 1))
a = Convolution2D(8, 3, 3, border_mode='same')(i)
x = merge([i, a], mode='sum')
""",
        """\
i = Input((32, 32, 1))
a = Conv2D(8, (3, 3), padding='same')(i)
x = Add()([i, a])
OUT = tuple(x.shape)
""",
        (("ERROR", "merge-shapes", 3),),
        (("WARNING", "silent-broadcast", 3),),
    ),
    Entry(
        "P18_missing_flatten",
        (1, 2),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(28, 28, 1)))
m.add(Dense(10))
X = R(4, 28, 28, 1)
Y = R(4, 10)
m.compile('sgd', 'categorical_crossentropy')
m.fit(X, Y, nb_epoch=1, verbose=0)
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(28, 28, 1)))
m.add(Dense(10))
X = R(4, 28, 28, 1)
Y = R(4, 10)
m.compile('sgd', 'categorical_crossentropy')
m.fit(X, Y, epochs=1, verbose=0)
OUT = m.output_shape
""",
        (("ERROR", "missing-flatten", 3),),
        (("ERROR", "missing-flatten", 3),),
    ),
    Entry(
        "P19_missing_flatten_sparse",
        (2,),
        "",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(28, 28, 1)))
m.add(Dense(10))
X = R(4, 28, 28, 1)
Y = np.array([0, 1, 2, 3])
m.compile('sgd', 'sparse_categorical_crossentropy')
m.fit(X, Y, epochs=1, verbose=0)
OUT = m.output_shape
""",
        (),
        (("ERROR", "missing-flatten", 3),),
    ),
    Entry(
        "P20_flatten_none",
        (1, 2),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(None, None, 3)))
m.add(Flatten())
m.add(Dense(2))
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(None, None, 3)))
m.add(Flatten())
m.add(Dense(2))
""",
        (("ERROR", "flatten-none", 2),),
        (("ERROR", "channels-none", 2),),
    ),
    Entry(
        "P21_data_channel_order",
        (1, 2),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(28, 28, 1)))
m.add(Flatten())
m.add(Dense(2))
X = R(4, 1, 28, 28)
Y = R(4, 2)
m.compile('sgd', 'mse')
m.fit(X, Y, nb_epoch=1, verbose=0)
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(28, 28, 1)))
m.add(Flatten())
m.add(Dense(2))
X = R(4, 1, 28, 28)
Y = R(4, 2)
m.compile('sgd', 'mse')
m.fit(X, Y, epochs=1, verbose=0)
OUT = m.output_shape
""",
        (("ERROR", "data-layout", 8),),
        (("ERROR", "data-layout", 8),),
    ),
    Entry(
        "P22_data_missing_channel",
        (1, 2),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(28, 28, 1)))
m.add(Flatten())
m.add(Dense(2))
X = R(4, 28, 28)
Y = R(4, 2)
m.compile('sgd', 'mse')
m.fit(X, Y, nb_epoch=1, verbose=0)
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(28, 28, 1)))
m.add(Flatten())
m.add(Dense(2))
X = R(4, 28, 28)
Y = R(4, 2)
m.compile('sgd', 'mse')
m.fit(X, Y, epochs=1, verbose=0)
OUT = m.output_shape
""",
        (("ERROR", "data-rank", 8),),
        (("ERROR", "data-rank", 8),),
    ),
    Entry(
        "P23_predict_single_sample",
        (1, 2),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(28, 28, 1)))
m.add(Flatten())
m.add(Dense(2))
m.predict(R(28, 28, 1))
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(28, 28, 1)))
m.add(Flatten())
m.add(Dense(2))
m.predict(R(28, 28, 1))
""",
        (("ERROR", "single-sample", 5),),
        (("ERROR", "single-sample", 5),),
    ),
    Entry(
        "P24_predict_1d",
        (1, 2),
        """\
m = Sequential()
m.add(Dense(4, input_dim=8))
m.add(Dense(1))
m.predict(R(8))
""",
        """\
m = Sequential()
m.add(Dense(4, input_dim=8))
m.add(Dense(1))
m.predict(R(8))
""",
        (("ERROR", "single-sample", 4),),
        (("ERROR", "single-sample", 4),),
    ),
    Entry(
        "P25_input_shape_has_batch",
        (1, 2),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(None, 28, 28, 1)))
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(None, 28, 28, 1)))
""",
        (("ERROR", "repeated-batch-axis", 2),),
        (("ERROR", "repeated-batch-axis", 2),),
    ),
    Entry(
        "P26_input_shape_nsamples",
        (1, 2),
        """\
m = Sequential()
m.add(Dense(4, input_shape=(100, 8)))
m.add(Dense(1))
X = R(100, 8)
Y = R(100, 1)
m.compile('sgd', 'mse')
m.fit(X, Y, nb_epoch=1, verbose=0)
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Dense(4, input_shape=(100, 8)))
m.add(Dense(1))
X = R(100, 8)
Y = R(100, 1)
m.compile('sgd', 'mse')
m.fit(X, Y, epochs=1, verbose=0)
OUT = m.output_shape
""",
        (("ERROR", "single-sample", 7),),
        (("ERROR", "single-sample", 7),),
    ),
    Entry(
        "P27_grayscale_2tuple",
        (1, 2),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(28, 28)))
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(28, 28)))
""",
        (("ERROR", "rank", 2),),
        (("ERROR", "rank", 2),),
    ),
    Entry(
        "P28_cat_ce_intlabels",
        (1, 2),
        """\
m = Sequential()
m.add(Dense(4, input_dim=8))
m.add(Dense(3))
X = R(10, 8)
Y = np.zeros((10,), int)
m.compile('sgd', 'categorical_crossentropy')
m.fit(X, Y, nb_epoch=1, verbose=0)
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Dense(4, input_dim=8))
m.add(Dense(3))
X = R(10, 8)
Y = np.zeros((10,), int)
m.compile('sgd', 'categorical_crossentropy')
m.fit(X, Y, epochs=1, verbose=0)
OUT = m.output_shape
""",
        (("ERROR", "target-classes", 7),),
        (("ERROR", "target-classes", 7),),
    ),
    Entry(
        "P29_sparse_ce_onehot",
        (1, 2),
        """\
m = Sequential()
m.add(Dense(4, input_dim=8))
m.add(Dense(3))
X = R(10, 8)
Y = np.eye(3)[np.zeros(10, int)]
m.compile('sgd', 'sparse_categorical_crossentropy')
m.fit(X, Y, nb_epoch=1, verbose=0)
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Dense(4, input_dim=8))
m.add(Dense(3))
X = R(10, 8)
Y = np.eye(3)[np.zeros(10, int)]
m.compile('sgd', 'sparse_categorical_crossentropy')
m.fit(X, Y, epochs=1, verbose=0)
OUT = m.output_shape
""",
        (("ERROR", "target-classes", 7),),
        (("ERROR", "target-classes", 7),),
    ),
    Entry(
        "P30_onehot_dim_vs_units",
        (1, 2),
        """\
m = Sequential()
m.add(Dense(4, input_dim=8))
m.add(Dense(3))
X = R(10, 8)
Y = np.eye(4)[np.zeros(10, int)]
m.compile('sgd', 'categorical_crossentropy')
m.fit(X, Y, nb_epoch=1, verbose=0)
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Dense(4, input_dim=8))
m.add(Dense(3))
X = R(10, 8)
Y = np.eye(4)[np.zeros(10, int)]
m.compile('sgd', 'categorical_crossentropy')
m.fit(X, Y, epochs=1, verbose=0)
OUT = m.output_shape
""",
        (("ERROR", "target-shape", 7),),
        (("ERROR", "target-shape", 7),),
    ),
    Entry(
        "P31_bce_onehot_1unit",
        (1, 2),
        """\
m = Sequential()
m.add(Dense(4, input_dim=8))
m.add(Dense(1))
X = R(10, 8)
Y = np.eye(2)[np.zeros(10, int)]
m.compile('sgd', 'binary_crossentropy')
m.fit(X, Y, nb_epoch=1, verbose=0)
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Dense(4, input_dim=8))
m.add(Dense(1))
X = R(10, 8)
Y = np.eye(2)[np.zeros(10, int)]
m.compile('sgd', 'binary_crossentropy')
m.fit(X, Y, epochs=1, verbose=0)
OUT = m.output_shape
""",
        (("ERROR", "target-shape", 7),),
        (("ERROR", "target-shape", 7),),
    ),
    Entry(
        "P32_mse_broadcast_silent",
        (1, 2),
        """\
m = Sequential()
m.add(Dense(4, input_dim=8))
m.add(Dense(4))
X = R(10, 8)
Y = R(10, 1)
m.compile('sgd', 'mse')
m.fit(X, Y, nb_epoch=1, verbose=0)
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Dense(4, input_dim=8))
m.add(Dense(4))
X = R(10, 8)
Y = R(10, 1)
m.compile('sgd', 'mse')
m.fit(X, Y, epochs=1, verbose=0)
OUT = m.output_shape
""",
        (("ERROR", "target-shape", 7),),
        (("ERROR", "target-shape", 7),),
    ),
    Entry(
        "P33_lstm_2d_data",
        (1, 2),
        """\
m = Sequential()
m.add(LSTM(4, input_shape=(10, 3)))
m.add(Dense(1))
X = R(5, 30)
Y = R(5, 1)
m.compile('sgd', 'mse')
m.fit(X, Y, nb_epoch=1, verbose=0)
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(LSTM(4, input_shape=(10, 3)))
m.add(Dense(1))
X = R(5, 30)
Y = R(5, 1)
m.compile('sgd', 'mse')
m.fit(X, Y, epochs=1, verbose=0)
OUT = m.output_shape
""",
        (("ERROR", "data-rank", 7),),
        (("ERROR", "data-rank", 7),),
    ),
    Entry(
        "P34_stacked_lstm_no_retseq",
        (1, 2),
        """\
m = Sequential()
m.add(LSTM(4, input_shape=(10, 3)))
m.add(LSTM(4))
""",
        """\
m = Sequential()
m.add(LSTM(4, input_shape=(10, 3)))
m.add(LSTM(4))
""",
        (("ERROR", "rank", 3),),
        (("ERROR", "rank", 3),),
    ),
    Entry(
        "P35_last_lstm_retseq",
        (1, 2),
        """\
m = Sequential()
m.add(LSTM(4, return_sequences=True, input_shape=(10, 3)))
m.add(Dense(1))
X = R(5, 10, 3)
Y = R(5, 1)
m.compile('sgd', 'mse')
m.fit(X, Y, nb_epoch=1, verbose=0)
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(LSTM(4, return_sequences=True, input_shape=(10, 3)))
m.add(Dense(1))
X = R(5, 10, 3)
Y = R(5, 1)
m.compile('sgd', 'mse')
m.fit(X, Y, epochs=1, verbose=0)
OUT = m.output_shape
""",
        (("ERROR", "target-rank", 7),),
        (("ERROR", "target-rank", 7),),
    ),
    Entry(
        "P36_dense_on_3d",
        (),
        """\
m = Sequential()
m.add(Embedding(50, 8, input_length=10))
m.add(Dense(4))
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Embedding(50, 8, input_length=10))
m.add(Dense(4))
OUT = m.output_shape
""",
        (),
        (),
    ),
    Entry(
        "P37_reshape_product",
        (1, 2),
        """\
m = Sequential()
m.add(Dense(100, input_dim=8))
m.add(Reshape((7, 7, 2)))
""",
        """\
m = Sequential()
m.add(Dense(100, input_dim=8))
m.add(Reshape((7, 7, 2)))
""",
        (("ERROR", "reshape-size", 3),),
        (("ERROR", "reshape-size", 3),),
    ),
    Entry(
        "P38_gan_reshape_cf_silent",
        (),
        """\
m = Sequential()
m.add(Dense(16 * 7 * 7, input_dim=8))
m.add(Reshape((16, 7, 7)))
m.add(UpSampling2D())
m.add(Convolution2D(1, 5, 5, border_mode='same'))
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Dense(16 * 7 * 7, input_dim=8))
m.add(Reshape((16, 7, 7)))
m.add(UpSampling2D())
m.add(Conv2D(1, (5, 5), padding='same'))
OUT = m.output_shape
""",
        (("WARNING", "input-layout", 2),),
        (("WARNING", "input-layout", 2),),
    ),
    Entry(
        "P39_too_many_pools",
        (1, 2),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(28, 28, 1)))
for _ in range(5):
    m.add(MaxPooling2D())
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(28, 28, 1)))
for _ in range(5):
    m.add(MaxPooling2D())
""",
        (("ERROR", "negative-size", 2),),
        (("ERROR", "negative-size", 2),),
    ),
    Entry(
        "P40_k1_positional_stride",
        (),
        "",
        """\
m = Sequential()
m.add(Conv2D(8, 5, 5, input_shape=(28, 28, 1)))
OUT = (m.output_shape, m.layers[0].strides)
""",
        (),
        (("WARNING", "positional-kernel", 2),),
    ),
    Entry(
        "P41_k1_positional_legacy_shim",
        (),
        """\
m = Sequential()
m.add(Convolution2D(8, 5, 5, input_shape=(28, 28, 1)))
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Convolution2D(8, 5, 5, input_shape=(28, 28, 1)))
OUT = (m.output_shape, m.layers[0].kernel_size, m.layers[0].strides)
""",
        (),
        (("WARNING", "positional-kernel", 2),),
    ),
    Entry(
        "P42_conv1d_positional",
        (),
        """\
m = Sequential()
m.add(Convolution1D(8, 3, border_mode='same', input_shape=(10, 4)))
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Conv1D(8, 3, padding='same', input_shape=(10, 4)))
OUT = m.output_shape
""",
        (),
        (),
    ),
    Entry(
        "P43_conv1d_input_swapped",
        (1, 2),
        """\
m = Sequential()
m.add(Convolution1D(8, 5, input_shape=(1, 100)))
""",
        """\
m = Sequential()
m.add(Conv1D(8, 5, input_shape=(1, 100)))
""",
        (("ERROR", "negative-size", 2),),
        (("ERROR", "negative-size", 2),),
    ),
    Entry(
        "P44_set_weights_layout",
        (1,),
        """\
a = Sequential()
a.add(Convolution2D(4, 3, 3, dim_ordering='th', input_shape=(3, 8, 8)))
b = Sequential()
b.add(Convolution2D(4, 3, 3, dim_ordering='tf', input_shape=(8, 8, 3)))
OUT = (a.get_weights()[0].shape, b.get_weights()[0].shape)
b.set_weights(a.get_weights())
""",
        """\
a = Sequential()
a.add(Conv2D(4, (3, 3), data_format='channels_first', input_shape=(3, 8, 8)))
b = Sequential()
b.add(Conv2D(4, (3, 3), input_shape=(8, 8, 3)))
OUT = (a.get_weights()[0].shape, b.get_weights()[0].shape)
b.set_weights(a.get_weights())
""",
        (("ERROR", "weights-layout", 6),),
        (),
    ),
    Entry(
        "P45_set_weights_square_silent",
        (),
        """\
a = Sequential()
a.add(Convolution2D(3, 3, 3, dim_ordering='th', input_shape=(3, 8, 8)))
b = Sequential()
b.add(Convolution2D(3, 3, 3, dim_ordering='tf', input_shape=(8, 8, 3)))
b.set_weights(a.get_weights())
OUT = 'silent'
""",
        "",
        (("WARNING", "weights-layout", 5),),
        (),
    ),
    Entry(
        "P46_flatten_cf_order",
        (),
        """\
K.set_image_dim_ordering('th')
m = Sequential()
m.add(Reshape((2, 1, 2), input_shape=(2, 1, 2)))
m.add(Flatten())
OUT = m.predict(np.arange(4).reshape(1, 2, 1, 2)).tolist()
""",
        """\
K.set_image_data_format('channels_first')
m = Sequential()
m.add(Reshape((2, 1, 2), input_shape=(2, 1, 2)))
m.add(Flatten())
OUT = m.predict(np.arange(4).reshape(1, 2, 1, 2), verbose=0).tolist()
""",
        (),
        (),
    ),
    Entry(
        "P47_dgen_axis_cf",
        (1,),
        """\
from keras.preprocessing.image import ImageDataGenerator
g = ImageDataGenerator(featurewise_center=True)
g.fit(R(4, 3, 32, 32))
""",
        """\
from keras.preprocessing.image import ImageDataGenerator
g = ImageDataGenerator(featurewise_center=True)
g.fit(R(4, 3, 32, 32))
""",
        (("ERROR", "generator-channels", 3),),
        (("WARNING", "generator-channels", 3),),
    ),
    Entry(
        "P48_dgen_flow_cf",
        (1,),
        """\
from keras.preprocessing.image import ImageDataGenerator
g = ImageDataGenerator()
g.flow(R(4, 5, 32, 32), np.zeros(4))
""",
        """\
from keras.preprocessing.image import ImageDataGenerator
g = ImageDataGenerator()
g.flow(R(4, 5, 32, 32), np.zeros(4))
OUT = 'warn only'
""",
        (("ERROR", "generator-channels", 3),),
        (("WARNING", "generator-channels", 3),),
    ),
    Entry(
        "P49_vgg_cf",
        (1, 2),
        """\
from keras.applications.vgg16 import VGG16
VGG16(weights=None, include_top=False, input_shape=(3, 224, 224))
""",
        """\
from keras.applications.vgg16 import VGG16
VGG16(weights=None, include_top=False, input_shape=(3, 224, 224))
""",
        (("ERROR", "application-input", 2),),
        (("ERROR", "application-input", 2),),
    ),
    Entry(
        "P50_vgg_top_shape",
        (1,),
        """\
from keras.applications.vgg16 import VGG16
VGG16(weights=None, include_top=True, input_shape=(150, 150, 3))
OUT = 'ok'
""",
        """\
from keras.applications.vgg16 import VGG16
VGG16(weights=None, include_top=True, input_shape=(150, 150, 3))
OUT = 'ok'
""",
        (("ERROR", "application-input", 2),),
        (),
    ),
    Entry(
        "P51_permute_dims_hw",
        (),
        """\
m = Sequential()
m.add(Permute((2, 3, 1), input_shape=(3, 32, 32)))
m.add(Convolution2D(4, 3, 3, dim_ordering='th'))
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Permute((2, 3, 1), input_shape=(3, 32, 32)))
m.add(Conv2D(4, (3, 3), data_format='channels_first'))
OUT = m.output_shape
""",
        (("WARNING", "input-layout", 2),),
        (("WARNING", "input-layout", 2),),
    ),
    Entry(
        "P52_lambda_no_output_shape",
        (),
        """\
m = Sequential()
m.add(Lambda(lambda x: x[:, 0, :], input_shape=(10, 4)))
m.add(Dense(2))
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Lambda(lambda x: x[:, 0, :], input_shape=(10, 4)))
m.add(Dense(2))
OUT = m.output_shape
""",
        (),
        (),
    ),
    Entry(
        "P53_merge_dot_axes",
        (1, 2),
        """\
a = Input((5,))
b = Input((4,))
merge([a, b], mode='dot')
""",
        """\
a = Input((5,))
b = Input((4,))
Dot(axes=-1)([a, b])
""",
        (("ERROR", "dot-axes", 3),),
        (("ERROR", "dot-axes", 3),),
    ),
    Entry(
        "P54_cropping_ordering",
        (1, 2),
        """\
m = Sequential()
m.add(Cropping2D(((50, 20), (0, 0)), input_shape=(3, 160, 320)))
OUT = m.output_shape
m.add(Convolution2D(4, 5, 5))
""",
        """\
m = Sequential()
m.add(Cropping2D(((50, 20), (0, 0)), input_shape=(3, 160, 320)))
OUT = m.output_shape
m.add(Conv2D(4, (5, 5)))
""",
        (("ERROR", "input-layout", 2),),
        (("ERROR", "input-layout", 2),),
    ),
    Entry(
        "P55_zeropad_cf_vgg_silent",
        (),
        """\
m = Sequential()
m.add(ZeroPadding2D((1, 1), input_shape=(3, 64, 64)))
m.add(Convolution2D(8, 3, 3))
m.add(ZeroPadding2D((1, 1)))
m.add(Convolution2D(8, 3, 3))
m.add(MaxPooling2D())
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(ZeroPadding2D((1, 1), input_shape=(3, 64, 64)))
m.add(Conv2D(8, (3, 3)))
m.add(ZeroPadding2D((1, 1)))
m.add(Conv2D(8, (3, 3)))
m.add(MaxPooling2D())
OUT = m.output_shape
""",
        (("WARNING", "input-layout", 2),),
        (("WARNING", "input-layout", 2),),
    ),
    Entry(
        "P56_deconv_output_shape",
        (1,),
        """\
m = Sequential()
m.add(
  Deconvolution2D(4, 3, 3, output_shape=(None, 3, 14, 14), subsample=(2, 2), border_mode='same', input_shape=(7, 7, 8))
)
OUT = m.output_shape
""",
        "",
        (("ERROR", "deconvolution-shape", 3),),
        (),
    ),
    Entry(
        "P57_timedistributed_rank",
        (1, 2),
        """\
m = Sequential()
m.add(TimeDistributed(Convolution2D(4, 3, 3), input_shape=(32, 32, 3)))
""",
        """\
m = Sequential()
m.add(TimeDistributed(Conv2D(4, (3, 3)), input_shape=(32, 32, 3)))
""",
        (("ERROR", "rank", 2),),
        (("ERROR", "rank", 2),),
    ),
    Entry(
        "P58_pool_on_flat",
        (1, 2),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(28, 28, 1)))
m.add(Flatten())
m.add(MaxPooling2D())
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(28, 28, 1)))
m.add(Flatten())
m.add(MaxPooling2D())
""",
        (("ERROR", "rank", 4),),
        (("ERROR", "rank", 4),),
    ),
    Entry(
        "P59_globalpool_then_flatten",
        (1, 2),
        """\
m = Sequential()
m.add(Convolution2D(4, 3, 3, input_shape=(28, 28, 1)))
m.add(GlobalAveragePooling2D())
m.add(Flatten())
OUT = m.output_shape
""",
        """\
m = Sequential()
m.add(Conv2D(4, (3, 3), input_shape=(28, 28, 1)))
m.add(GlobalAveragePooling2D())
m.add(Flatten())
OUT = m.output_shape
""",
        (("ERROR", "rank", 4),),
        (),
    ),
    Entry(
        "P60_conv_activation_softmax_cf",
        (1,),
        """\
K.set_image_dim_ordering('th')
m = Sequential()
m.add(Convolution2D(5, 1, 1, input_shape=(3, 8, 8), activation='softmax'))
OUT = m.predict(R(1, 3, 8, 8)).sum(1).std() > 0.001
""",
        """\
K.set_image_data_format('channels_first')
m = Sequential()
m.add(Conv2D(5, (1, 1), input_shape=(3, 8, 8), activation='softmax'))
OUT = m.output_shape
""",
        (("ERROR", "rank", 3),),
        (("WARNING", "softmax-axis", 3),),
    ),
)
