using Ntm.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Support;

/// <summary>A custom fast model, <c>w x + b</c> of each step with hand-written gradients, which computes a tensor only for autograd.</summary>
internal sealed class FastModel : IFusedSequenceModel, IDisposable
{
    private readonly LinearModel _slow = new();

    public int InputSize => 1;

    public int OutputSize => 1;

    /// <summary>The losses of the requested passes.</summary>
    public List<LossKind> Asked { get; } = [];

    /// <summary>The passes that were created.</summary>
    public List<Pass> Passes { get; } = [];

    /// <summary>Calls of <see cref="Logits"/>.</summary>
    public int SlowCalls { get; private set; }

    /// <summary>The loss of its passes; <see langword="null"/> for none.</summary>
    public LossKind? Has { get; set; } = LossKind.BinaryCrossEntropy;

    /// <summary>The name of the bias in its passes.</summary>
    public string BiasName { get; set; } = "bias";

    public ISequencePass? CreatePass(LossKind loss)
    {
        Asked.Add(loss);
        if (Has is not { } has)
            return null;
        var pass = new Pass(this, has);
        Passes.Add(pass);
        return pass;
    }

    public Tensor Logits(Tensor inputs)
    {
        SlowCalls++;
        return _slow.Logits(inputs);
    }

    public IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => _slow.named_parameters(recurse);

    public float[] Values() => _slow.Values();

    public void Dispose() => _slow.Dispose();

    public sealed class Pass(FastModel model, LossKind loss) : ISequencePass
    {
        private readonly float[] _gradient = new float[3];

        public LossKind Loss => loss;

        public IReadOnlyList<ParameterSegment> Segments => [new("weight", 0, 1), new(model.BiasName, 1, 1), new("trap", 2, 1)];

        public Span<float> Gradient => _gradient;

        public int Trained { get; private set; }

        public int Evaluated { get; private set; }

        public bool IsDisposed { get; private set; }

        public SequenceScore Compute(
            ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps, int batch, Span<float> logits = default)
        {
            Trained++;
            return Run(inputs, targets, mask, batch, logits, _gradient);
        }

        public SequenceScore ComputeInto(
            Tensor gradient, ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps, int batch,
            Span<float> logits = default)
        {
            Trained++;
            var flat = new float[3];
            var score = Run(inputs, targets, mask, batch, logits, flat);
            using var computed = tensor(flat);
            gradient.copy_(computed);
            return score;
        }

        public SequenceScore Evaluate(
            ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps, int batch, Span<float> logits = default)
        {
            Evaluated++;
            return Run(inputs, targets, mask, batch, logits, new float[3]);
        }

        public void Dispose() => IsDisposed = true;

        private SequenceScore Run(ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, int batch, Span<float> logits, float[] gradient)
        {
            var values = model.Values();
            var (nats, wrong, counted, wrongOf) = (0.0, 0L, 0L, new int[batch]);
            Array.Clear(gradient);
            for (var i = 0; i < mask.Length; i++)
            {
                float[] logit = [values[0] * inputs[i] + values[1]];
                if (!logits.IsEmpty)
                    logits[i] = logit[0];
                if (mask[i] == 0)
                    continue;
                var step = ReferenceLoss.Of(loss).Step(logit, targets.Slice(i, 1));
                (nats, wrong, counted) = (nats + step.Loss, wrong + step.Wrong, counted + step.Counted);
                wrongOf[i % batch] += step.Wrong;
                var slope = (float)(1 / (1 + Math.Exp(-logit[0])) - targets[i]) / batch;
                (gradient[0], gradient[1]) = (gradient[0] + slope * inputs[i], gradient[1] + slope);
            }

            return new SequenceScore(loss, batch, nats, wrong, wrongOf.Count(w => w == 0), counted);
        }
    }
}
