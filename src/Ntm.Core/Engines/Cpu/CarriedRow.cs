namespace Ntm.Core.Engines.Cpu;

/// <summary>One sample of what is carried from step to step, or of its gradients.</summary>
internal unsafe interface ICarriedRow
{
    /// <summary>The row of a layer: the layer's own previous output and, in the first one, the reads are carried.</summary>
    float* Layer(int layer);

    float* Cells(int layer);

    /// <summary>The memory in blocks.</summary>
    float* Memory { get; }

    float* Weighting(int head);
}

/// <summary>A slot of a history.</summary>
internal readonly unsafe struct HistoryRow(History history, int slot, int row) : ICarriedRow
{
    public float* Layer(int layer) => history.Layer(layer, slot, row);

    public float* Cells(int layer) => history.Cells(layer, slot, row);

    public float* Memory => history.Memory(slot, row);

    public float* Weighting(int head) => history.Weighting(slot, row, head);
}

/// <summary>The gradients that flow backward.</summary>
internal readonly unsafe struct GradientRow(GroupScratch scratch, int row) : ICarriedRow
{
    public float* Layer(int layer) => scratch.DLayer(layer, row);

    public float* Cells(int layer) => scratch.DCells(layer, row);

    public float* Memory => scratch.DMemory(row);

    public float* Weighting(int head) => scratch.DWeighting(row, head);
}
