using Ntm.Core.Serialization;
using Ntm.Runtime.Baseline;

namespace Ntm.Runtime;

/// <summary>The state of some streams of an <see cref="LstmModel"/>.</summary>
/// <inheritdoc cref="SequenceSession"/>
public sealed unsafe class LstmSession : SequenceSession
{
    private readonly LstmShape _shape;
    private readonly LstmGroup[] _groups;

    internal LstmSession(LstmModel model, int batch)
        : base(model, batch)
    {
        try
        {
            _shape = model.Weights.Shape;
            _groups = new LstmGroup[(batch + LstmGroup.MostRows - 1) / LstmGroup.MostRows];
            for (var g = 0; g < _groups.Length; g++)
                _groups[g] = new LstmGroup(model.Weights, Math.Min(LstmGroup.MostRows, batch - g * LstmGroup.MostRows));
            Begin();
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    /// <summary>Creates a session from a state's file.</summary>
    internal static LstmSession Load(LstmModel model, SafeTensorsFile file, string sourceName)
    {
        var (h, c) = LstmStateFormat.Tensors(file, sourceName, model.Weights.Shape);
        var session = new LstmSession(model, checked((int)h.Shape[1]));
        using var memory = new FileMemory([h, c]);
        session.Copy(memory.Start(h.Name), memory.Start(c.Name), load: true);
        return session;
    }

    private protected override bool Advance(float* input, float* output)
    {
        var isFinite = true;
        foreach (var group in _groups)
        {
            group.Step(input, output);
            input += (nint)group.Samples * InputSize;
            output += (nint)group.Samples * OutputSize;
            isFinite &= group.IsFinite();
        }

        return isFinite;
    }

    private protected override void Begin()
    {
        foreach (var group in _groups)
            group.Begin();
    }

    private protected override SafeTensorsFile Snapshot()
    {
        var (h, c) = LstmStateFormat.New(_shape, Batch);
        Copy(h.Start, c.Start, load: false);
        return LstmStateFormat.File(h.ToTensor(), c.ToTensor());
    }

    private protected override void Free()
    {
        foreach (var group in _groups)
            group.Dispose();
    }

    /// <summary>Copies the state from or to tensors <c>[L, B, H]</c>.</summary>
    private void Copy(float* h, float* c, bool load)
    {
        for (var l = 0; l < _shape.Layers; l++)
        {
            for (var b = 0; b < Batch; b++, h += _shape.Units, c += _shape.Units)
            {
                var (group, row) = (_groups[b / LstmGroup.MostRows], b % LstmGroup.MostRows);
                Move(group.H(l, row), h, load);
                Move(group.C(l, row), c, load);
            }
        }
    }

    private void Move(float* inside, float* outside, bool load) => Floats.Copy(load ? outside : inside, load ? inside : outside, _shape.Units);
}
