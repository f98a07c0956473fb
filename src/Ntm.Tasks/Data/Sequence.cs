using System.Globalization;
using Ntm.Shared;

namespace Ntm.Tasks;

/// <summary>
/// A sequence of a data set: inputs <c>[T, I]</c>; targets <c>[T, O]</c> or classes <c>[T]</c>; and a weight for every step, <c>[T]</c>. A step of weight 0
/// does not count: its target or class may have any value.
/// </summary>
public sealed class Sequence
{
    private readonly float[] _inputs;
    private readonly float[] _targets;
    private readonly long[] _classes;
    private readonly float[] _weights;

    /// <summary>Creates a sequence with a target vector for every step.</summary>
    /// <param name="inputs">An input vector for every step, all of one width, with finite numbers; at least one.</param>
    /// <param name="targets">A target vector for every step, all of one width, with finite numbers in the steps that count.</param>
    /// <param name="weights">The weight of every step in the loss, finite and 0 or more; <see langword="null"/> for 1 in every step.</param>
    /// <exception cref="ArgumentException">A list has the wrong length or width, a value is not valid, or no step counts. The message names step, channel and
    /// value.</exception>
    public Sequence(IReadOnlyList<float[]> inputs, IReadOnlyList<float[]> targets, IReadOnlyList<float>? weights = null)
        : this(Flat(inputs, nameof(inputs)), Flat(targets, nameof(targets)), [], weights is null ? null : [.. weights], inputs.Count)
    {
        if (targets.Count != Steps)
            throw new ArgumentException($"targets has {targets.Count} steps; expected T = {Steps}, like inputs.", nameof(targets));
    }

    private Sequence(float[] inputs, float[] targets, long[] classes, float[]? weights, int steps)
    {
        (_inputs, _targets, _classes, Steps) = (inputs, targets, classes, steps);
        InputSize = inputs.Length / steps;
        if (weights is not null && weights.Length != steps)
            throw new ArgumentException($"weights has {weights.Length} steps; expected T = {steps}, like inputs.", nameof(weights));
        if (classes.Length == 0)
            TargetSize = targets.Length / steps;
        else if (classes.Length != steps)
            throw new ArgumentException($"classes has {classes.Length} steps; expected T = {steps}, like inputs.", nameof(classes));
        _weights = weights ?? [.. Enumerable.Repeat(1f, steps)];
        if (ValueCheck.FirstNegativeOrNotFinite(_weights) is var weight and >= 0)
            throw Bad("weights", $"step {weight}", _weights[weight], "0 or more, and finite");
        if (!_weights.AsSpan().ContainsAnyExcept(0f))
            throw new ArgumentException($"weights is 0 in all {steps} steps; expected a step that counts.", nameof(weights));
        if (ValueCheck.FirstNotFinite(inputs) is var input and >= 0)
            throw Bad("inputs", $"step {input / InputSize}, channel {input % InputSize}", inputs[input], "a finite number");
        for (var t = 0; t < steps; t++)
        {
            if (_weights[t] == 0)
                continue;
            if (HasClass && classes[t] < 0)
                throw new ArgumentException($"classes is {classes[t]} in step {t}; expected 0 or more.", nameof(classes));
            if (!HasClass && ValueCheck.FirstNotFinite(Target(t)) is var target and >= 0)
                throw Bad("targets", $"step {t}, channel {target}", Target(t)[target], "a finite number");
        }
    }

    /// <summary>The number of steps, <c>T</c>.</summary>
    public int Steps { get; }

    /// <summary>Width of an input vector, <c>I</c>.</summary>
    public int InputSize { get; }

    /// <summary>Width of a target vector, <c>O</c>; 0 if the sequence has classes.</summary>
    public int TargetSize { get; }

    /// <summary>Whether the sequence has classes, not target vectors.</summary>
    public bool HasClass => _classes.Length > 0;

    /// <summary>The largest class of a step that counts.</summary>
    internal (long Class, int Step) LargestClass
    {
        get
        {
            var largest = -1;
            for (var t = 0; t < Steps; t++)
                if (_weights[t] != 0 && (largest < 0 || _classes[t] > _classes[largest]))
                    largest = t;
            return (_classes[largest], largest);
        }
    }

