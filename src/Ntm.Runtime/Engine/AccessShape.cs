using System.Collections.Immutable;

namespace Ntm.Runtime.Engine;

/// <summary>A linear layer of the controller's output that a memory access requires.</summary>
/// <param name="Name">Its name, the prefix of its weight and bias.</param>
/// <param name="Outputs">The number of its outputs.</param>
internal readonly record struct InterfaceLayer(string Name, int Outputs);

/// <summary>The properties of a memory access that the engine needs: the amount of data that it keeps, and its state.</summary>
internal abstract class AccessShape
{
    /// <summary>The linear layers that control the access, concatenated.</summary>
    public abstract ImmutableArray<InterfaceLayer> Layers { get; }

    /// <summary>The access's state as callers see it, the reads included.</summary>
    public abstract ImmutableArray<StateTensor> State { get; }

    /// <summary>The place of the reads in <see cref="State"/>. They are stored in the rows of the first layer, the rest in the carried floats.</summary>
    public abstract int ReadsPlace { get; }

    /// <summary>The number of floats of the reads of one sample, concatenated.</summary>
    public abstract int ReadWidth { get; }

    /// <summary>The number of floats per sample that are passed from step to step besides the reads; their gradients take as many.</summary>
    public abstract int CarriedFloats { get; }

    /// <summary>The first of the carried floats that tell whether the state is finite: if they are, so are the ones before them.</summary>
    public abstract int FirstTelling { get; }

    /// <summary>The number of floats per sample that a step keeps for its backward pass.</summary>
    public abstract int KeptFloats { get; }

    /// <summary>The number of elements of one sample's memory, which determines the groups of samples.</summary>
    public abstract int MemorySize { get; }

    /// <summary>The number of outputs of all layers.</summary>
    public int Outputs => Layers.Sum(l => l.Outputs);

    /// <summary>Creates the buffers of one thread.</summary>
    public abstract AccessScratch CreateScratch();

    /// <summary>Returns the parameters and values that a sequence starts from.</summary>
    public abstract AccessStart CreateStart(ParameterTable table);

    /// <summary>Creates an engine for machines with this access.</summary>
    public abstract ISequenceWorkspace CreateWorkspace(ControllerEntry controller, LossEntry loss, EngineModel model);

    /// <summary>Creates an engine for single steps of machines with this access.</summary>
    public abstract StepEngine CreateStepEngine(ControllerEntry controller, EngineModel model);
}

/// <summary>The working data of a thread, besides the data that steps keep.</summary>
internal abstract class AccessScratch : IDisposable
{
    public abstract void Dispose();
}

/// <summary>The access's part of a machine's own initial state, and its gradient.</summary>
internal abstract unsafe class AccessStart
{
    /// <summary>The number of floats of the gradient of learned start values, in the engine's layout.</summary>
    public abstract int GradientFloats { get; }

    /// <summary>The places of the parameters that are used only here.</summary>
    public abstract IEnumerable<int> Parameters { get; }

    /// <summary>Fills the state before the first step of one sample.</summary>
    /// <param name="parameters">The addresses of the parameters.</param>
    /// <param name="model">The values that are not learned.</param>
    /// <param name="carried">The carried floats.</param>
    /// <param name="reads">The reads.</param>
    public abstract void Fill(float** parameters, IModelMemory model, float* carried, float* reads);

    /// <summary>Adds the gradient of one sample's initial state.</summary>
    /// <param name="dCarried">The gradient of the carried floats.</param>
    /// <param name="dReads">The gradient of the reads.</param>
    /// <param name="gradient">The sum, <see cref="GradientFloats"/>.</param>
    public abstract void Add(float* dCarried, float* dReads, float* gradient);

    /// <summary>Writes the sum's part of the flat gradient.</summary>
    /// <param name="gradient">The sum.</param>
    /// <param name="carried">The state that the samples started from.</param>
    /// <param name="reads">Its reads.</param>
    /// <param name="flat">The flat gradient.</param>
    public abstract void Write(float* gradient, float* carried, float* reads, float* flat);
}

/// <summary>The targets for what the memory access does in every step, in torch's layout.</summary>
internal abstract class AccessTrace
{
    /// <summary>Saves one step of one sample.</summary>
    /// <param name="place">Its row among all <c>T * B</c>.</param>
    /// <param name="step">The step, after its forward pass.</param>
    public abstract void Save(nint place, in AccessStep step);
}
