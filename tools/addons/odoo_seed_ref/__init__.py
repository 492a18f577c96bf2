from . import models
from .hooks import hand_back, take_over
