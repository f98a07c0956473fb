#!/usr/bin/env bash
# Removes each barrier and each term of the kernels, one at a time; the tests on the host must fail each time.
# Usage: mutations.sh FOLDER [PATTERN]   (a scratch folder; only mutations whose name matches). Needs built tests.
#        mutations.sh --check            only tells which terms' mutations do not change the sources as they are
set -euo pipefail
scratch=${1:?a scratch folder, or --check}
pattern=${2:-.}
root=$(cd "$(dirname "$0")/../../../.." && pwd)
kernels=$root/src/Ntm.Core/Engines/Cuda/Kernels
tests=${NTM_TESTS:-$root/artifacts/bin/Ntm.Core.Tests/release/Ntm.Core.Tests}

# name|file|sed expression; barriers are found by themselves.
terms=$(cat <<'LIST'
input gate|Lstm.cu|s/g.forget \* cells\[u\] + g.input \* g.cell/g.forget * cells[u] + g.cell/
layer bias|Lstm.cu|s/ + parts\[inputBias\]\[r \* units + u\]//
gradient of the cell from the output|Lstm.cu|s/dCells\[u\] + dOutput \* g.output \* (1 - t \* t)/dCells[u]/
gradient of the cell from the next step|Lstm.cu|s/float dCell = bounded(dCells\[u\] + /float dCell = bounded(/
gradient of the output from the next step|Lstm.cu|s/above\[u\] + dOutputs\[u\]/above[u]/
derivative of the forget gate|Lstm.cu|s/before\[u\] \* g.forget \* (1 - g.forget)/before[u] * g.forget/
derivative of the cell gate|Lstm.cu|s/g.input \* (1 - g.cell \* g.cell)/g.input/
derivative of the feedforward layer|Feedforward.cu|s/bounded(above\[u\]) \* (1 - y \* y)/bounded(above[u])/
gradient of the previous output|Controller.cu|s/w.dOutputs\[(Index)layer \* units + column - below\] = past ? sum + past\[column - below\] : sum/(void)sum/
gradient of the reads before|Controller.cu|s/w.dReads\[first + column - q.inputSize\] = sum/(void)sum/
gradient of the inputs|Controller.cu|s/dInputs\[first + column\] = sum/dInputs[first + column] = 0/
gradient of the layer below|Controller.cu|s/w.dBelow\[column\] = sum/w.dBelow[column] = 0/
bias of the heads|Heads.cu|s/sum + headBias(q, first + r)/sum/
epsilon of the norms|Arguments.cu|s/NORM_EPSILON 1.0e-8f/NORM_EPSILON 1e-2f/
epsilon of the weights|Arguments.cu|s/WEIGHT_EPSILON 1.0e-12f/WEIGHT_EPSILON 1e-5f/
derivative of keys and adds|Heads.cu|s/d\[i\] \* (1 - y\[i\] \* y\[i\])/d[i]/
derivative of erases and gates|Heads.cu|s/d\[i\] \* y\[i\] \* (1 - y\[i\])/d[i] * y[i]/
derivative of strength and sharpening|Heads.cu|s/d\[i\] \* sigmoid(raw)/d[i]/
clip of the heads' gradients|Heads.cu|s/inside(raw, q.clip) ? gradient : 0/gradient/
gradient of the top from the heads|Heads.cu|s/w.dTop\[column\] += sum/(void)sum/
norm of the key|Addressing.cu|s/dot \* (scale \* keyScale)/dot * scale/
direction of the shift|Addressing.cu|s/wrapped(i, -s, q.locations)/wrapped(i, s, q.locations)/
gate|Addressing.cu|s/gate \* (content - previous)/(content - previous)/
mean in the softmax of sharpening|AddressingBackward.cu|s/weighting\[i\] \* (d\[i\] - center - mean)/weighting[i] * (d[i] - center)/
gamma in the gradient of the shifted weighting|AddressingBackward.cu|s/gamma \* gradient \/ shifted/gradient \/ shifted/
gradient of gamma|AddressingBackward.cu|s/dGamma += .*$//
gradient of the shift weighting|AddressingBackward.cu|s/dShift\[s + range\] = sum/dShift[s + range] = 0/
gradient of the gate|AddressingBackward.cu|s/dGate += .*$//
gradient of the previous weighting|AddressingBackward.cu|s/= d - through/= 0/
mean in the softmax of the content|AddressingBackward.cu|s/content\[i\] \* (d\[i\] - center - mean)/content[i] * (d[i] - center)/
gradient of the strength|AddressingBackward.cu|s/sum += gradient \* (similarity - common);//
norm of the rows|AddressingBackward.cu|s/ - w.ownFactors\[at\] \* x//
norm of the key, backward|AddressingBackward.cu|s/sum - w.keyFactors\[firstHead + h\] \* w.activated\[key\]/sum/
key in the gradient of the rows|AddressingBackward.cu|s/sum += w.rowFactors\[at\] \* w.activated\[firstOutput(q, h) + m\]/sum += 0/
read: the memory|AddressingBackward.cu|s/sum += w.weightings\[at\] \* w.dReads\[h \* width + m\];/sum += 0;/
read: the weighting|AddressingBackward.cu|s/sum += dRead\[m\] \* memory.at(i, m);/sum += 0 * dRead[m];/
other heads in the gradient of the weightings|Memory.cu|s/erase\[m\] \* otherHeads(q, w, k, i, m))/erase[m])/
other heads in the gradient of the erases|Memory.cu|s/-product \* memory.at(i, m) \* otherHeads(q, w, k, i, m)/-product * memory.at(i, m)/
gradient of the memory through a write|Memory.cu|s/\*= otherHeads(q, w, 0, i, m) \*/*= 1 + 0 */
erased part of it|Memory.cu|s/(1 - weightings\[i\] \* w.activated\[eraseOutput(q, 0) + m\])/(1 - 0 * weightings[i])/
clip of the logits' gradient|Results.cu|s/q.dLogits \&\& inside(z, q.clip)/q.dLogits/
gradient of the reads from the logits|Results.cu|s/w.dReads\[column - q.units\] += sum/(void)sum/
learned start of the reads|InitialGradient.cu|s/sum \*= 1 - y \* y;/(void)y;/
mean in the softmax of the start|InitialGradient.cu|s/(gradient\[i\] - center - mean);/(gradient[i] - center);/
one part of the weight gradient|WeightGradient.cu|s/call.gradient\[at\] += sum/call.gradient[at] = sum/
given state of the reads|State.cu|s/visit(tensor, reads, readWidth(q));/(void)reads;/
steps behind the end, forward|Forward.cu|s/^        clearStep(q, s);/        ;/
steps behind the end, backward|Backward.cu|s/clearGradients(q, s);/;/
cost of the chunks before|Results.cu|s/q.firstStep > 0/false/
reset gate, derivative|Gru.cu|s/ \* reset \* (1 - reset)/ * reset/
update gate, derivative|Gru.cu|s/ \* update \* (1 - update)/ * update/
new gate, derivative|Gru.cu|s/ \* (1 - fresh \* fresh)//
new gate, from the previous output|Gru.cu|s/dFresh \* reset}/dFresh}/
previous output past the weights|Controller.cu|s/past ? sum + past\[column - below\] : sum/sum/
bias of the previous output|Gru.cu|s/sum\[r\] += parts\[stateBias\]/sum[r] += 0 * parts[stateBias]/
output into the next step, GRU|Gru.cu|s/above\[u\] + w.dOutputs\[layerUnits + u\]/above[u]/
softmax: the mean|SoftmaxCrossEntropy.cu|s/softmax.powers - target;/softmax.powers - 2 * target;/
softmax: clip|Results.cu|s/inside(raw\[o\], q.clip) || gradient != gradient ? //; s/weight \* gradient : 0;/weight * gradient;/
squared error: the factor|SquaredError.cu|s/return 2 \* (logit - target)/return logit - target/
squared error: what is wrong|SquaredError.cu|s/<= 0.5f/<= 0.4f/
dropout: mask, forward|Dropout.cu|s/output\[u\] \* dropoutFactor(q, step, u)/output[u]/
dropout: mask, backward|Dropout.cu|s/w.dTop\[u\] \*= dropoutFactor(q, step, u);/;/
dropout: scale|Dropout.cu|s/? 0 : q.dropoutScale/? 0 : 1/
dropout: the sequence|Dropout.cu|s/q.firstSequence + blockIdx.x/q.firstSequence/
dropout: the steps of later chunks|Dropout.cu|s/(unsigned)(q.firstStep + step)/(unsigned)step/
dropout: upper half of the seed|Dropout.cu|s/(unsigned)(key >> 32)/0/
dropout: steps behind the end|Forward.cu|s/fill(droppedRow(q, step), 0, q.units);/;/
bound of the gradients from step to step|Functions.cu|s/return clipped(x, GRADIENT_BOUND);/return x;/
mean in the softmax of shifts|Heads.cu|s/y\[i\] \* (d\[i\] - mean)/y[i] * d[i]/
LIST
)

