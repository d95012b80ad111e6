#!/usr/bin/env bash
# Sets the project up: virtual environment, llama-cpp-python compiled for this machine, pinned packages,
# default models. Idempotent: what is there is left alone; what broke off goes on.
#   deploy/setup.sh                  what running needs
#   deploy/setup.sh --extra-models   also the small language model (the tests use it)
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-$(command -v python3.11 || command -v python3)}"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/imss-copilot"
wheels="$cache/wheels"
llama="0.3.36"
say() { printf '\033[36m▸ %s\033[0m\n' "$*" >&2; }

if ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))'; then
  echo "Python 3.11 or 3.12 is needed; found $("$python" --version). Set PYTHON=/path/to/python3.11." >&2
  exit 1
fi
[ -x .venv/bin/python ] || { say "creating .venv"; "$python" -m venv .venv; }

# llama.cpp for this machine's own instruction set. AMX is left out: gcc 12 compiles its kernels wrongly (they crash at the
# first product), and llama.cpp sets the tiles up once a thread, which torch undoes when it uses them in between.
flags=""
case "$(uname -m)" in x86_64) flags="-mno-amx-tile -mno-amx-int8 -mno-amx-bf16" ;; esac
features="$(grep -m1 -E '^(flags|Features)' /proc/cpuinfo 2>/dev/null | tr ' ' '\n' | sort | sha256sum | cut -c1-12)"
place="$wheels/llama-$llama-$("$python" -c 'import sys; print("%d%d" % sys.version_info[:2])')-$features"
if ! ls "$place"/*.whl >/dev/null 2>&1; then
  command -v cc >/dev/null || { echo "A C compiler is needed (Debian: apt-get install build-essential)." >&2; exit 1; }
  say "compiling llama-cpp-python $llama once for this machine: 8 to 10 minutes on 2 cores (log: $cache/llama-build.log)"
  mkdir -p "$place"
  # pip keeps what it built by version alone: without its cache, or other options would give the old wheel again.
  CMAKE_BUILD_PARALLEL_LEVEL="$(nproc)" \
  CMAKE_ARGS="-DGGML_NATIVE=ON -DLLAVA_BUILD=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF \
-DLLAMA_BUILD_TOOLS=OFF -DLLAMA_BUILD_SERVER=OFF -DLLAMA_CURL=OFF -DLLAMA_OPENSSL=OFF \
-DCMAKE_C_FLAGS='$flags' -DCMAKE_CXX_FLAGS='$flags'" \
    .venv/bin/python -m pip wheel --quiet --no-cache-dir --no-deps --no-binary llama-cpp-python -w "$place.half" \
    "llama-cpp-python==$llama" >"$cache/llama-build.log" 2>&1 &
  build=$!
  started=$SECONDS
  while kill -0 "$build" 2>/dev/null; do
    sleep 15
    printf '\r  … %d min %02d s' $(((SECONDS - started) / 60)) $(((SECONDS - started) % 60)) >&2
  done
  printf '\n' >&2
  wait "$build" || { tail -20 "$cache/llama-build.log" >&2; exit 1; }
  mv "$place.half"/*.whl "$place"/ && rm -rf "$place.half"
fi

stamp=".venv/.installed"
wanted="$(cat requirements.lock pyproject.toml deploy/setup.sh | sha256sum | cut -d' ' -f1) $features"
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
  say "installing pinned packages (about 3 minutes)"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall "$place"/*.whl
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
  printf '%s' "$wanted" >"$stamp"
fi

say "models (verified by SHA-256)"
.venv/bin/copilot models pull
if [ "${1:-}" = "--extra-models" ]; then .venv/bin/copilot models pull gemma-3-270m; fi
say "ready"
