"""More threads that were written down before the analysis ran on them, after it was improved by the others."""

from __future__ import annotations

from tests.program.shapes.threads import Thread, thread

HELD_OUT_LATER: tuple[Thread, ...] = (
    thread(
        "keras-team/keras#12634",
        "KM321",
        """
import numpy as np
from keras.layers import LSTM, Activation, Dense
from keras.models import Sequential

def batches(size):
    while True:
        yield np.random.rand(size, 20, 8), np.eye(10)[np.random.randint(0, 10, size)]

model = Sequential()
model.add(LSTM(64, return_sequences=True, input_shape=(20, 8)))
model.add(Dense(10))
model.add(Activation('softmax'))
model.compile(loss='categorical_crossentropy', optimizer='adam')
model.fit_generator(batches(32), steps_per_epoch=100, epochs=2)  #!
""",
        ("return_sequences=True, ", ""),
    ),
    thread(
        "keras-team/keras#9036",
        "KM320",
        """
import numpy as np
from keras.layers import GRU, Dense
from keras.models import Sequential
size, steps = 512, 7
x, y = np.zeros((20000, steps, 3)), np.zeros((20000, 1))
model = Sequential([GRU(16, batch_input_shape=(size, steps, 3), stateful=True), Dense(1)])
model.compile('rmsprop', 'mse')
model.fit(x, y, epochs=3, batch_size=size, shuffle=False)  #!
""",
        ("model.fit(x, y,", "model.fit(x[:39 * size], y[:39 * size],"),
    ),
    thread(
        "keras-team/keras#10445",
        "KM320",
        """
import numpy as np
from keras.layers import LSTM, Activation, Dense
from keras.models import Sequential
x, y = np.zeros((60, 5, 7)), np.zeros((60, 2))
model = Sequential()
model.add(LSTM(128, batch_input_shape=(5, 5, 7), return_sequences=True, stateful=True))
model.add(LSTM(32, stateful=True))
model.add(Dense(2))
model.add(Activation('softmax'))
model.compile(optimizer='adam', loss='categorical_crossentropy')
for epoch in range(20):
    model.fit(x, y, batch_size=5, epochs=1, validation_split=0.2, shuffle=False)  #!
    model.reset_states()
""",
        ("validation_split=0.2", "validation_split=0.25"),
    ),
    thread(
        "keras-team/keras#13722",
        "KM312",
        """
from keras.applications.resnet50 import ResNet50
from keras.applications.vgg16 import VGG16
from keras.layers import Dense, GlobalAveragePooling2D
from keras.models import Model
vgg = VGG16(weights=None, include_top=False, input_shape=(224, 224, 3))
base = ResNet50(weights=None, include_top=False, input_shape=(224, 224, 3))
x = GlobalAveragePooling2D()(base.output)
guesses = Dense(4, activation='softmax')(x)
model = Model(inputs=vgg.input, outputs=guesses)  #!
""",
        ("inputs=vgg.input", "inputs=base.input"),
    ),
    thread(
        "keras-team/keras#16075",
        "KM320",
        """
import pandas as pd
from keras.layers import Dense, Dropout
from keras.models import Sequential
from sklearn.model_selection import train_test_split
letters = pd.read_csv('cyrillic.csv', usecols=['label', 'width', 'height'])
x = letters[['width', 'height']].values
y = pd.get_dummies(letters['label']).values
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.25)
model = Sequential()
model.add(Dense(800, input_dim=33, activation='relu'))
model.add(Dropout(0.2))
model.add(Dense(33, activation='softmax'))
model.compile(loss='categorical_crossentropy', optimizer='SGD')
model.fit(x_train, y_train, batch_size=20, epochs=10)  #!
""",
        ("input_dim=33", "input_dim=2"),
    ),
    thread(
        "tirthajyoti/Deep-learning-with-Python#3",
        "KM320",
        """
import numpy as np
from tensorflow.keras import layers, models
from tensorflow.keras.preprocessing import image
model = models.Sequential()
model.add(layers.Conv2D(16, 3, activation='relu', input_shape=(200, 200, 3)))
model.add(layers.GlobalMaxPooling2D())
model.add(layers.Dense(5, activation='softmax'))
picture = image.load_img('flower.jpg', target_size=(200, 200), color_mode='grayscale')
pixels = np.array(picture) / 255.
print(model.predict(pixels[np.newaxis]))  #!
""",
        (", color_mode='grayscale'", ""),
    ),
    thread(
        "keras-team/keras#2724",
        "KM320",
        """
import numpy as np
from keras.layers import Convolution2D, Dense, Flatten
from keras.models import Sequential
from keras import backend as K
K.set_image_dim_ordering('th')
x, y = np.zeros((200, 480, 640, 3)), np.zeros((200, 1))
model = Sequential()
model.add(Convolution2D(8, 3, 3, border_mode='same', input_shape=(3, 480, 640), init='glorot_uniform'))
model.add(Flatten())
model.add(Dense(1, activation='sigmoid'))
model.compile('sgd', 'binary_crossentropy')
model.fit(x, y, nb_epoch=1)  #!
""",
        ("model.fit(x, y", "model.fit(x.transpose(0, 3, 1, 2), y"),
    ),
    thread(
        "keras-team/keras#1752",
        "KM320",
        """
import numpy as np
from keras.layers import Convolution1D, Dense, Dropout, Flatten, MaxPooling1D
from keras.models import Sequential

def build(size):
    model = Sequential()
    model.add(Convolution1D(nb_filter=21, filter_length=3, input_dim=1, input_length=size, activation='relu'))
    model.add(MaxPooling1D(pool_length=2))
    model.add(Dropout(0.2))
    model.add(Flatten())
    model.add(Dense(1, activation='sigmoid'))
    model.compile(loss='binary_crossentropy', optimizer='adam')
    return model

def main():
    data = np.random.rand(1000, 252)
    labels = np.random.randint(0, 2, (1000,))
    build(data.shape[1]).fit(data, labels, nb_epoch=1, validation_split=0.1)  #!

if __name__ == '__main__':
    main()
""",
        ("data = np.random.rand(1000, 252)", "data = np.random.rand(1000, 252)[:, :, None]"),
    ),
    thread(
        "keras-team/keras#983",
        "KM320",
        """
import numpy as np
from keras.layers.convolutional import Convolution1D, MaxPooling1D
from keras.layers.core import Activation, Dense, Flatten
from keras.models import Sequential
signals = [np.zeros(500) for _ in range(40)]
x = np.vstack(signals)
y = np.zeros((40, 2))
mod = Sequential()
for layer in [Convolution1D(5, 25, input_shape=(500, 1)), Activation('relu'), MaxPooling1D(), Flatten(), Dense(2)]:
    mod.add(layer)
mod.compile(loss='mse', optimizer='rmsprop')
mod.fit(x, y, nb_epoch=100, batch_size=128, verbose=2)  #!
""",
        ("np.vstack(signals)", "np.vstack(signals).reshape(40, 500, 1)"),
    ),
    thread(
        "EdwardTyantov/ultrasound-nerve-segmentation#11",
        "KM308",
        """
from keras.layers import BatchNormalization, Convolution2D, Input, MaxPooling2D, merge
from keras.models import Model

def inception(x, depth):
    one = Convolution2D(depth // 4, 1, 1, border_mode='same')(x)
    two = Convolution2D(depth // 2, 1, 3, border_mode='same')(x)
    two = Convolution2D(depth // 2, 3, 1, border_mode='same')(two)
    three = MaxPooling2D(pool_size=(3, 3), strides=(1, 1))(x)
    three = Convolution2D(depth // 4, 1, 1, border_mode='same')(three)
    return merge([one, two, three], mode='concat', concat_axis=3)  #!

start = Input((80, 112, 1))
x = BatchNormalization()(inception(start, 32))
model = Model(input=start, output=x)
""",
        ("strides=(1, 1))", "strides=(1, 1), border_mode='same')"),
    ),
    thread(
        "keras-team/keras#5821",
        "KM320",
        """
import numpy as np
from keras.layers import Dense
from keras.models import Sequential
class Net:
    def __init__(self, inputs, outputs):
        self.model = Sequential()
        self.model.add(Dense(32, activation='relu', input_dim=inputs))
        self.model.add(Dense(outputs, activation='sigmoid'))
        self.model.compile(optimizer='rmsprop', loss='binary_crossentropy', metrics=['accuracy'])

    def train(self, data, labels):
        self.model.fit(data, labels, epochs=10, batch_size=32)  #!

net = Net(100, 1)
net.train(np.random.random((1000, 784)), np.random.randint(2, size=(1000, 1)))
""",
        ("Net(100, 1)", "Net(784, 1)"),
    ),
    thread(
        "keras-team/keras#12523",
        "KM320",
        """
import numpy as np
from keras import backend as K
from keras.layers import GRU, Bidirectional, Dense, Embedding, Input, Lambda
from keras.models import Model
length = 60
words = Input(shape=(length,), dtype='int32')
tags = Input(shape=(length,), dtype='int32')
a = Bidirectional(GRU(50))(Embedding(5000, 100)(words))
b = Bidirectional(GRU(50))(Embedding(40, 10)(tags))
both = Lambda(lambda pair: K.concatenate(pair, -1))([a, b])
model = Model(inputs=[tags, words], outputs=Dense(5, activation='softmax')(both))
model.compile(loss='categorical_crossentropy', optimizer='sgd')
x, y = np.zeros((100, length)), np.zeros((100, 5))
model.fit([x, x], y, validation_data=(x, y), epochs=10)  #!
""",
        ("validation_data=(x, y)", "validation_data=([x, x], y)"),
    ),
    thread(
        "keras-team/keras-io#610",
        "KM310",
        """
from tensorflow.keras import layers, models
width, height = 200, 200

def build():
    start = layers.Input(shape=(width, height, 1), name='image')
    x = layers.Conv2D(32, (3, 3), activation='relu', padding='same')(start)
    x = layers.MaxPooling2D((2, 2))(x)
    x = layers.Conv2D(64, (3, 3), activation='relu', padding='same')(x)
    x = layers.MaxPooling2D((2, 2))(x)
    x = layers.Reshape(target_shape=(width // 4, 768))(x)  #!
    return models.Model(start, layers.Bidirectional(layers.LSTM(64))(x))

model = build()
""",
        ("768)", "height // 4 * 64)"),
    ),
    thread(
        "keras-team/keras#14836",
        "KM320",
        """
from tensorflow.keras.layers import LSTM, Conv2D, Dense, Flatten, MaxPooling2D, TimeDistributed
from tensorflow.keras.models import Sequential
from tensorflow.keras.preprocessing.image import ImageDataGenerator
frames = ImageDataGenerator(rescale=1 / 255.).flow_from_directory('exam', target_size=(224, 224), batch_size=8)
model = Sequential()
model.add(TimeDistributed(Conv2D(96, (11, 11), strides=(4, 4), activation='relu'), input_shape=(1, 224, 224, 3)))
model.add(TimeDistributed(MaxPooling2D((3, 3))))
model.add(TimeDistributed(Flatten()))
model.add(LSTM(64))
model.add(Dense(6, activation='softmax'))
model.compile('adam', 'categorical_crossentropy')
model.fit(frames, epochs=2)  #!
""",
        ("input_shape=(1, 224, 224, 3)", "input_shape=(224, 224, 3)"),
        ("TimeDistributed(Conv2D(96, (11, 11), strides=(4, 4), activation='relu'),", "Conv2D(96, (11, 11),"),
        ("model.add(TimeDistributed(MaxPooling2D((3, 3))))\nmodel.add(TimeDistributed(Flatten()))\n", ""),
        ("LSTM(64)", "Flatten()"),
    ),
    thread(
        "OlafenwaMoses/ImageAI#141",
        "KM321",
        """
import numpy as np
from keras.applications.resnet50 import ResNet50
from keras.layers import Activation, Dense, GlobalAveragePooling2D
from keras.models import Model
from keras.preprocessing.image import ImageDataGenerator
from keras.utils import to_categorical

def network(classes):
    base = ResNet50(weights=None, include_top=False, input_shape=(224, 224, 3))
    x = Dense(classes)(GlobalAveragePooling2D()(base.output))
    return Model(base.input, Activation('softmax')(x))

model = network(classes=3)
model.compile('adam', 'categorical_crossentropy')
pictures = np.zeros((50, 224, 224, 3))
labels = to_categorical(np.arange(50) % 5, 5)
flow = ImageDataGenerator(horizontal_flip=True).flow(pictures, labels, batch_size=10)
model.fit_generator(flow, steps_per_epoch=5, epochs=1)  #!
""",
        ("classes=3", "classes=5"),
    ),
    thread(
        "keras-team/keras#11186",
        "KM312",
        """
from keras.layers import Conv3D, Dense, Flatten, Input, MaxPooling3D
from keras.models import Model

class Classifier(object):
    def __init__(self, shape):
        self.start = Input(shape=shape)
        self.end = self.body()

    def body(self):
        x = Conv3D(8, (3, 3, 1), activation='relu')(self.start)
        x = MaxPooling3D((2, 2, 1))(x)
        return Dense(1, activation='sigmoid')(Flatten()(x))

    def model(self):
        start = Input(shape=(50, 50, 5, 1))
        return Model(inputs=start, outputs=self.end)  #!

Classifier((50, 50, 5, 1)).model()
""",
        ("inputs=start,", "inputs=self.start,"),
    ),
)
