import sys

from sm_devzone.cli import main

sys.exit(main())