if [ "$scratch" = --check ]; then
    exec "$root/tests/Ntm.Core.Tests/Engines/mutations-apply.sh" "$kernels" <<< "$terms"
fi

scratch=$(realpath -m "$scratch")
mkdir -p "$scratch"
export NTM_KERNELS=$scratch NTM_PARITY_SEED=1 NTM_PARITY_COUNT=24

barriers() {
    local file number
    for file in $(find "$kernels" -name '*.cu' | sort); do
        { grep -nE '__sync(threads|warp)\(\);' "$file" || true; } | cut -d: -f1 | while read -r number; do
            echo "barrier $(basename "$file") line $number|$(basename "$file")|${number}s/__sync(threads|warp)\(\);//"
        done
    done
}

survivors=0
while IFS='|' read -r name file expression; do
    find "$kernels" -name '*.cu' -exec cp {} "$scratch/" \;
    case $name in barrier*) sed -Ei "$expression" "$scratch/$file" ;; *) sed -i "$expression" "$scratch/$file" ;; esac
    if cmp -s "$(find "$kernels" -name "$file")" "$scratch/$file"; then
        echo "NOT APPLIED  $name"
        survivors=$((survivors + 1))
        continue
    fi
    status=0
    caught=$(timeout 300 "$tests" -class '*.Cuda.HostParityTests' -class '*.Cuda.ScheduleTests' -class '*.Cuda.TrainingPassTests' -class '*.LossTests' -class '*.GradientBoundTests' -class '*.DropoutTests' -stopOnFail 2>&1) || status=$?
    if [ "$status" = 0 ]; then
        echo "SURVIVED     $name"
        survivors=$((survivors + 1))
    elif [ "$status" = 124 ]; then
        echo "TIMED OUT    $name"
        survivors=$((survivors + 1))
    else
        echo "caught       $name: $(echo "$caught" | grep -o 'Cuda\.[A-Za-z]*\.[A-Za-z_]*' | head -n 1)$(echo "$caught" | grep -qF 'g++ refuses' && echo ' (NOT BUILT)')"
    fi
done < <({ barriers; echo "$terms"; } | grep -E "$pattern")
echo "$survivors not caught"
exit $((survivors > 0))
