#!/usr/bin/env bash
# Makes a virtual environment in the folder $1 with the first Python that is new enough. $2, if given, is the Python to take.
set -euo pipefail
folder=$1
wanted=${2:-}

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
for python in ${wanted:-python3.11 python3.12 python3.13 python3.14 python3 python}; do
  if "$python" -c "$new_enough" 2>/dev/null; then
    found=$python
    break
  fi
done
if [ -z "${found:-}" ]; then
  echo "Hwamei needs Python 3.11 or newer; ${wanted:-what is installed here} is not. Install one, or name it: make PYTHON=/path/to/python3.11" >&2
  exit 1
fi

if ! "$found" -m venv --clear "$folder" >/dev/null 2>&1; then
  # Debian keeps ensurepip in another package (python3-venv); pip can put itself into an environment without it.
  "$found" -m venv --clear --without-pip "$folder"
  "$found" -m pip --python "$folder" install --quiet --disable-pip-version-check pip
fi
