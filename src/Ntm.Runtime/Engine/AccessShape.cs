using System.Collections.Immutable;

namespace Ntm.Runtime.Engine;

/// <summary>A linear layer of the controller's output that a memory access asks for.</summary>
/// <param name="Name">Its name, below which weight and bias are found.</param>
/// <param name="Outputs">Its outputs.</param>
internal readonly record struct InterfaceLayer(string Name, int Outputs);

/// <summary>What the engine needs to know of a memory access: how much it keeps, and what its state is.</summary>
internal abstract class AccessShape
{
    /// <summary>The linear layers that tell the access what to do, end to end.</summary>
    public abstract ImmutableArray<InterfaceLayer> Layers { get; }

    /// <summary>The access's state as whoever calls sees it, the reads among it.</summary>
    public abstract ImmutableArray<StateTensor> State { get; }

    /// <summary>The place of the reads in <see cref="State"/>; they lie in the rows of the first layer, the rest in the carried floats.</summary>
    public abstract int ReadsPlace { get; }

    /// <summary>Floats of the reads of one sample, end to end.</summary>
    public abstract int ReadWidth { get; }

    /// <summary>Floats that are carried from step to step besides the reads, per sample; their gradients take as many.</summary>
    public abstract int CarriedFloats { get; }

    /// <summary>Floats that a step leaves for its backward pass, per sample.</summary>
    public abstract int KeptFloats { get; }

    /// <summary>Elements of one sample's memory, by which groups of samples are made.</summary>
    public abstract int MemorySize { get; }

    /// <summary>Outputs of all layers.</summary>
    public int Outputs => Layers.Sum(l => l.Outputs);

    /// <summary>Buffers for one thread.</summary>
    public abstract AccessScratch CreateScratch();

    /// <summary>The parameters and values that a sequence starts from.</summary>
    public abstract AccessStart CreateStart(ParameterTable table);

    /// <summary>An engine for machines with this access.</summary>
    public abstract ISequenceWorkspace CreateWorkspace(ControllerEntry controller, LossEntry loss, EngineModel model);
}

/// <summary>What a thread works with besides what steps leave behind.</summary>
internal abstract class AccessScratch : IDisposable
{
    public abstract void Dispose();
}

/// <summary>The access's part of a machine's own initial state, and its gradient.</summary>
internal abstract unsafe class AccessStart
{
    /// <summary>Floats of the gradient of what is learned, in the engine's layout.</summary>
    public abstract int GradientFloats { get; }

    /// <summary>Places of the parameters that are used only here.</summary>
    public abstract IEnumerable<int> Parameters { get; }

    /// <summary>Fills the state before the first step of one sample.</summary>
    /// <param name="parameters">Where the parameters lie.</param>
    /// <param name="model">What is not learned.</param>
    /// <param name="carried">The carried floats.</param>
    /// <param name="reads">The reads.</param>
    public abstract void Fill(float** parameters, IModelMemory model, float* carried, float* reads);

    /// <summary>Adds the gradient of one sample's initial state.</summary>
    /// <param name="dCarried">The gradient of the carried floats.</param>
    /// <param name="dReads">That of the reads.</param>
    /// <param name="gradient">The sum, <see cref="GradientFloats"/>.</param>
    public abstract void Add(float* dCarried, float* dReads, float* gradient);

    /// <summary>Writes the sum's part of the flat gradient.</summary>
    /// <param name="gradient">The sum.</param>
    /// <param name="carried">The state that the samples started from.</param>
    /// <param name="reads">Its reads.</param>
    /// <param name="flat">The flat gradient.</param>
    public abstract void Write(float* gradient, float* carried, float* reads, float* flat);
}

/// <summary>Where what the memory access did in every step goes, as torch lays it out.</summary>
internal abstract class AccessTrace
{
    /// <summary>Saves one step of one sample.</summary>
    /// <param name="place">Its row among all <c>T * B</c>.</param>
    /// <param name="step">The step, gone through.</param>
    public abstract void Save(nint place, in AccessStep step);
}
