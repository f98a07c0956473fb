#!/usr/bin/env bash
# Compiles the kernels for the host, so that check.sh can be tried where there is no GPU.
# Usage: host.sh FOLDER_OF_THE_PUBLISHED_CHECKER LIBRARY.so
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
shim=$here/../../tests/Ntm.Core.Tests/Engines/Cuda/Host
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${1:?the folder of the published Ntm.CudaCheck}/Ntm.CudaCheck" source "$work/kernels.cu"
g++ -std=c++17 -O1 -shared -fPIC -Wno-unknown-pragmas -DMEMORY_ACCESS -I "$work" -o "${2:?the library to write}" "$shim/host.cpp"
