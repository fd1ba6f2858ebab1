"""`python -m scripts.rerun`: the bench."""

import sys

from scripts.rerun.bench import main

sys.exit(main())
