#!/usr/bin/env bash
# Drops each term of the CPU engine's backward pass in turn, in a scratch copy of the working tree, and runs the parity grid, the
# training pass's, the autograd and the adversarial tests. A mutation that no test catches makes the script fail.
#
#     tests/Ntm.Core.Tests/Engines/Cpu/mutations.sh SCRATCH_FOLDER [PATTERN OF NAMES]
#     tests/Ntm.Core.Tests/Engines/Cpu/mutations.sh --check      only tells which do not change the sources as they are
set -euo pipefail
scratch=${1:?a folder for the copy, or --check}
pattern=${2:-.}
root=$(cd "$(dirname "$0")/../../../.." && pwd)

# name | file | sed expression
mutations=$(cat <<'LIST'
clip of the logits, training pass|BinaryCrossEntropy.cs|s/Vector256.AndNot(factor \* (Sigmoid(z) - Vector256.Load(targets + o)), outside)/(factor * (Sigmoid(z) - Vector256.Load(targets + o)))/
clip of the logits, autograd|OutsideGradient.cs|s/ \&\& shape.Inside(logits\[o\])//
clip of keys and adds|HeadActivation.cs|/MultiplySubtract(y, y, Vector256<float>.One);/,/Store(raw + m)/s/Vector256.AndNot(d, .*)\.Store(raw + m)/d.Store(raw + m)/
clip of erases|HeadActivation.cs|/(y \* (Vector256<float>.One - y));/,/Store(raw + m)/s/Vector256.AndNot(d, .*)\.Store(raw + m)/d.Store(raw + m)/
tanh of keys and adds|HeadActivation.cs|s/ \* MultiplySubtract(y, y, Vector256<float>.One);/;/
sigmoid of erases|HeadActivation.cs|s/ \* (y \* (Vector256<float>.One - y));/;/
softplus of strengths|HeadActivation.cs|s/dActivated\[at\] \* activated\[shape.StrengthSlopeColumn + index\]/dActivated[at]/
softplus of sharpening|HeadActivation.cs|s/dActivated\[at\] \* activated\[shape.SharpeningSlopeColumn + index\]/dActivated[at]/
sigmoid of gates|HeadActivation.cs|s/dActivated\[at\] \* activated\[at\] \* (1 - activated\[at\])/dActivated[at]/
mean in the softmax of shifts|HeadActivation.cs|s/(dActivated\[at\] - mean)/dActivated[at]/
mean in the softmax of sharpening|AddressingBackward.cs|s/(Vector256.Load(dWeighting + i) - center - mean)/Vector256.Load(dWeighting + i)/
gradient of gamma|AddressingBackward.cs|s/sum = MultiplyAdd(d, Vector256.Load(slot.Logarithm + i) - common, sum);//
gamma in the gradient of the shifted weighting|AddressingBackward.cs|s/(factor \* d \/ Vector256.Load/(d \/ Vector256.Load/
logarithm's derivative|AddressingBackward.cs|s/(factor \* d \/ Vector256.Load(slot.Shifted + i))/(factor * d)/
gradient of the shift weighting|AddressingBackward.cs|s/dShift\[s + range\] = total/dShift[s + range] = 0/
wrap-around of the shift, backward|AddressingBackward.cs|s/Ring.Close(dShifted, shape.Locations, locations, shiftRange);/for (var i = 1; i <= shiftRange; i++) (dShifted[-i], dShifted[locations + i - 1]) = (0, 0);/
outer shifts|AddressingBackward.cs|s/d = MultiplyAdd(last, .*$/d = d + default(Vec);/
inner shifts|AddressingBackward.cs|s/for (var s = 1; s < range; s++)/for (var s = range; s < range; s++)/
gradient of the gate|AddressingBackward.cs|s/sum = MultiplyAdd(d, content - Vector256.Load(slot.Previous + i), sum);//
gate in the content weighting's gradient|AddressingBackward.cs|s/var through = gate \* d;/var through = d;/
gradient of the previous weighting|AddressingBackward.cs|s/(d - through).Store(dPrevious + i)/Vec.Zero.Store(dPrevious + i)/
mean in the softmax of the content|AddressingBackward.cs|s/(Vector256.Load(rowFactors + i) - center - mean)/Vector256.Load(rowFactors + i)/
gradient of the strength|AddressingBackward.cs|s/dStrength = MultiplyAdd(d, similarity - common, dStrength);//
norm of the memory's rows|AddressingBackward.cs|s/MultiplySubtract(own \* scale, scale, Vector256.Load(ownFactors + i)).Store(ownFactors + i);//
norm of the key|AddressingBackward.cs|s/dParameters\[m\] -= norm \* slot.Key\[m\];/_ = norm;/
dot product: the key|AddressingBackward.cs|s/MemoryPasses.Sum(slot.Memory, rowFactors, dParameters, shape.Blocks, shape.Width);/Floats.Clear(dParameters, shape.Width);/
dot product: the memory|NtmAccess.cs|s/scratch.Coefficients\[terms\] = rowFactors;/Floats.Clear(rowFactors, shape.LocationsPadded); scratch.Coefficients[terms] = rowFactors;/
read: the weighting|NtmAccess.cs|s/MemoryPasses.Dot(addressed.Memory, dRead, .*$//
read: the memory|NtmAccess.cs|0,/terms++;/s/terms++;/_ = terms;/
reads into the next step|GroupBackward.cs|s/Floats.Add(scratch.DLayer(0, r) + shape.BelowColumn, dReads, shape.ReadWidth);//
write: the memory, one head|MemoryWrite.cs|s/MultiplySubtract(gw, e0, g0).Store(g + half);//
write: the weighting, one head|MemoryWrite.cs|s/sum = MultiplyAdd(g0, MultiplySubtract(x0, e0, a0), sum);//
write: the erase vector, one head|MemoryWrite.cs|s/de0 = MultiplySubtract(gw, x0, de0);//
write: the add vector, one head|MemoryWrite.cs|s/da0 += gw;//
write: the memory, many heads|MemoryWrite.cs|s/(g1 \* before1).Store(g + 8);//
write: the weighting, many heads|MemoryWrite.cs|s/MultiplyAdd(g0, MultiplySubtract(others0, e, a), Vector256.Load(dw)).Store(dw);//
write: the other heads' erases, those before|MemoryWrite.cs|s/var others0 = Vector256.Load(own) \* after0;/var others0 = after0;/
write: the other heads' erases, those after|MemoryWrite.cs|s/after1 \*= MultiplySubtract(w1, e, one);//
write: the erase vector, many heads|MemoryWrite.cs|s/MultiplySubtract(gw1, others1, MultiplySubtract(gw0, others0, Vector256.Load(own + 16)))/MultiplySubtract(gw0, others0, Vector256.Load(own + 16))/
write: the add vector, many heads|MemoryWrite.cs|s/(Vector256.Load(own + 24) + (gw0 + gw1)).Store(own + 24);/(Vector256.Load(own + 24) + gw0).Store(own + 24);/
input gate|Lstm.cs|s/(dc \* g \* i \* (one - i)).Store(gates + u);/Vector256<float>.Zero.Store(gates + u);/
forget gate|Lstm.cs|s/(dc \* Vector256.Load(cell + u) \* f \* (one - f))/Vector256<float>.Zero/
cell gate|Lstm.cs|s/(dc \* i \* MultiplySubtract(g, g, one))/Vector256<float>.Zero/
output gate|Lstm.cs|s/(dh \* t \* o \* (one - o))/Vector256<float>.Zero/
cell state into the next step|Lstm.cs|s/(dc \* f).Store(dCell + u);/Vector256<float>.Zero.Store(dCell + u);/
output through the cell's tanh|Lstm.cs|s/MultiplyAdd(dh \* o, MultiplySubtract(t, t, one), Vector256.Load(dCell + u))/Vector256.Load(dCell + u)/
output into the next step|Lstm.cs|s/Clamp(Vector256.Load(dOutput + u) + Vector256.Load(dLater + u), bound)/Clamp(Vector256.Load(dOutput + u), bound)/
feedforward tanh|Feedforward.cs|s/ \* MultiplySubtract(y, y, Vector256<float>.One)).Store(outputs + u)/).Store(outputs + u)/
heads into the controller|GroupBackward.cs|s/history.HeadOutputs(s), shape.HeadOutputsPadded, rows, shape.HeadOutputs, scratch.DTop/history.HeadOutputs(s), shape.HeadOutputsPadded, rows, 0, scratch.DTop/
weights of a layer, later chunks or groups|LaneGradient.cs|0,/rows, accumulate);/s/rows, accumulate);/rows, false);/
initial output|LaneGradient.cs|s/Engine.Floats.Add(scratch.DLayer(l, row), InitialH(l), _shape.Units);/_ = row;/
initial cell state|LaneGradient.cs|s/Engine.Floats.Add(scratch.DCells(l, row), InitialC(l), _shape.Units);/_ = row;/
initial reads|NtmStart.cs|s/Floats.Add(dReads, gradient, _shape.ReadWidth);//
initial weightings|NtmStart.cs|s/Floats.Add(d.Weighting(h), WeightingGradient(gradient, h), _shape.LocationsPadded);/_ = h;/
initial memory|NtmStart.cs|s/Floats.Add(d.Memory, WeightingGradient(gradient, _shape.Heads), _shape.MemorySize);/_ = d;/
tanh of the initial reads|NtmStart.cs|s/gradient\[m\] \* (1 - reads\[m\] \* reads\[m\])/gradient[m]/
softmax of the initial weightings|NtmStart.cs|s/(d\[i\] - (float)mean)/d[i]/
gradient of the final state|GroupBackward.cs|s/dFinal?.Load<TAccess, GradientRow>(group.Samples\[r\], new GradientRow(scratch.Gradient, r));/_ = dFinal;/
gradient of the given state|GroupPass.cs|s/call.DGiven?.Save<TAccess, GradientRow>(group.Samples\[r\], new GradientRow(scratch.Gradient, r));/new Span<float>(call.DGiven!.Tensors[^4], 1).Clear();/
reset gate|Gru.cs|s/(dn \* Vector256.Load(sums + 3 \* units + u) \* r \* (one - r)).Store(sums + u);/Vector256<float>.Zero.Store(sums + u);/
update gate|Gru.cs|s/ \* z \* (one - z)).Store(sums + units + u);/ * z).Store(sums + units + u);/
new gate|Gru.cs|s/dh \* (one - z) \* MultiplySubtract(n, n, one)/dh * (one - z)/
new gate, from the previous output|Gru.cs|s/(dn \* r).Store(sums + 3 \* units + u);/dn.Store(sums + 3 * units + u);/
previous output past the weights|Gru.cs|s/(dh \* z).Store(dBefore + u);/Vector256<float>.Zero.Store(dBefore + u);/
output into the next step, GRU|Gru.cs|s/Clamp(Vector256.Load(dOutput + u) + Vector256.Load(dLater + u), bound)/Clamp(Vector256.Load(dOutput + u), bound)/
bias of the previous output|LayerColumns.cs|s/places.StateBias < 0 ? 0 : parameters\[places.StateBias\]\[row\]/0/
gradient of that bias|LayerColumns.cs|s/flat\[table.Offsets\[places.StateBias\] + row\] = bias;/flat[table.Offsets[places.StateBias] + row] = 0;/
softmax: the mean|SoftmaxCrossEntropy.cs|s/mass \* probability - targets\[o\]/probability - 2 * targets[o]/
softmax: clip|SoftmaxCrossEntropy.cs|s/Math.Abs(logits\[o\]) <= shape.Clip || double.IsNaN(probability)/true/
softmax: first of equals|SoftmaxCrossEntropy.cs|s/z > Clipped(shape, logits\[best\])/z >= Clipped(shape, logits[best])/
squared error: the factor|SquaredError.cs|s/2 \* weight \* (logits\[o\] - targets\[o\])/weight * (logits[o] - targets[o])/
squared error: clip|SquaredError.cs|s/Math.Abs(logits\[o\]) <= shape.Clip ? //; s/ : logits\[o\] \* 0;/;/
squared error: what is wrong|SquaredError.cs|s/<= 0.5/<= 0.4/
gradient of the inputs|GroupBackward.cs|s/Floats.Copy(scratch.DLayer(0, r) + shape.InputColumn, target, shape.Inputs);/Floats.Clear(target, shape.Inputs);/
dropout: mask, forward|GroupForward.cs|s/Floats.Multiply(history.Dropout(s, r), history.Top(s, r), shape.UnitsPadded);/_ = r;/
dropout: mask, backward|GroupBackward.cs|s/Floats.Multiply(history.Dropout(s, r), scratch.DTop .*$/_ = r;/
dropout: scale|GroupForward.cs|s/(float)dropout.Scale/1/
dropout: the sequence of a row|GroupForward.cs|s/r, dropout, group.Samples\[r\], firstStep/r, dropout, r, firstStep/
dropout: the steps of later chunks|GroupForward.cs|s/dropout, group.Samples\[r\], firstStep + s/dropout, group.Samples[r], s/
dropout: recurrent state|GroupForward.cs|s/Floats.Copy(output, history.Layer(l, s + 1, r), shape.UnitsPadded);/if (top \&\& shape.MayDrop) Floats.Multiply(history.Dropout(s, r), output, shape.UnitsPadded); Floats.Copy(output, history.Layer(l, s + 1, r), shape.UnitsPadded);/
bound of the gradients from step to step|GradientBound.cs|s/Value = 1e10f/Value = 3e38f/
steps: the state before the step|StepEngine.cs|s/source.Load<TAccess, HistoryRow>(sample, new HistoryRow(history, slot, row));/_ = source;/
steps: gradient of the state after the step|StepEngine.cs|s/source.Load<TAccess, GradientRow>(.*$/_ = source;/
steps: gradient of the state before the step|StepEngine.cs|s/target.Save<TAccess, GradientRow>(.*$/_ = target;/
steps: gradients of branches|StepPlace.cs|s/_gradient.Add(gradient);//
steps: gradients of another pass, added to|StepPlace.cs|s/_gradient is not null \&\& _pass == pass/_gradient is not null/
steps: gradients of another pass, taken|StepPlace.cs|s/if (_pass != pass)/if (_pass < 0)/
steps: gradients of the chain beside torch's|StepCall.cs|s/sum.Add(left);//
steps: gradients of later groups|StateGradient.cs|s/_groups\[g\].Add(other\[g\]);/_groups[0].Add(other[0]);/
steps: gradients that start from zero|StateGradient.cs|s/clear: true/clear: false/
steps: the slot of a state that is read|StepPlace.cs|s/CopyState(segment, slot + 1, target)/CopyState(segment, slot, target)/
steps: gradient of the logits|StepEngine.cs|s/OutsideGradient.Load(_shape, _logits, first + r, history.Logits(_slot, r));/Floats.Clear(history.Logits(_slot, r), _shape.OutputsPadded);/
steps: gradient of the inputs|StepEngine.cs|s/Floats.Copy(scratch.DLayer(0, r) + _shape.InputColumn, _inputs/Floats.Copy(scratch.DLayer(0, r) + _shape.BelowColumn, _inputs/
steps: weights of later steps|StepEngine.cs|s/_accumulate || g != piece/g != piece/
steps: weights of later groups|StepEngine.cs|s/_accumulate || g != piece/_accumulate/
steps: the other lanes|StepEngine.cs|s/LaneGradient.Add(CollectionsMarshal.AsSpan(_lanes)\[.._laneCount\], 0, _laneCount);//
steps: rows without a sample|StepEngine.cs|s/^            ClearState(history);/            _ = history;/
steps: the next step's inputs, kept|StepEngine.cs|s/_saved.AsSpan(start, count).CopyTo(new Span<float>(history.Layer(l, _slot + 1), count));/_ = start;/
steps: dropout of later groups|StepEngine.cs|s/_dropout, first + r, 0/_dropout, r, 0/
steps: dropout, backward|StepEngine.cs|s/samples, _segment.Drops\[_slot\], _inputs is not null/samples, false, _inputs is not null/
steps: dropout of a step computed again|StepEngine.cs|s/samples, _segment.Drops\[_slot\]);/samples, false);/
steps: the state of a branch|StepSegment.cs|s/_histories\[g\].CopyCarried(slot, target\[g\], targetSlot);/_ = g;/
LIST
)

if [ "$scratch" = --check ]; then
    exec "$root/tests/Ntm.Core.Tests/Engines/mutations-apply.sh" "$root/src" <<< "$mutations"
fi

rm -rf "$scratch"
git clone -q "$root" "$scratch"
cd "$scratch/src"
# The tests are built once; a mutation changes the libraries alone.
relaxed="-c Release -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false -p:MSBuildTreatWarningsAsErrors=false"
# shellcheck disable=SC2086
dotnet build "$scratch/tests/Ntm.Core.Tests" $relaxed > build.log
tests="$scratch/artifacts/bin/Ntm.Core.Tests/release/Ntm.Core.Tests"
build() {
    # shellcheck disable=SC2086
    dotnet build --no-restore "$scratch/src/Ntm.Core" $relaxed && cp --remove-destination "$scratch"/artifacts/bin/Ntm.{Runtime/release/Ntm.Runtime,Core/release/Ntm.Core}.dll "$(dirname "$tests")/"
}
survivors=0
export NTM_PARITY_SEED=1 NTM_PARITY_COUNT=24
while IFS='|' read -r name file expression; do
    sed -i "$expression" "$(find . -name "$file")"
    if git diff --quiet; then
        echo "NOT APPLIED  $name"
        survivors=$((survivors + 1))
        continue
    fi
    if ! build > build.log 2>&1; then
        echo "NOT BUILT    $name: $(grep -m1 -o 'error .*' build.log)"
        survivors=$((survivors + 1))
    elif caught=$("$tests" -class '*.ParityGridTests' -class '*.SequenceTrainingPassTests' -class '*.AutogradTests' -class '*.AdversarialTests' -class '*.LossTests' -class '*.GradientBoundTests' -class '*.StepwiseTests' -class '*.StepwiseStateTests' -class '*.DropoutTests' 2>&1); then
        echo "SURVIVED     $name"
        survivors=$((survivors + 1))
    else
        echo "caught       $name: $(echo "$caught" | grep -o 'Cpu\.[A-Za-z]*\.[A-Za-z_]*[^[]*\[FAIL\]' | sed 's/Cpu\.//; s/ *\[FAIL\]//' | sort -u | paste -sd, | cut -c1-160)"
    fi
    git checkout -q .
done < <(grep -E "$pattern" <<< "$mutations")
echo "$survivors not caught"
exit $((survivors > 0))
