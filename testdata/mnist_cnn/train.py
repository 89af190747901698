"""Train a small convolutional network on handwritten digits and say which it gets wrong.

    python train.py --epochs 12 --weights digits.h5
"""
from __future__ import print_function

import argparse

import numpy as np
from keras import backend as K
from keras.callbacks import EarlyStopping, ModelCheckpoint, ReduceLROnPlateau
from keras.datasets import mnist
from keras.layers.convolutional import Convolution2D, MaxPooling2D
from keras.layers.core import Activation, Dense, Dropout, Flatten
from keras.layers.normalization import BatchNormalization
from keras.models import Sequential
from keras.optimizers import SGD
from keras.preprocessing.image import ImageDataGenerator
from keras.regularizers import l2
from keras.utils import np_utils

ROWS, COLS = 28, 28
NB_CLASSES = 10


def with_channel(images):
    """Scale to 0..1 and give the images the channel axis that the backend wants."""
    images = images.astype('float32') / 255
    if K.image_dim_ordering() == 'th':
        return images.reshape(len(images), 1, ROWS, COLS)
    return images.reshape(len(images), ROWS, COLS, 1)


def conv_block(model, nb_filter, border_mode='same', **kwargs):
    """Two convolutions with normalisation, then halve the image."""
    channel_axis = 1 if K.image_dim_ordering() == 'th' else -1
    model.add(Convolution2D(nb_filter, 3, 3, border_mode=border_mode, init='he_normal',
                            W_regularizer=l2(1e-4), bias=False, **kwargs))
    model.add(BatchNormalization(mode=0, axis=channel_axis))
    model.add(Activation('relu'))
    model.add(Convolution2D(nb_filter, 3, 3, subsample=(1, 1), border_mode=border_mode, init='he_normal'))
    model.add(Activation('relu'))
    model.add(MaxPooling2D(pool_size=(2, 2)))
    model.add(Dropout(p=0.25))


def build_model():
    input_shape = (1, ROWS, COLS) if K.image_dim_ordering() == 'th' else (ROWS, COLS, 1)
    model = Sequential()
    conv_block(model, 16, input_shape=input_shape)
    conv_block(model, 32, border_mode='valid')
    model.add(Flatten())
    model.add(Dense(output_dim=64, init='glorot_uniform', activation='relu'))
    model.add(Dropout(0.5))
    model.add(Dense(NB_CLASSES, activation='softmax'))  # one unit a digit
    model.compile(loss='categorical_crossentropy',
                  optimizer=SGD(lr=0.05, momentum=0.9, decay=1e-5, nesterov=True),
                  metrics=['accuracy'])
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--epochs', type=int, default=12)
    parser.add_argument('--batch-size', type=int, default=128)
    parser.add_argument('--weights', default='digits.h5')
    args = parser.parse_args()

    (X_train, y_train), (X_test, y_test) = mnist.load_data()
    X_train, X_test = with_channel(X_train), with_channel(X_test)
    Y_train = np_utils.to_categorical(y_train, nb_classes=NB_CLASSES)
    Y_test = np_utils.to_categorical(y_test, nb_classes=NB_CLASSES)

    model = build_model()
    model.summary()
    augment = ImageDataGenerator(rotation_range=10, width_shift_range=0.1, height_shift_range=0.1)
    history = model.fit_generator(augment.flow(X_train, Y_train, batch_size=args.batch_size),
                                  samples_per_epoch=len(X_train), nb_epoch=args.epochs,
                                  validation_data=(X_test, Y_test),
                                  nb_worker=1, max_q_size=20,
                                  callbacks=[EarlyStopping(monitor='val_loss', patience=3),
                                             ReduceLROnPlateau(monitor='val_loss', factor=0.3, patience=1),
                                             ModelCheckpoint(args.weights, monitor='val_acc', mode='max',
                                                             save_best_only=True, save_weights_only=True)])
    print('best accuracy: %.4f' % max(history.history['val_acc']))

    model.load_weights(args.weights)
    predicted = model.predict_classes(X_test, batch_size=args.batch_size, verbose=0)
    wrong = np.nonzero(predicted != y_test)[0]
    for i in wrong[:10]:
        print('image %d is a %d, taken for a %d' % (i, y_test[i], predicted[i]))


if __name__ == '__main__':
    main()
