"""A small VGG16 for photographs."""

from keras.layers import Convolution2D, Dense, Dropout, Flatten, Input, MaxPooling2D
from keras.models import Model


def vgg(input_shape, nb_class):
    """The model. ``input_shape`` is (nb_chs, nb_rows, nb_cols)."""
    image = Input(shape=input_shape)
    x = Convolution2D(64, 3, 3, activation='relu', border_mode='same')(image)
    x = Convolution2D(64, 3, 3, activation='relu', border_mode='same')(x)
    x = MaxPooling2D((2, 2), strides=(2, 2))(x)
    x = Convolution2D(128, 3, 3, activation='relu', border_mode='same')(x)
    x = Convolution2D(128, 3, 3, activation='relu', border_mode='same')(x)
    x = MaxPooling2D((2, 2), strides=(2, 2))(x)
    x = Convolution2D(256, 3, 3, activation='relu', border_mode='same')(x)
    x = MaxPooling2D((2, 2), strides=(2, 2))(x)
    x = Flatten()(x)
    x = Dense(512, activation='relu')(x)
    x = Dropout(0.5)(x)
    x = Dense(nb_class, activation='softmax')(x)
    return Model(input=image, output=x)


model = vgg((3, 256, 256), nb_class=10)
model.compile(optimizer='adam', loss='categorical_crossentropy')
