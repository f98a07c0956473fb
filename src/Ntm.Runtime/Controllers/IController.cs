namespace Ntm.Runtime.Controllers;

/// <summary>The computation of a controller's layer between its matrix products, for one sample. Arrays are padded to a multiple of 8 units.</summary>
internal unsafe interface IController
{
    /// <summary>The parameters, state and sums.</summary>
    static abstract ControllerLayout Layout { get; }

    /// <summary>Whether the previous output influences the new one directly, not only through the weights: then <see cref="LayerGradient.DCell"/> is that
    /// part of its gradient.</summary>
    static abstract bool PassesOutput { get; }

    /// <summary>Computes the output and, if there is one, the cell state from the sums. Replaces the sums by the data that the backward pass needs.</summary>
    static abstract void Forward(in LayerSlot slot);

    /// <summary>Computes the gradient of the sums from that of the output, in place of the sums.</summary>
    static abstract void Backward(in LayerGradient gradient);
}

/// <summary>A layer at one step of one sample in the forward pass.</summary>
internal unsafe ref struct LayerSlot
{
    /// <summary>In: the sums, one block of <see cref="Units"/> after the other. Out: the data that <see cref="IController.Backward"/> needs.</summary>
    public float* Sums;

    /// <summary>The layer's previous output.</summary>
    public float* Before;

    /// <summary>The cell state before the step.</summary>
    public float* Cell;

    /// <summary>The target for the cell state after the step.</summary>
    public float* NextCell;

    /// <summary>Space for a further value per unit that the backward pass needs; only if there is a cell state.</summary>
    public float* Kept;

    /// <summary>The target for the output.</summary>
    public float* Output;

    /// <summary>All bits set for units, none for padding.</summary>
    public float* Mask;

    /// <summary>The number of units, padded.</summary>
    public int Units;
}

/// <summary>A layer at one step of one sample in the backward pass.</summary>
internal unsafe ref struct LayerGradient
{
    /// <summary>In: the data from <see cref="IController.Forward"/>. Out: the gradients of the sums.</summary>
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

    /// <summary>In: the gradient of the cell state after the step. Out: the gradient before the step, or see <see
    /// cref="IController.PassesOutput"/>.</summary>
    public float* DCell;

    /// <summary>All bits set for units, none for padding.</summary>
    public float* Mask;

    /// <summary>The number of units, padded.</summary>
    public int Units;
}
