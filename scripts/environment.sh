#!/usr/bin/env bash
# Make the environment that everything else runs in: `.venv`, with the versions of constraints.txt.
#   scripts/environment.sh [GROUP]...    more groups of pyproject.toml, such as spark
set -euo pipefail
cd "$(dirname "$0")/.."

find_python() {
  local name
  for name in python3.13 python3.12 python3.11 python3; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  echo "campaignspec needs Python 3.11 or newer, and none is on the PATH." >&2
  exit 1
}

with_uv() {
  command -v uv >/dev/null &&
    uv venv --quiet --allow-existing --python "$1" .venv &&
    uv pip install --quiet --python .venv/bin/python \
      --constraint constraints.txt "${groups[@]}" --editable '.[demo]'
}

with_pip() {
  if [[ ! -x .venv/bin/pip ]]; then
    "$1" -m venv .venv || {
      echo "Python cannot make an environment; on Debian and Ubuntu: apt-get install python3-venv" >&2
      exit 1
    }
  fi
  # --group needs pip 25.1, and Python 3.11 brings an older one
  .venv/bin/python -m pip install -qq --retries 10 --upgrade 'pip>=25.1'
  .venv/bin/python -m pip install -qq --retries 10 \
    --constraint constraints.txt "${groups[@]}" --editable '.[demo]'
}

groups=(--group dev)
for group in "$@"; do
  groups+=(--group "$group")
done
python=$(find_python)
echo "setting up .venv with $("$python" --version)"
with_uv "$python" || with_pip "$python"
touch .venv/ready
