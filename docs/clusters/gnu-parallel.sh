#!/bin/sh
# A sweep on several machines that share a folder, by GNU Parallel: each job is a shard.
#   HOSTS=node1,node2 SHARDS=4 sh gnu-parallel.sh copy --vary lr=1e-4,3e-4 --seeds 1-20 --out /shared/rates
# HOSTS are machines that ssh reaches without a password, ':' is this one. SHARDS is the number of jobs, one at a time on each machine. The same line again trains
# what is missing. NTM is the program, if it is not in the PATH as ntm.
set -eu

shards=${SHARDS:-2}
# Each training has a core, and a shard as many trainings at once as its machine has cores: one shard at a time on each machine.
# The words are quoted for the shells between here and there.
seq "$shards" | parallel --quote --jobs 1 --line-buffer --sshlogin "${HOSTS:-:}" --workdir . ${NTM:-ntm} sweep "$@" --shard "{}/$shards"
