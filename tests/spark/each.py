"""Several commands in one process. A file, since under `python -c` Spark's client takes itself to be in its tests."""

import json
import sys

from monitor.cli import main

if __name__ == "__main__":
    sys.exit(max(main(arguments) for arguments in json.loads(sys.argv[1])))
