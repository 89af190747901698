from keras.layers import Convolution2D, Dense, Dropout, Flatten, Input, MaxPooling2D, merge
from keras.models import Model

image = Input((3, 17, 14), name='image')
left = Convolution2D(8, 3, 3, activation='relu', name='left')(image)
right = Convolution2D(4, 3, 3, activation='tanh', name='right')(image)
both = merge([left, right], mode='concat', concat_axis=1, name='both')
small = MaxPooling2D((2, 2), name='small')(both)
flat = Flatten(name='flat')(small)
hidden = Dense(16, activation='relu', name='hidden')(flat)
answer = Dense(4, activation='softmax', name='answer')(Dropout(0.5, name='dropout')(hidden))

model = Model(image, answer)
model.compile('adadelta', 'categorical_crossentropy')
