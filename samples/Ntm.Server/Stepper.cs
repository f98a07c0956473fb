using System.Diagnostics;
using Microsoft.Extensions.Options;
using Ntm.Runtime;

namespace Ntm.Server;

/// <summary>Computes the steps of a session one by one, so that a request that takes too long, or whose client has gone, ends after any of them.</summary>
/// <param name="metrics">Counts and times the steps.</param>
/// <param name="options">Tell whether outputs are logits.</param>
internal sealed class Stepper(ServerMetrics metrics, IOptions<ServerOptions> options)
{
    /// <param name="session">The session, which no one else uses.</param>
    /// <param name="inputs">The input vectors, one after the other; finite.</param>
    /// <param name="cancelled">Ends the computation after a step.</param>
    /// <returns>The probabilities, or the logits, after each step.</returns>
    /// <exception cref="RefusedException">An output is not finite.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled. Some steps have been done.</exception>
    public float[][] Run(SequenceSession session, float[] inputs, CancellationToken cancelled)
    {
        var outputs = new float[inputs.Length / session.InputSize][];
        for (var t = 0; t < outputs.Length; t++)
        {
            cancelled.ThrowIfCancellationRequested();
            var output = outputs[t] = new float[session.OutputSize];
            var start = Stopwatch.GetTimestamp();
            try
            {
                session.Step(inputs.AsSpan(t * session.InputSize, session.InputSize), output);
            }
            catch (InvalidOperationException)
            {
                // An earlier step has overflowed, although its outputs were finite.
                throw Overflow("The session's state is not finite in float32; expected smaller numbers or weights: open another session.");
            }

            metrics.Stepped(Stopwatch.GetElapsedTime(start));
            for (var o = 0; o < output.Length; o++)
            {
                if (!float.IsFinite(output[o]))
                    throw Overflow($"The outputs of inputs[{t}] are not finite in float32; expected smaller numbers.");
                if (!options.Value.Logits)
                    output[o] = 1 / (1 + MathF.Exp(-output[o]));
            }
        }

        return outputs;
    }

    private static RefusedException Overflow(string message) => new(StatusCodes.Status422UnprocessableEntity, "overflow", message);
}
