namespace Ntm.Runtime.Engine;

/// <summary>One sample of the state that is passed from step to step, or of its gradients.</summary>
internal unsafe interface ICarriedRow
{
    /// <summary>The row of a layer, in which the layer's own previous output and, in the first layer, the reads are carried.</summary>
    float* Layer(int layer);

    float* Cells(int layer);

    /// <summary>The floats that the memory access carries.</summary>
    float* Carried { get; }
}

/// <summary>Returns a slot of a history.</summary>
internal readonly unsafe struct HistoryRow(History history, int slot, int row) : ICarriedRow
{
    public float* Layer(int layer) => history.Layer(layer, slot, row);

    public float* Cells(int layer) => history.Cells(layer, slot, row);

    public float* Carried => history.Carried(slot, row);
}

/// <summary>Returns the gradients that flow backward.</summary>
internal readonly unsafe struct GradientRow(GroupGradient gradient, int row) : ICarriedRow
{
    public float* Layer(int layer) => gradient.Layer(layer, row);

    public float* Cells(int layer) => gradient.Cells(layer, row);

    public float* Carried => gradient.Carried(row);
}
