import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

# A busy machine is no fault of the code; what must be quick says so in its own test.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")
