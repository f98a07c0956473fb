using System.Globalization;
using Ntm.Runtime;

namespace Ntm.Native;

/// <summary>Computes a step for each line of numbers.</summary>
/// <param name="session">The session of one stream.</param>
/// <param name="logits">Whether logits are written instead of probabilities.</param>
internal sealed class LinePredictor(SequenceSession session, bool logits)
{
    private readonly float[] _input = new float[session.InputSize];
    private readonly float[] _output = new float[session.OutputSize];
    private readonly char[] _text = new char[64];

    /// <summary>Computes the step of a line and writes its outputs.</summary>
    /// <param name="line">The line.</param>
    /// <param name="number">The line's number, from 1.</param>
    /// <param name="target">Receives a line.</param>
    /// <exception cref="BadLineException">The line does not have the model's number of finite numbers.</exception>
    public void Predict(ReadOnlySpan<char> line, int number, TextWriter target)
    {
        if (line.Trim().IsEmpty)
        {
            session.Reset();
            target.WriteLine();
            return;
        }

        Parse(line, number);
        session.Step(_input, _output);
        for (var o = 0; o < _output.Length; o++)
        {
            if (o > 0)
                target.Write(' ');
            var value = logits ? _output[o] : 1 / (1 + MathF.Exp(-_output[o]));
            value.TryFormat(_text, out var length, "F6", CultureInfo.InvariantCulture);
            target.Write(_text.AsSpan(0, length));
        }

        target.WriteLine();
    }

    private void Parse(ReadOnlySpan<char> line, int number)
    {
        var count = 0;
        foreach (var range in line.SplitAny(' ', '\t', ','))
        {
            var text = line[range].Trim();
            if (text.IsEmpty)
                continue;
            if (count < _input.Length)
                _input[count] = Number(text, number);
            count++;
        }

        if (count != _input.Length)
            throw new BadLineException($"Line {number} has {count} numbers; expected {_input.Length}, the model's inputs.");
    }

    private static float Number(ReadOnlySpan<char> text, int line) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value)
            ? value
            : throw new BadLineException($"Line {line} contains '{text[..Math.Min(text.Length, 40)]}'; expected a finite number, such as 0.5.");
}
