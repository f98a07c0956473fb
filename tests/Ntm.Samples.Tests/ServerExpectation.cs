using System.Text.Json;
using Ntm.Runtime;

namespace Ntm.Samples.Tests;

/// <summary>The answers that the server must give, computed in this process by a session of the same model.</summary>
internal sealed class ServerExpectation(NtmModel model, bool areLogits = false) : IDisposable
{
    private readonly NtmSession _session = model.NewSession();
    private long _steps;

    /// <summary>Returns the body of a request.</summary>
    public static string Body(params float[][] inputs) => JsonSerializer.Serialize(new { inputs });

    /// <summary>Returns random vectors of bits and of other numbers.</summary>
    public static float[][] Inputs(Random random, int steps, int width) =>
        [.. Enumerable.Range(0, steps).Select(_ => Enumerable.Range(0, width).Select(_ => random.Next(4) == 0 ? random.NextSingle() : random.Next(2)).ToArray())];

    /// <summary>Computes steps and returns the answer, every character of it.</summary>
    public string Steps(params float[][] inputs)
    {
        var outputs = Run(inputs);
        _steps += inputs.Length;
        return JsonSerializer.Serialize(new { outputs, steps = _steps });
    }

    /// <summary>Computes a sequence from the beginning and returns the answer.</summary>
    public static string Predict(NtmModel model, params float[][] inputs)
    {
        using var expectation = new ServerExpectation(model);
        return JsonSerializer.Serialize(new { outputs = expectation.Run(inputs) });
    }

    public void Dispose() => _session.Dispose();

    private float[][] Run(float[][] inputs) =>
    [
        .. inputs.Select(input =>
        {
            var logits = new float[_session.OutputSize];
            _session.Step(input, logits);
            return areLogits ? logits : logits.Select(logit => 1 / (1 + MathF.Exp(-logit))).ToArray();
        }),
    ];
}
