namespace Ntm.Core.Engines;

/// <summary>
/// Packed weights for single steps, and what is needed to notice that a parameter has changed. torch counts its own changes. Changes past torch, by a span of
/// a parameter's memory, are noticed at samples of every parameter, which no optimizer leaves unchanged; and by every step from a state that is not the
/// result of a step, because it packs the weights again.
/// </summary>
internal sealed unsafe class StepWeights(SequenceMachine machine) : IDisposable
{
    private const int SamplesPerParameter = 8;

    /// <summary>The golden ratio's fraction: its multiples are spread evenly and meet no row or column again and again.</summary>
    private const double Spread = 0.6180339887498949;

    private readonly long[] _versions = new long[machine.Tensors.Length];
    private readonly nint[] _addresses = new nint[machine.Tensors.Length];
    private readonly float[] _samples = new float[machine.Tensors.Length * SamplesPerParameter];

    public PackedWeights Packed { get; } = new(machine.Shape);

    /// <summary>The number of chains and calls that use the weights; only <see cref="StepPool"/> changes it, under its lock.</summary>
    public int Users { get; set; }

    /// <summary>Packs the current parameters.</summary>
    public void Pack()
    {
        var count = machine.Tensors.Length;
        var pointers = stackalloc float*[count];
        for (var p = 0; p < count; p++)
        {
            var tensor = machine.Tensors[p];
            pointers[p] = TensorVersion.Start(tensor);
            (_versions[p], _addresses[p]) = (TensorVersion.Of(tensor), (nint)pointers[p]);
            for (var i = 0; i < SamplesPerParameter; i++)
                _samples[p * SamplesPerParameter + i] = Sample(p, i);
        }

        Packed.Pack(machine.Parameters, pointers, panels: true);
    }

    /// <summary>Tells whether the parameters are the tensors that were packed, without a change by torch.</summary>
    public bool AreUnchanged()
    {
        for (var p = 0; p < _versions.Length; p++)
            if ((nint)TensorVersion.Start(machine.Tensors[p]) != _addresses[p] || TensorVersion.Of(machine.Tensors[p]) != _versions[p])
                return false;
        return true;
    }

    /// <summary>Tells whether the parameters are those that were packed.</summary>
    public bool AreCurrent()
    {
        if (!AreUnchanged())
            return false;
        for (var p = 0; p < _versions.Length; p++)
            for (var i = 0; i < SamplesPerParameter; i++)
                if (BitConverter.SingleToInt32Bits(Sample(p, i)) != BitConverter.SingleToInt32Bits(_samples[p * SamplesPerParameter + i]))
                    return false;
        return true;
    }

    public void Dispose() => Packed.Dispose();

    private float Sample(int parameter, int index) =>
        ((float*)_addresses[parameter])[(long)((index + 1) * Spread % 1 * machine.Parameters.Lengths[parameter])];
}
