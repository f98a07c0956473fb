namespace Ntm.Runtime.Controllers;

/// <summary>What a controller's layer does between its matrix products, for one sample. Arrays are padded to a multiple of 8 units.</summary>
internal unsafe interface IController
{
    /// <summary>Parameters, state and sums.</summary>
    static abstract ControllerLayout Layout { get; }

    /// <summary>Whether the previous output reaches the new one past the weights: then <see cref="LayerGradient.DCell"/> is that part of its gradient.</summary>
    static abstract bool PassesOutput { get; }

    /// <summary>From the sums to the output and, if there is one, the cell state. What the backward pass needs stays in place of the sums.</summary>
    static abstract void Forward(in LayerSlot slot);

    /// <summary>From the gradient of the output to that of the sums, in their place.</summary>
    static abstract void Backward(in LayerGradient gradient);
}

/// <summary>A layer at one step of one sample, going forward.</summary>
internal unsafe ref struct LayerSlot
{
    /// <summary>In: the sums, one block of <see cref="Units"/> after the other. Out: what <see cref="IController.Backward"/> needs.</summary>
    public float* Sums;

    /// <summary>The layer's previous output.</summary>
    public float* Before;

    /// <summary>The cell state before the step.</summary>
    public float* Cell;

    /// <summary>Where the cell state after it goes.</summary>
    public float* NextCell;

    /// <summary>Room for a further value per unit that the backward pass needs; only where there is a cell state.</summary>
    public float* Kept;

    /// <summary>Where the output goes.</summary>
    public float* Output;

    /// <summary>All bits set for units, none for padding.</summary>
    public float* Mask;

    /// <summary>Units, padded.</summary>
    public int Units;
}

/// <summary>A layer at one step of one sample, going backward.</summary>
internal unsafe ref struct LayerGradient
{
    /// <summary>In: what <see cref="IController.Forward"/> left. Out: the gradients of the sums.</summary>
    public float* Sums;

    /// <inheritdoc cref="LayerSlot.Before"/>
    public float* Before;

    /// <inheritdoc cref="LayerSlot.Cell"/>
    public float* Cell;

    /// <inheritdoc cref="LayerSlot.Kept"/>
    public float* Kept;

    /// <summary>The gradient of the output from above.</summary>
    public float* DOutput;

    /// <summary>The gradient of the output from the next step.</summary>
    public float* DLater;

    /// <summary>In: the gradient of the cell state after the step. Out: before it, or see <see cref="IController.PassesOutput"/>.</summary>
    public float* DCell;

    /// <summary>All bits set for units, none for padding.</summary>
    public float* Mask;

    /// <summary>Units, padded.</summary>
    public int Units;
}
