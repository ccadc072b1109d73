#!/usr/bin/env bash
# Run once by Gradescope when the image is built: Deno, and the packages of the course.
set -euo pipefail
autograder="${AUTOGRADER:-/autograder}"
if ! python3 -c 'import ensurepip, venv' 2> /dev/null; then
  apt-get update
  apt-get install -y python3 python3-venv
fi
python3 -m venv "$autograder/python"
"$autograder/python/bin/pip" install --quiet --disable-pip-version-check deno==2.9.6
export DENO_DIR="$autograder/deno"
cd "$autograder/source/course"
"$autograder/python/bin/deno" install --frozen
