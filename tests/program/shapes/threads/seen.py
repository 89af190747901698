"""Threads that were looked at while the analysis was worked on."""

from __future__ import annotations

from tests.program.shapes.threads import Thread, thread

SEEN: tuple[Thread, ...] = (
    thread(
        "keras-team/keras#3109",
        "KM321",
        """
import numpy as np
from keras.layers import Activation, Dense
from keras.models import Sequential
points = np.array([[1, 2], [6, 5], [8, 2]])
digits = np.array([2, 3, 7])
model = Sequential()
model.add(Dense(output_dim=64, input_dim=points.shape[1]))
model.add(Activation('relu'))
model.add(Dense(output_dim=10))
model.add(Activation('softmax'))
model.compile(loss='categorical_crossentropy', optimizer='sgd')
model.fit(points, digits, nb_epoch=5)  #!
""",
        ("'categorical_crossentropy'", "'sparse_categorical_crossentropy'"),
    ),
    thread(
        "keras-team/keras#4534",
        "KM310",
        """
from keras.layers import Convolution1D, Embedding, MaxPooling1D, Reshape
from keras.models import Sequential
letters, words, width = 12, 20, 32
chars = Sequential()
chars.add(Embedding(90, width, input_length=words * letters))
chars.add(Convolution1D(width, 3, border_mode='valid', activation='relu'))
chars.add(MaxPooling1D(letters))
chars.add(Reshape((words, width)))  #!
""",
        ("border_mode='valid'", "border_mode='same'"),
    ),
    thread(
        "keras-team/keras#5586",
        "KM308",
        """
from keras.layers import BatchNormalization, Convolution2D, Input, merge
from keras.models import Model
start = Input(shape=(32, 32, 3))
left = Convolution2D(32, 5, 5, border_mode='same', bias=False)(start)
for block in range(4):
    right = Convolution2D(16, 3, 3, border_mode='same', bias=False)(left)
    right = BatchNormalization()(right)
    left = merge([left, right], mode='concat', concat_axis=1)  #!
model = Model(start, left)
""",
        ("concat_axis=1", "concat_axis=3"),
    ),
    thread(
        "keras-team/keras#3850",
        "KM301",
        """
from keras.layers.convolutional import Convolution2D, MaxPooling2D
from keras.layers.core import Activation, Dense, Flatten
from keras.models import Sequential

def build(width, height, depth, classes):
    net = Sequential()
    net.add(Convolution2D(20, 5, 5, border_mode='same', input_shape=(depth, height, width)))  #!
    net.add(Activation('relu'))
    net.add(MaxPooling2D(pool_size=(2, 2), strides=(2, 2)))
    net.add(Convolution2D(50, 5, 5, border_mode='same'))
    net.add(MaxPooling2D(pool_size=(2, 2), strides=(2, 2)))
    net.add(Flatten())
    net.add(Dense(classes, activation='softmax'))
    return net

model = build(28, 28, 1, 10)
""",
        ("(depth, height, width)", "(height, width, depth)"),
    ),
    thread(
        "keras-team/keras#9986",
        "KM320",
        """
import numpy as np
from keras import layers, models
from keras.preprocessing import image
model = models.Sequential()
model.add(layers.Dense(256, activation='relu', input_dim=4 * 4 * 512))
model.add(layers.Dropout(0.5))
model.add(layers.Dense(3, activation='softmax'))
picture = image.load_img('weed.jpg', target_size=(150, 150))
x = image.img_to_array(picture)
x = np.expand_dims(x, axis=0)
print(model.predict(x)[0])  #!
""",
        ("x = np.expand_dims(x, axis=0)", "x = np.zeros((1, 4 * 4 * 512))"),
    ),
    thread(
        "keras-team/keras#5257",
        "KM307",
        """
from keras.applications.vgg16 import VGG16
from keras.layers import Dense, Dropout, Flatten
from keras.models import Model
base = VGG16(weights='imagenet', include_top=False)
x = base.output
x = Flatten(input_shape=base.output_shape[1:])(x)  #!
x = Dense(100, activation='relu')(x)
x = Dropout(0.2)(x)
x = Dense(1)(x)
model = Model(input=base.input, output=x)
""",
        ("include_top=False)", "include_top=False, input_shape=(224, 224, 3))"),
    ),
    thread(
        "keras-team/keras#12596",
        "KM320",
        """
import cv2
import numpy as np
from keras.layers import Conv2D, Dense, Flatten
from keras.models import Sequential
from keras.preprocessing import image
model = Sequential([Conv2D(8, (3, 3), input_shape=(224, 224, 3)), Flatten(), Dense(2, activation='softmax')])
r = cv2.resize(cv2.imread('a.jpg', 1), (224, 224))
r = r.astype('float') / 255.0
r = image.img_to_array(r)
r = np.expand_dims(r, axis=0)
r = np.expand_dims(r, axis=1)
no, yes = model.predict(r)[0]  #!
""",
        ("r = np.expand_dims(r, axis=1)\n", ""),
    ),
    thread(
        "lmoroney/dlaicourse#34",
        "KM320",
        """
import tensorflow as tf
(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
model = tf.keras.models.Sequential([
    tf.keras.layers.Flatten(input_shape=(28, 28)),
    tf.keras.layers.Dense(128, activation='relu'),
    tf.keras.layers.Dense(10, activation='softmax'),
])
model.compile('adam', 'sparse_categorical_crossentropy')
model.fit(x_train / 255.0, y_train, epochs=1)
print(model.predict(x_test[5]))  #!
""",
        ("x_test[5]", "x_test[5:6]"),
    ),
    thread(
        "keras-team/keras#13916",
        "KM320",
        """
from tensorflow.keras.datasets import mnist
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential
from tensorflow.keras.utils import to_categorical
(a, b), (c, d) = mnist.load_data()
a, c = a / 255, c / 255
b = to_categorical(b, 10)
model = Sequential()
model.add(Dense(512, activation='relu', input_dim=a.shape[1]))
model.add(Dense(10, activation='softmax'))
model.compile(loss='categorical_crossentropy', optimizer='sgd', metrics=['accuracy'])
model.fit(a, b, epochs=20)  #!
""",
        ("a, c = a / 255, c / 255", "a = a.reshape(a.shape[0], -1) / 255"),
    ),
    thread(
        "keras-team/keras#10563",
        "KM320",
        """
import numpy as np
from keras.layers import Activation, Dense
from keras.models import Sequential
pictures, words = 4096, 300
model = Sequential()
model.add(Dense(1024, input_dim=pictures + words, kernel_initializer='uniform'))
model.add(Activation('tanh'))
model.add(Dense(1000, activation='softmax'))
model.compile(loss='categorical_crossentropy', optimizer='rmsprop')
for batch in range(10):
    X = np.zeros((128, pictures))
    y = np.zeros((128, 1000))
    model.train_on_batch(X, y)  #!
""",
        ("np.zeros((128, pictures))", "np.hstack((np.zeros((128, pictures)), np.zeros((128, words))))"),
    ),
    thread(
        "keras-team/keras#6351",
        "KM321",
        """
import numpy as np
from keras.layers import LSTM, AveragePooling1D, Dense, TimeDistributed
from keras.models import Sequential
x, y = np.zeros((11, 1200, 19)), np.zeros((11, 2))
model = Sequential()
model.add(LSTM(24, input_shape=(1200, 19), return_sequences=True, implementation=2))
model.add(TimeDistributed(Dense(1)))
model.add(AveragePooling1D())
model.add(Dense(2, activation='softmax'))
model.compile(loss='categorical_crossentropy', optimizer='rmsprop')
model.fit(x, y, epochs=100, batch_size=6000)  #!
""",
        ("LSTM, AveragePooling1D, Dense", "LSTM, AveragePooling1D, Dense, Flatten"),
        ("model.add(AveragePooling1D())", "model.add(AveragePooling1D())\nmodel.add(Flatten())"),
    ),
    thread(
        "keras-team/keras#11464",
        "KM320",
        """
import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential
batch = np.random.rand(6, 30)
labels = np.random.randint(2, size=6)
model = Sequential()
model.add(LSTM(100, input_shape=(6, 30)))
model.add(Dense(1))
model.compile(loss='mean_absolute_error', optimizer='adam', metrics=['accuracy'])
model.fit(batch, labels, batch_size=24, epochs=10, validation_split=0.05)  #!
""",
        ("np.random.rand(6, 30)", "np.random.rand(6, 6, 30)"),
    ),
    thread(
        "tensorflow/tensorflow#44065",
        "KM306",
        """
from tensorflow.keras.layers import Convolution1D
from tensorflow.keras.models import Sequential
model = Sequential()
model.add(Convolution1D(filters=32, kernel_size=1, strides=3, input_shape=(1886,)))  #!
""",
        ("(1886,)", "(1886, 1)"),
    ),
    thread(
        "keras-team/keras#3077",
        "KM307 KM320",
        """
import numpy as np
from keras.layers import Convolution1D, Dense, Flatten
from keras.models import Sequential
x = np.random.random_sample((100, 5))
y = np.random.randint(2, size=100)
model = Sequential()
model.add(Convolution1D(nb_filter=1, filter_length=2, input_dim=5))
model.add(Flatten())  #!
model.add(Dense(1))
model.compile(optimizer='sgd', loss='mse')
model.fit(x, y)
""",
        ("input_dim=5", "input_dim=1, input_length=5"),
        ("(100, 5)", "(100, 5, 1)"),
    ),
    thread(
        "keras-team/keras#4002",
        "KM320",
        """
import numpy as np
from keras.layers import Dense, Input
from keras.models import Model
start = Input(shape=(784,), dtype='float32')
x = Dense(64, activation='relu')(start)
model = Model(input=start, output=Dense(10, activation='softmax')(x))
model.compile(optimizer='rmsprop', loss='categorical_crossentropy', metrics=['accuracy'])
rows = []
for at in range(500):
    rows.append(np.random.rand(784))
labels = np.zeros((500, 10))
model.fit(rows, labels, batch_size=32, nb_epoch=20)  #!
""",
        ("model.fit(rows,", "model.fit(np.array(rows),"),
    ),
    thread(
        "keras-team/keras#7749",
        "KM321",
        """
import numpy as np
from keras.layers import Activation, Dense
from keras.models import Sequential
model = Sequential()
model.add(Dense(2, input_shape=(None, 2)))
model.add(Activation('softmax'))
model.compile(loss='sparse_categorical_crossentropy', optimizer='rmsprop', metrics=['accuracy'])
given = np.array([[[2, 3]]])
wanted = np.array([[[1, 0]]])
model.fit(given, wanted, epochs=1)  #!
""",
        ("loss='sparse_categorical", "loss='categorical"),
    ),
    thread(
        "keras-team/keras#10936",
        "KM312",
        """
from keras import layers, models
states = layers.Input(shape=(24,), name='states')
actions = layers.Input(shape=(4,), name='actions')
a = layers.Dense(units=128)(states)
a = layers.BatchNormalization()(a)
b = layers.Dense(units=128)(actions)
both = layers.add([a, b])
out = layers.Dense(units=1)(layers.Activation('relu')(both))
model = models.Model(inputs=[states], outputs=out)  #!
""",
        ("inputs=[states]", "inputs=[states, actions]"),
    ),
    thread(
        "farizrahman4u/seq2seq#96",
        "KM312 KM313",
        """
from keras.layers import LSTM, Bidirectional, Dense
from keras.models import Sequential
model = Sequential()
model.add(Bidirectional(LSTM(10, input_dim=(10, 20))))  #!
model.add(Dense(1))
""",
        ("LSTM(10, input_dim=(10, 20))", "LSTM(10), input_shape=(10, 20)"),
    ),
    thread(
        "keras-team/keras#2649",
        "KM306",
        """
from keras import backend as K
from keras.layers import GRU, Activation, Convolution2D, Dense, Flatten, MaxPooling2D, TimeDistributed
from keras.models import Sequential
K.set_image_dim_ordering('th')
model = Sequential()
model.add(TimeDistributed(Convolution2D(8, 4, 4), batch_input_shape=(2710, 3, 32, 32)))  #!
model.add(TimeDistributed(MaxPooling2D(pool_size=(2, 2))))
model.add(Activation('relu'))
model.add(TimeDistributed(Flatten()))
model.add(GRU(output_dim=100))
model.add(Dense(1))
""",
        ("(2710, 3, 32, 32)", "(1, 2710, 3, 32, 32)"),
    ),
    thread(
        "question, an LSTM after a Dense",
        "KM306",
        """
import numpy as np
from keras.layers import LSTM, Dense, Dropout
from keras.models import Sequential
model = Sequential()
model.add(Dense(5, input_shape=(1,)))
model.add(Dense(10))
model.add(LSTM(32))  #!
model.add(Dropout(0.3))
model.add(Dense(1))
model.compile(loss='mean_squared_error', optimizer='adam')
model.fit(np.zeros((650, 20, 1)), np.zeros((650, 1)), nb_epoch=100)
""",
        ("input_shape=(1,)", "input_shape=(20, 1)"),
    ),
    thread(
        "question, an autoencoder's Reshape",
        "KM321",
        """
import numpy as np
from tensorflow.keras.layers import Conv2D, Conv2DTranspose, Dense, Flatten, Input, Reshape
from tensorflow.keras.models import Model
picture = Input(shape=(28, 28, 1))
x = Conv2D(16, (3, 3), activation='relu', padding='same')(picture)
x = Flatten()(x)
code = Dense(32, activation='relu')(x)
x = Dense(128, activation='relu')(code)
x = Reshape((4, 4, 8))(x)
x = Conv2DTranspose(8, (3, 3), activation='relu', padding='same')(x)
x = Conv2DTranspose(1, (3, 3), activation='sigmoid', padding='same')(x)
model = Model(picture, x)
model.compile(optimizer='adam', loss='binary_crossentropy')
data = np.random.rand(100, 28, 28, 1)
model.fit(data, data, epochs=1)  #!
""",
        ("Dense(128", "Dense(28 * 28 * 8"),
        ("(4, 4, 8)", "(28, 28, 8)"),
    ),
    thread(
        "keras-team/keras#1333",
        "KM321",
        """
import numpy as np
from keras.layers import Dense, Embedding
from keras.models import Sequential
x = np.random.choice(np.arange(10), 10, replace=False).reshape(10, 1)
y = np.random.randn(10).reshape(10, 1)
model = Sequential()
model.add(Embedding(10, 5, input_length=1))
model.add(Dense(1, init='uniform'))
model.compile(loss='mean_squared_error', optimizer='sgd')
model.fit(x, y, nb_epoch=100, batch_size=3)  #!
""",
        ("import Dense, Embedding", "import Dense, Embedding, Flatten"),
        ("model.add(Dense(", "model.add(Flatten())\nmodel.add(Dense("),
    ),
    thread(
        "AstarLight/Keras-image-classifer-framework#7",
        "KM320",
        """
import numpy as np
from keras.layers import Conv2D, Dense, Flatten
from keras.models import Sequential
trainX, trainY = np.zeros((4575, 32, 32, 3)), np.zeros((4575, 62))
testX, testY = np.zeros((2520, 32, 32, 3)), np.zeros((2520, 62))
model = Sequential([Conv2D(20, (5, 5), input_shape=(32, 32, 3)), Flatten(), Dense(62, activation='softmax')])
model.compile('adam', 'categorical_crossentropy')
model.fit(trainX, trainY, validation_data=(testX, trainY), epochs=1)  #!
""",
        ("(testX, trainY)", "(testX, testY)"),
    ),
    thread(
        "keras-team/keras#7332",
        "KM301",
        """
from keras.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from keras.models import Sequential

def convolutional(classes):
    model = Sequential()
    model.add(Conv2D(32, (5, 5), input_shape=(1, 28, 28), activation='relu'))  #!
    model.add(MaxPooling2D(pool_size=(2, 2)))
    model.add(Dropout(0.2))
    model.add(Flatten())
    model.add(Dense(classes, activation='softmax'))
    model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
    return model
""",
        ("(1, 28, 28)", "(28, 28, 1)"),
    ),
    thread(
        "keras-team/keras#9129",
        "KM313",
        """
import numpy as np
from keras.layers import Dense, Embedding, Flatten, Input
from keras.models import Model
N, M, k = 10000, 16, 4
label = np.random.randint(M, size=N)
start = Input(shape=(1,))
x = Embedding(input_dim=M, output_dim=k, input_length=N)(start)  #!
x = Flatten()(x)
model = Model(start, Dense(M, activation='softmax')(x))
model.compile(optimizer='adam', loss='sparse_categorical_crossentropy')
model.fit(label, label, epochs=45)
""",
        ("input_length=N", "input_length=1"),
    ),
)