    /// <summary>Creates a sequence with a class for every step.</summary>
    /// <param name="inputs">An input vector for every step, all of one width, with finite numbers; at least one.</param>
    /// <param name="classes">A class for every step, 0 or more in the steps that count.</param>
    /// <param name="weights">The weight of every step in the loss, finite and 0 or more; <see langword="null"/> for 1 in every step.</param>
    /// <exception cref="ArgumentException">A list has the wrong length or width, a value is not valid, or no step counts. The message names step, channel and
    /// value.</exception>
    public static Sequence WithClasses(IReadOnlyList<float[]> inputs, IReadOnlyList<long> classes, IReadOnlyList<float>? weights = null) =>
        new(Flat(inputs, nameof(inputs)), [], [.. NotEmpty(classes, nameof(classes))], weights is null ? null : [.. weights], inputs.Count);

    /// <summary>Creates a sequence from arrays without a structure, in row-major order.</summary>
    /// <param name="steps">The number of steps, <c>T</c>; at least 1.</param>
    /// <param name="inputs"><c>[T, I]</c></param>
    /// <param name="targets"><c>[T, O]</c></param>
    /// <param name="weights"><c>[T]</c>; empty for 1 in every step.</param>
    /// <exception cref="ArgumentException">A length is not a multiple of <paramref name="steps"/>, a value is not valid, or no step counts.</exception>
    public static Sequence FromRows(int steps, ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights = default)
    {
        ThrowIfNotRows(steps, inputs.Length, nameof(inputs));
        ThrowIfNotRows(steps, targets.Length, nameof(targets));
        return new Sequence(inputs.ToArray(), targets.ToArray(), [], weights.IsEmpty ? null : weights.ToArray(), steps);
    }

    /// <summary>Creates a sequence with classes from arrays without a structure, in row-major order.</summary>
    /// <param name="steps">The number of steps, <c>T</c>; at least 1.</param>
    /// <param name="inputs"><c>[T, I]</c></param>
    /// <param name="classes"><c>[T]</c></param>
    /// <param name="weights"><c>[T]</c>; empty for 1 in every step.</param>
    /// <exception cref="ArgumentException">A length is not a multiple of <paramref name="steps"/>, a value is not valid, or no step counts.</exception>
    public static Sequence FromRowsWithClasses(int steps, ReadOnlySpan<float> inputs, ReadOnlySpan<long> classes, ReadOnlySpan<float> weights = default)
    {
        ThrowIfNotRows(steps, inputs.Length, nameof(inputs));
        ThrowIfNotRows(steps, classes.Length, nameof(classes));
        return new Sequence(inputs.ToArray(), [], classes.ToArray(), weights.IsEmpty ? null : weights.ToArray(), steps);
    }

    /// <summary>Writes the sequence to a buffer of its widths.</summary>
    internal void CopyTo(SequenceBuffer buffer)
    {
        buffer.Begin(Steps);
        for (var t = 0; t < Steps; t++)
        {
            _inputs.AsSpan(t * InputSize, InputSize).CopyTo(buffer.Input(t));
            if (_weights[t] == 0)
                continue;
            if (HasClass)
                buffer.CountedClass(t, _classes[t], _weights[t]);
            else
                Target(t).CopyTo(buffer.CountedTarget(t, _weights[t]));
        }
    }

    private ReadOnlySpan<float> Target(int step) => _targets.AsSpan(step * TargetSize, TargetSize);

    private static float[] Flat(IReadOnlyList<float[]> rows, string name)
    {
        ArgumentNullException.ThrowIfNull(rows, name);
        if (rows.Count == 0)
            throw new ArgumentException($"{name} has no steps; expected at least 1.", name);
        for (var t = 0; t < rows.Count; t++)
        {
            if (rows[t] is null)
                throw new ArgumentException($"{name} is null in step {t}; expected a vector.", name);
            if (rows[t].Length != rows[0].Length || rows[t].Length == 0)
                throw new ArgumentException($"{name} has {rows[t].Length} channels in step {t}; expected {(t == 0 ? "at least 1" : $"{rows[0].Length}, like in step 0")}.", name);
        }

        return [.. rows.SelectMany(row => row)];
    }

    private static IReadOnlyList<long> NotEmpty(IReadOnlyList<long> classes, string name)
    {
        ArgumentNullException.ThrowIfNull(classes, name);
        if (classes.Count == 0)
            throw new ArgumentException($"{name} has no steps; expected one class for each step of inputs.", name);
        return classes;
    }

    private static void ThrowIfNotRows(int steps, int length, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (length == 0 || length % steps != 0)
            throw new ArgumentException($"{name} has {length} elements; expected a multiple of T = {steps}.", name);
    }

    private static ArgumentException Bad(string name, string place, float value, string expected) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{name} is {value} in {place}; expected {expected}."), name);
}
