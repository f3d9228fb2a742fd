"""`python -m hwamei` is `hwamei`."""

from hwamei.cli.main import main

main()
