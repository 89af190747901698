"""Threads that were written down before the analysis ran on any of them; nothing was changed for one of them alone."""

from __future__ import annotations

from tests.program.shapes.threads import Thread, thread

HELD_OUT: tuple[Thread, ...] = (
    thread(
        "keras-team/keras#11402",
        "KM321",
        """
import numpy as np
from keras.layers import Dense, Dropout
from keras.models import Sequential
from keras.utils import np_utils
x = np.random.rand(300, 40)
y = np_utils.to_categorical(np.random.randint(10, size=300), 10)
model = Sequential()
model.add(Dense(512, activation='relu', input_shape=(40,)))
model.add(Dropout(0.5))
model.add(Dense(10, activation='softmax'))
model.compile(loss='sparse_categorical_crossentropy', optimizer='adam')
model.fit(x, y, epochs=5, validation_split=0.1)  #!
""",
        ("'sparse_categorical_crossentropy'", "'categorical_crossentropy'"),
    ),
    thread(
        "keras-team/keras#5235",
        "KM310",
        """
from keras.layers import LSTM, Dense, Embedding, Input, Reshape
from keras.models import Model

class Tagger(object):
    def __init__(self, steps, classes):
        self.input_shape = (steps, 2)
        self.classes = classes

    def build(self):
        start = Input(shape=self.input_shape)
        x = Embedding(5000, 50)(start)
        x = Reshape((80, 120))(x)  #!
        x = LSTM(64, dropout_W=0.2)(x)
        return Model(input=start, output=Dense(self.classes, activation='softmax')(x))

model = Tagger(160, 9).build()
""",
        ("self.input_shape = (steps, 2)", "self.input_shape = (steps,)"),
        ("Reshape((80, 120))", "Reshape((80, 100))"),
    ),
    thread(
        "lucktroy/DeepST#1",
        "KM301 KM308",
        """
from keras.layers import Activation, Convolution2D, Input, merge
from keras.models import Model

def stresnet(confs, filters=64):
    starts, ends = [], []
    for conf in confs:
        length, flows, rows, columns = conf
        start = Input(shape=(length * flows, rows, columns))
        starts.append(start)
        x = Convolution2D(nb_filter=filters, nb_row=3, nb_col=3, border_mode='same')(start)
        x = Activation('relu')(x)
        ends.append(Convolution2D(nb_filter=flows, nb_row=3, nb_col=3, border_mode='same')(x))
    total = merge(ends, mode='sum')  #!
    return Model(input=starts, output=Activation('tanh')(total))

model = stresnet([(3, 2, 32, 32), (1, 2, 32, 32), (1, 2, 32, 32)])
""",
        ("(length * flows, rows, columns)", "(rows, columns, length * flows)"),
    ),
    thread(
        "keras-team/keras#13998",
        "KM321",
        """
import numpy as np
from keras.applications import VGG16
from keras.layers import Input
model = VGG16(weights='imagenet', include_top=False, input_tensor=Input(shape=(224, 224, 3)))
for layer in model.layers[9:]:
    layer.trainable = True
model.compile(optimizer='rmsprop', loss='categorical_crossentropy', metrics=['accuracy'])
pictures, labels = np.zeros((100, 224, 224, 3)), np.zeros((100, 1))
model.fit(x=pictures, y=labels, batch_size=10, epochs=10)  #!
""",
        (
            "model.compile",
            "from keras.layers import Dense, GlobalMaxPooling2D\nfrom keras.models import Model\n"
            "top = Dense(1, activation='sigmoid')(GlobalMaxPooling2D()(model.output))\n"
            "model = Model(model.input, top)\nmodel.compile",
        ),
        ("'categorical_crossentropy'", "'binary_crossentropy'"),
    ),
    thread(
        "keras-team/keras#12043",
        "KM306",
        """
from keras.applications.vgg16 import VGG16
from keras.layers import Activation, Conv2D, Flatten, ZeroPadding2D
from keras.models import Sequential
base = VGG16(weights=None)
top = Sequential()
top.add(base)
top.add(Conv2D(2622, (1, 1), padding='same'))  #!
top.add(Flatten())
top.add(Activation('softmax'))
""",
        ("VGG16(weights=None)", "VGG16(weights=None, include_top=False, input_shape=(224, 224, 3))"),
    ),
    thread(
        "keras-team/keras#10955",
        "KM320",
        """
import numpy as np
from keras.layers import Activation, Conv2D, Dense, Flatten, MaxPooling2D
from keras.models import Sequential
from keras.preprocessing import image
model = Sequential()
model.add(Conv2D(32, (3, 3), input_shape=(128, 128, 3)))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Flatten())
model.add(Dense(1))
model.add(Activation('sigmoid'))
picture = image.load_img('one.png', target_size=(600, 400))
picture = image.img_to_array(picture)
answer = model.predict(picture)  #!
""",
        ("(600, 400)", "(128, 128)"),
        ("image.img_to_array(picture)", "np.expand_dims(image.img_to_array(picture), 0)"),
    ),
    thread(
        "keras-team/keras#10053",
        "KM320",
        """
import cv2
import numpy as np
from keras.layers import Conv2D, Dense, Flatten
from keras.models import Sequential
frames = []
for at in range(315):
    frame = cv2.imread('frame%d.jpg' % at, 0)
    frames.append(cv2.resize(frame, (1280, 720)))
frames = np.array(frames)
wanted = np.zeros((len(frames), 2))
model = Sequential()
model.add(Conv2D(32, (3, 3), input_shape=(720, 1280, 1)))
model.add(Flatten())
model.add(Dense(2))
model.compile('adam', 'mse')
model.fit(frames, wanted)  #!
""",
        ("np.array(frames)", "np.array(frames)[..., np.newaxis]"),
    ),
    thread(
        "keras-team/keras#8755",
        "KM321",
        """
import pandas as pd
from keras.layers import Conv2D, Dense, Flatten
from keras.models import Sequential
from keras.utils.np_utils import to_categorical
from sklearn.model_selection import train_test_split
faces = pd.read_csv('train.csv')
y = faces['emotion']
x = faces.drop(labels=['emotion'], axis=1)
x = x.astype('float32') / 255.0
x = x.values.reshape(-1, 48, 48, 1)
y = to_categorical(y, num_classes=7)
x_train, x_val, y_train, y_val = train_test_split(x, y, test_size=0.1, random_state=2)
model = Sequential()
model.add(Conv2D(filters=32, kernel_size=(5, 5), padding='Same', activation='relu', input_shape=(48, 48, 1)))
model.add(Flatten())
model.add(Dense(1, activation='sigmoid'))
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
model.fit(x_train, y_train, epochs=3, validation_data=(x_val, y_val))  #!
""",
        ("Dense(1, activation='sigmoid')", "Dense(7, activation='softmax')"),
        ("'binary_crossentropy'", "'categorical_crossentropy'"),
    ),
    thread(
        "keras-team/keras#6351, a later question",
        "KM320",
        """
import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential
shops, days, items, kept = 60, 1034, 215, 973
data = np.random.rand(shops, days, items)
train_x, test_x = data[:, :kept], data[:, kept:]
train_y, test_y = train_x, test_x
model = Sequential()
model.add(LSTM(100, input_shape=(train_x.shape[1], train_x.shape[2]), return_sequences=True))
model.add(Dense(items))
model.compile(loss='mean_squared_error', optimizer='adam')
model.fit(train_x, train_y, epochs=10, validation_data=(test_x, test_y), shuffle=False)  #!
""",
        ("train_x.shape[1], train_x", "None, train_x"),
    ),
    thread(
        "keras-team/keras#1641",
        "KM320",
        """
import numpy as np
from keras.layers.core import Activation, Dense
from keras.layers.recurrent import LSTM
from keras.models import Sequential

def windows(series, length):
    x, y = [], []
    for at in range(len(series) - length):
        x.append(series[at:at + length])
        y.append(series[at + length])
    return np.array(x), np.array(y)

x, y = windows(np.random.rand(900), 60)
model = Sequential()
model.add(LSTM(64, input_dim=1, input_length=60))
model.add(Dense(1))
model.add(Activation('linear'))
model.compile(loss='mse', optimizer='sgd')
model.fit(x, y, batch_size=32, nb_epoch=3)  #!
""",
        ("return np.array(x)", "return np.array(x).reshape((-1, length, 1))"),
    ),
    thread(
        "keras-team/keras#13151",
        "KM320",
        """
import numpy as np
from keras.layers import Conv1D, Dense, Dropout, Flatten, MaxPooling1D
from keras.models import Sequential
x, y = np.random.rand(33500, 2), np.random.rand(33500, 1)
model = Sequential()
model.add(Conv1D(filters=64, kernel_size=3, activation='relu', input_shape=x.shape))
model.add(Dropout(0.5))
model.add(MaxPooling1D(pool_size=2))
model.add(Flatten())
model.add(Dense(1))
model.compile(loss='mse', optimizer='adam')
model.fit(x, y, epochs=10, batch_size=32)  #!
""",
        ("np.random.rand(33500, 2)", "np.random.rand(500, 60, 2)"),
        ("np.random.rand(33500, 1)", "np.random.rand(500, 1)"),
        ("input_shape=x.shape", "input_shape=x.shape[1:]"),
    ),
    thread(
        "keras-team/keras#7136",
        "KM306",
        """
from keras.layers import Conv1D, Dense, Input
from keras.models import Model
width, units = 7200, 64
start = Input(shape=(width,))
x = Dense(units, activation='relu')(start)
x = Conv1D(units, 3, activation='relu')(x)  #!
x = Dense(units, activation='relu')(x)
model = Model(inputs=start, outputs=x)
model.compile(optimizer='rmsprop', loss='msle')
""",
        ("shape=(width,)", "shape=(width, 1)"),
    ),
    thread(
        "keras-team/keras#12793",
        "KM320 KM321",
        """
import numpy as np
from keras.layers import Concatenate, Dense, Input
from keras.models import Model
left = Input((8,))
right = Input((443,))
joined = Concatenate()([Dense(5, activation='tanh')(left), Dense(5, activation='tanh')(right)])
model = Model(inputs=[left, right], outputs=Dense(2, activation='softmax')(joined))
model.compile(loss='sparse_categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
one, two = np.zeros((50, 8)), np.zeros((50, 443))
labels_one, labels_two = np.zeros(50), np.zeros(50)
model.fit([one, two], [labels_one, labels_two])  #!
""",
        ("[labels_one, labels_two])", "labels_one)"),
    ),
    thread(
        "keras-team/keras#8404",
        "KM321 KM406",
        """
import numpy as np
from keras.layers import Dense, GlobalAveragePooling2D, Input, Lambda
from keras.models import Model
from keras.layers import Conv2D
from keras.preprocessing.image import ImageDataGenerator
breeds = 120
start = Input(shape=(224, 224, 3))
x = Lambda(lambda p: p / 127.5 - 1)(start)
x = Conv2D(16, (3, 3), activation='relu')(x)
x = GlobalAveragePooling2D()(x)
model = Model(start, Dense(breeds, activation='softmax')(x))
model.compile(loss='sparse_categorical_crossentropy', optimizer='sgd', metrics=['accuracy'])
batches = ImageDataGenerator().flow_from_directory('dogs/train', target_size=(224, 224), batch_size=64)
model.fit_generator(batches, steps_per_epoch=100, epochs=1)  #!
""",
        ("batch_size=64)", "batch_size=64, class_mode='sparse')"),
    ),
    thread(
        "keras-team/keras#1853",
        "KM320",
        """
import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential
X, y = np.zeros((1000, 20, 16), dtype=bool), np.zeros((1000, 16), dtype=bool)
model = Sequential()
model.add(LSTM(100, batch_input_shape=(32, 20, 16), stateful=True, return_sequences=False))
model.add(Dense(16, activation='softmax'))
model.compile(optimizer='rmsprop', loss='categorical_crossentropy')
model.fit(X, y, batch_size=32, nb_epoch=1)  #!
""",
        (
            "X, y = np.zeros((1000, 20, 16), dtype=bool), np.zeros((1000,",
            "X, y = np.zeros((960, 20, 16)), np.zeros((960,",
        ),
    ),
    thread(
        "keras-team/keras#14260",
        "KM312",
        """
from tensorflow import keras
eyes = keras.Sequential([keras.layers.Conv2D(16, (3, 3), input_shape=(27, 180, 3)), keras.layers.Flatten(),
                         keras.layers.Dense(512, activation='relu')])
face = keras.Sequential([keras.layers.Conv2D(16, (3, 3), input_shape=(48, 64, 3)), keras.layers.Flatten(),
                         keras.layers.Dense(512, activation='relu')])
mean = keras.layers.average([eyes.output, face.output])
end = keras.layers.Dense(1, activation='sigmoid')(mean)
eye_input = keras.layers.Input(shape=(27, 180, 3))
face_input = keras.layers.Input(shape=(48, 64, 3))
model = keras.models.Model(inputs=[eye_input, face_input], outputs=[end])  #!
""",
        ("inputs=[eye_input, face_input]", "inputs=[eyes.input, face.input]"),
    ),
    thread(
        "wepe/MachineLearning#11",
        "KM312 KM313 KM305 KM306",
        """
from keras.layers.convolutional import Convolution2D
from keras.layers.core import Activation, Dense, Flatten
from keras.models import Sequential
model = Sequential()
model.add(Convolution2D(4, 5, 5, border_mode='valid'))  #!
model.add(Activation('tanh'))
model.add(Flatten())
model.add(Dense(10, init='normal'))
""",
        ("border_mode='valid'", "border_mode='valid', input_shape=(28, 28, 1)"),
    ),
    thread(
        "keras-team/keras#9887",
        "KM306",
        """
from keras.applications import MobileNet
from keras.layers import LSTM, Dense, Input, TimeDistributed
from keras.models import Model
video = Input(shape=(None, 256, 256, 3), name='video_input')
encoder = MobileNet(weights=None, include_top=False, input_shape=(256, 256, 3))
encoder.trainable = False
frames = TimeDistributed(encoder)(video)
clip = LSTM(256)(frames)  #!
model = Model(inputs=[video], outputs=Dense(7, activation='softmax')(clip))
""",
        ("include_top=False,", "include_top=False, pooling='avg',"),
    ),
    thread(
        "keras-team/keras#12550",
        "KM310",
        """
from keras.layers import LSTM, Conv2D, Flatten, MaxPooling2D, Reshape, TimeDistributed, UpSampling2D
from keras.models import Sequential
model = Sequential()
model.add(TimeDistributed(Conv2D(16, (3, 3), activation='relu', padding='same'), input_shape=(1, 128, 128, 3)))
model.add(TimeDistributed(MaxPooling2D(pool_size=(2, 2))))
model.add(TimeDistributed(Flatten()))
model.add(LSTM(units=64, return_sequences=True))
model.add(TimeDistributed(Reshape((8, 8, 3))))  #!
model.add(TimeDistributed(UpSampling2D((2, 2))))
""",
        ("Reshape((8, 8, 3))", "Reshape((8, 8, 1))"),
    ),
    thread(
        "question, scikit-learn's data and an LSTM",
        "KM320",
        """
from keras.layers import LSTM, Dense
from keras.models import Sequential
from sklearn.datasets import make_regression
X, Y = make_regression(100, 9, 9, 2)
model = Sequential()
model.add(LSTM(32, input_dim=9))
model.add(Dense(2))
model.compile(loss='mean_squared_error', optimizer='adam')
model.fit(X, Y, nb_epoch=1, batch_size=32)  #!
""",
        ("make_regression(100, 9, 9, 2)", "make_regression(100, 9, 9, 2)\nX = X.reshape(100, 1, 9)"),
    ),
    thread(
        "question, an autoencoder that grows",
        "KM321",
        """
from keras.datasets import mnist
from keras.layers import Conv2D, Input, MaxPooling2D, UpSampling2D
from keras.models import Model
picture = Input(shape=(28, 28, 1))
x = Conv2D(16, (3, 3), activation='relu', padding='same')(picture)
for filters in (8, 8):
    x = MaxPooling2D((2, 2), padding='same')(x)
    x = Conv2D(filters, (3, 3), activation='relu', padding='same')(x)
x = MaxPooling2D((2, 2), padding='same')(x)
for filters in (8, 8, 16):
    x = Conv2D(filters, (3, 3), activation='relu', padding='same')(x)
    x = UpSampling2D((2, 2))(x)
model = Model(picture, Conv2D(1, (3, 3), activation='sigmoid', padding='same')(x))
model.compile(optimizer='adadelta', loss='binary_crossentropy')
(a, _), (b, _) = mnist.load_data()
a = a.astype('float32').reshape((len(a), 28, 28, 1)) / 255.
b = b.astype('float32').reshape((len(b), 28, 28, 1)) / 255.
model.fit(a, a, epochs=50, batch_size=128, validation_data=(b, b))  #!
""",
        (
            "Model(picture, Conv2D(1, (3, 3), activation='sigmoid', padding='same')(x))",
            "Model(picture, Conv2D(1, (5, 5), activation='sigmoid', padding='valid')(x))",
        ),
    ),
    thread(
        "question 49392972",
        "KM321 KM406",
        """
from keras.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from keras.models import Sequential
from keras.preprocessing.image import ImageDataGenerator
width, height = 224, 224
model = Sequential([
    Conv2D(64, (3, 3), activation='relu', input_shape=(width, height, 3), padding='same'),
    MaxPooling2D(pool_size=(2, 2), strides=(2, 2)),
    Flatten(),
    Dropout(0.5),
    Dense(3, activation='softmax'),
])
model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
source = ImageDataGenerator(rescale=1. / 255, shear_range=0.2)
train = source.flow_from_directory('places/train', target_size=(width, height), batch_size=5, class_mode='binary')
model.fit_generator(train, steps_per_epoch=3, epochs=5)  #!
""",
        ("class_mode='binary'", "class_mode='categorical'"),
    ),
    thread(
        "keras-team/keras#5423",
        "KM321",
        """
import numpy as np
from keras.layers import Dense, Dropout
from keras.layers.convolutional import Convolution1D
from keras.layers.pooling import MaxPooling1D
from keras.models import Sequential
steps, h, vector, labels = 100, 3, 300, 5
model = Sequential()
model.add(Convolution1D(100, h, input_shape=(steps - h + 1, h * vector), border_mode='same'))
model.add(MaxPooling1D(steps - h + 1))
model.add(Dropout(0.5))
model.add(Dense(output_dim=labels, activation='softmax'))
model.compile(optimizer='Adadelta', loss='categorical_crossentropy', metrics=['accuracy'])
model.fit(np.zeros((8544, steps - h + 1, h * vector)), np.zeros((8544, labels)))  #!
""",
        ("import Dense, Dropout", "import Dense, Dropout, Flatten"),
        ("model.add(Dropout(0.5))", "model.add(Flatten())"),
    ),
    thread(
        "keras-team/keras#554",
        "KM308",
        """
from keras.layers import Dense, Embedding, Merge
from keras.models import Sequential
words = Sequential()
words.add(Embedding(22, 5, input_length=4))
numbers = Sequential()
numbers.add(Dense(3, input_dim=9))
model = Sequential()
model.add(Merge([words, numbers], mode='concat'))  #!
model.add(Dense(1))
""",
        ("import Dense, Embedding, Merge", "import Dense, Embedding, Flatten, Merge"),
        ("input_length=4))", "input_length=4))\nwords.add(Flatten())"),
    ),
    thread(
        "keras-team/keras#18013",
        "KM320",
        """
import numpy as np
import tensorflow as tf
(x_train, y_train), _ = tf.keras.datasets.mnist.load_data()
x_train = x_train.reshape(x_train.shape[0], 28, 28, 1) / 255.0
parts = [x_train[:, :14, :14], x_train[:, :14, 14:], x_train[:, 14:, :14], x_train[:, 14:, 14:]]
starts = [tf.keras.Input(shape=(14, 14, 1)) for _ in parts]
ends = [tf.keras.layers.Flatten()(tf.keras.layers.Conv2D(4, 3)(start)) for start in starts]
out = tf.keras.layers.Dense(10, activation='softmax')(tf.keras.layers.concatenate(ends))
model = tf.keras.Model(starts, out)
model.compile(loss='sparse_categorical_crossentropy', optimizer='adam')
model.fit(np.array(parts), y_train, epochs=1)  #!
""",
        ("np.array(parts)", "parts"),
    ),
    thread(
        "raghakot/ultrasound-nerve-segmentation#1",
        "KM301 KM308",
        """
from keras.layers import Convolution2D, Input, MaxPooling2D, UpSampling2D, merge
from keras.models import Model

def block(x, filters):
    x = Convolution2D(filters, 3, 3, activation='relu', border_mode='same')(x)
    return Convolution2D(filters, 3, 3, activation='relu', border_mode='same')(x)

def unet(rows=80, columns=112):
    start = Input((1, rows, columns))  #!
    down, x = [], start
    for filters in (32, 64, 128):
        x = block(x, filters)
        down.append(x)
        x = MaxPooling2D(pool_size=(2, 2))(x)
    x = block(x, 256)
    for filters, other in zip((128, 64, 32), reversed(down)):
        x = merge([UpSampling2D(size=(2, 2))(x), other], mode='concat', concat_axis=1)
        x = block(x, filters)
    return Model(input=start, output=Convolution2D(1, 1, 1, activation='sigmoid')(x))

model = unet()
""",
        ("Input((1, rows, columns))", "Input((rows, columns, 1))"),
        ("concat_axis=1", "concat_axis=3"),
    ),
    thread(
        "MoyanZitto/keras-cn#5",
        "KM302 KM305 KM301",
        """
from keras.layers import Activation, Convolution2D, Dense, Flatten, MaxPooling2D
from keras.models import Sequential
model = Sequential()
model.add(Convolution2D(4, 3, 3, border_mode='valid', batch_input_shape=(100, 5, 16, 16), dim_ordering='th'))
model.add(Activation('relu'))
model.add(Convolution2D(8, 3, 3, border_mode='valid'))  #!
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Flatten())
model.add(Dense(10))
""",
        ("Convolution2D(8, 3, 3, border_mode='valid')", "Convolution2D(8, 3, 3, dim_ordering='th')"),
        ("MaxPooling2D(pool_size=(2, 2))", "MaxPooling2D(pool_size=(2, 2), dim_ordering='th')"),
    ),
    thread(
        "r0nn13/conditional-dcgan-keras#3",
        "KM308",
        """
from keras import backend as K
from keras.layers import Convolution2D, Dense, Input, MaxPooling2D, Reshape, merge
from keras.models import Model
K.set_image_dim_ordering('th')
picture = Input(shape=(1, 28, 28))
digit = Input(shape=(10,))
x = picture
for filters in (64, 128, 256, 512):
    x = Convolution2D(filters, 5, 5, border_mode='same')(x)
    x = MaxPooling2D(pool_size=(2, 2))(x)
y = Reshape((512, 2, 2))(Dense(512 * 2 * 2)(digit))
x = merge([x, y], mode='concat', concat_axis=1)  #!
model = Model([picture, digit], x)
""",
        ("Reshape((512, 2, 2))(Dense(512 * 2 * 2)(digit))", "Reshape((512, 1, 1))(Dense(512)(digit))"),
    ),
    thread(
        "keras-team/keras#10238",
        "KM321",
        """
import numpy as np
import keras
from keras.layers import Dense
from keras.models import Sequential
labels = np.random.randint(0, 22, size=(400,))
labels = keras.utils.to_categorical(labels, num_classes=22)
model = Sequential()
model.add(Dense(64, input_shape=(30,), activation='relu'))
model.add(Dense(3, activation='softmax'))
model.compile('adam', loss=keras.losses.categorical_crossentropy)
model.fit(np.random.rand(400, 30), labels, epochs=2)  #!
""",
        ("Dense(3,", "Dense(22,"),
    ),
    thread(
        "keras-team/keras#9475",
        "KM320",
        """
import numpy as np
from keras.layers import Conv1D, Dense, Dropout, Flatten
from keras.models import Sequential
words, size = 30, 200
model = Sequential()
model.add(Conv1D(32, kernel_size=3, activation='elu', padding='same', input_shape=(words, size)))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(2, activation='softmax'))
tweet = np.zeros((words, size))
other = np.zeros((words, size))
print(model.predict([tweet, other]))  #!
""",
        ("[tweet, other]", "np.array([tweet, other])"),
    ),
)
