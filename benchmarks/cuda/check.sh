#!/usr/bin/env bash
# Checks and times the CUDA engine on a machine with an NVIDIA GPU, a Python with PyTorch for CUDA, and nothing else: no SDK, no network.
#
# On a machine with the SDK:   dotnet publish benchmarks/Ntm.CudaCheck -c Release -r linux-x64 --self-contained -o FOLDER
# On the machine with the GPU: benchmarks/cuda/check.sh FOLDER [RESULTS]
#
# Parity of outputs and gradients with eager PyTorch in float64, bit-identical results twice, compute-sanitizer if it is in PATH, times at T = 41 and
# B = 1, 16, 128, 1024 and of each operation of the memory access beside eager PyTorch. Writes RESULTS/cuda-<device>.md (benchmarks/results by default); fails if a check does.
#
# Without a GPU, NTM_CHECK_HOST=LIBRARY runs all but the times and the sanitizer on kernels that g++ has
# compiled for the host (host.sh makes the library).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(realpath "${1:?the folder of the published Ntm.CudaCheck}")
results=${2:-$here/../results}
# A copy may have lost the permission to be run.
chmod +x "$folder/Ntm.CudaCheck" 2> /dev/null || true
exec "${PYTHON:-python3}" "$here/check.py" "$folder/Ntm.CudaCheck" "$results"
