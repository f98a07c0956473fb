using Microsoft.Extensions.Options;
using Ntm.Core.Engines;
using Ntm.Core.Internal;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// A Neural Turing Machine over whole sequences (paper, section 3). It is used like torch's <c>LSTM</c>: it maps inputs <c>[T, B, I]</c> to
/// logits <c>[T, B, O]</c> and the final state.
/// </summary>
/// <remarks>
/// The state is explicit: without one, a sequence starts from <see cref="NtmCell.InitialState"/>. Padded steps at the end of a shorter
/// sequence do not influence the steps before them; mask them out of the loss. The only submodule is <c>cell</c>.
/// </remarks>
public sealed class NeuralTuringMachine : nn.Module<Tensor, NtmState?, (Tensor Logits, NtmState State)>, IFusedSequenceModel
{
    [ComponentName(Name = "cell")] private readonly NtmCell _cell;

    /// <summary>Creates a machine with newly initialized parameters.</summary>
    /// <param name="options">The architecture; copied.</param>
    /// <param name="parts">Custom components; <see langword="null"/> for none.</param>
    /// <param name="seed">Seed of the parameters; <see langword="null"/> uses torch's global generator.</param>
    /// <exception cref="OptionsValidationException">An option is out of range; the message names it.</exception>
    /// <exception cref="ArgumentException">The size of a component contradicts the options.</exception>
    public NeuralTuringMachine(NtmOptions options, NtmParts? parts = null, int? seed = null)
        : this(new NtmCell(options, parts, seed))
    {
    }

    /// <summary>Creates a machine that repeats a cell and takes ownership of it.</summary>
    /// <param name="cell">The cell.</param>
    public NeuralTuringMachine(NtmCell cell)
        : base(nameof(NeuralTuringMachine))
    {
        ArgumentNullException.ThrowIfNull(cell);
        _cell = cell;
        RegisterComponents();
    }

    /// <summary>The cell that is repeated.</summary>
    public NtmCell Cell => _cell;

    /// <summary>The architecture; a copy.</summary>
    public NtmOptions Options => _cell.Options;

    /// <inheritdoc />
    public int InputSize => _cell.Settings.InputSize;

    /// <inheritdoc />
    public int OutputSize => _cell.Settings.OutputSize;

    /// <summary>The requested engine of the cell. If it does not support the model, the reference engine is used.</summary>
    /// <value>The default value is <see cref="EngineKind.Auto"/>.</value>
    public EngineKind Engine
    {
        get => _cell.Engine;
        set => _cell.Engine = value;
    }

    /// <inheritdoc cref="NtmCell.Threads"/>
    public int Threads
    {
        get => _cell.Threads;
        set => _cell.Threads = value;
    }

    /// <inheritdoc cref="NtmCell.DropoutPosition"/>
    public DropoutPosition DropoutPosition
    {
        get => _cell.DropoutPosition;
        set => _cell.DropoutPosition = value;
    }

    /// <summary>The engine that computes this model's sequences in its current state, and the reason.</summary>
    public EngineChoice EngineChoice => _cell.EngineChoice;

    /// <summary>Returns the state before the first step.</summary>
    /// <param name="batchSize">Number of sequences in the batch, <c>B</c>; at least 1.</param>
    public NtmState InitialState(long batchSize) => _cell.InitialState(batchSize);

    /// <summary>Computes sequences from the initial state.</summary>
    /// <param name="inputs"><c>[T, B, I]</c>; at least one step and one sequence, finite.</param>
    /// <returns>The logits <c>[T, B, O]</c> and the state after the last step.</returns>
    /// <exception cref="ArgumentException">The shape, element type or device is not the expected one, or a value is not finite.</exception>
    public (Tensor Logits, NtmState State) forward(Tensor inputs) => forward(inputs, null);

    /// <inheritdoc />
    public Tensor Logits(Tensor inputs)
    {
        var (logits, state) = forward(inputs);
        state.Dispose();
        return logits;
    }

    /// <inheritdoc />
    /// <returns>A <see cref="SequenceTrainingPass"/> with <see cref="Threads"/> threads; <see langword="null"/> if <see cref="EngineChoice"/> is the
    /// reference
    /// engine.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="loss"/> is not a value of the enum.</exception>
    public ISequencePass? CreatePass(LossKind loss = LossKind.BinaryCrossEntropy)
    {
        _ = ReferenceLoss.Of(loss);
        var engine = EngineChoice.Engine;
        return engine == EngineKind.Reference ? null : new SequenceTrainingPass(this, Threads, loss);
    }

    /// <summary>Computes sequences that continue from a state.</summary>
    /// <param name="inputs"><c>[T, B, I]</c>; at least one step and one sequence, finite.</param>
    /// <param name="state">The state before the first step; <see langword="null"/> for the initial state.</param>
    /// <returns>The logits <c>[T, B, O]</c> and the state after the last step.</returns>
    /// <exception cref="ArgumentException">A shape, element type or device is not the expected one, or a value is not finite.</exception>
    public override (Tensor Logits, NtmState State) forward(Tensor inputs, NtmState? state) => forward(inputs, state, []);

    /// <summary>Computes padded sequences that continue from a state. Each sequence is computed as if it were alone.</summary>
    /// <param name="inputs"><c>[T, B, I]</c>; at least one step and one sequence, finite, padding included. The values of padding have no influence.</param>
    /// <param name="state">The state before the first step; <see langword="null"/> for the initial state.</param>
    /// <param name="lengths">The number of steps of each sequence, <c>B</c> numbers from 1 to <c>T</c>. Later steps are padding. Empty if there is no
    /// padding.</param>
    /// <returns>The logits <c>[T, B, O]</c>, which are zero and without gradient for padding, and for each sequence the state after its own last
    /// step.</returns>
    /// <exception cref="ArgumentException">A shape, element type or device is not the expected one, a value is not finite, or there is not one length for
    /// each sequence.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is not in 1 to <c>T</c>; the message names its index and value.</exception>
    public (Tensor Logits, NtmState State) forward(Tensor inputs, NtmState? state, ReadOnlySpan<int> lengths)
    {
        using var usage = _cell.Use();
        Check(inputs, state);
        CheckLengths(lengths, inputs.size(0), inputs.size(1));
        using var scope = NewDisposeScope();
        var (logits, next) = EngineSelection.Forward(_cell, inputs, state, lengths.ToArray());
        return (logits.MoveToOuterDisposeScope(), next.MoveToOuterDisposeScope());
    }

    /// <summary>Returns an independent machine with equal weights, options, element type, device, engine, threads and mode. Gradients are not copied.</summary>
    /// <exception cref="NotSupportedException">The machine has custom components, which cannot be copied. Create one with the same components, and load
    /// the weights by <c>load_state_dict</c>.</exception>
    public NeuralTuringMachine Clone()
    {
        using var usage = _cell.Use();
        return MachineCopy.Of(this);
    }

    /// <summary>
    /// Returns an independent machine with more memory locations, and otherwise what <see cref="Clone"/> gives. No weight of the paper's model depends on
    /// the number of locations; what does is continued by these rules:
    /// <list type="bullet">
    /// <item>Initial weightings, learned or focused: as before on the old locations, and 0 on the new ones (less than 1e-47). Uniform: <c>1 / N</c> of the
    /// new number. Zeros: zeros.</item>
    /// <item>Initial memory, constant: the same constant. Random: the new locations are drawn uniformly within the greatest magnitude of the old ones, always
    /// the same for the same model. Learned: each new location is the mean of the trained ones.</item>
    /// </list>
    /// Shifts go around at the new last location. Whether a model makes use of new locations is a property of what it learned: measure it.
    /// </summary>
    /// <remarks>A state of this machine does not fit the new one.</remarks>
    /// <param name="locations">The number of locations, <c>N</c>; at least this machine's.</param>
    /// <exception cref="ArgumentOutOfRangeException">This machine has more locations.</exception>
    /// <exception cref="OptionsValidationException">The number is greater than <see cref="NtmOptions"/> allows.</exception>
    /// <exception cref="NotSupportedException">The machine has custom components, of which nothing is known. Create a machine with larger ones, and copy
    /// the weights.</exception>
    public NeuralTuringMachine WithMemoryLocations(int locations)
    {
        using var usage = _cell.Use();
        var options = Options;
        if (locations < options.MemoryLocations)
            throw new ArgumentOutOfRangeException(nameof(locations), locations, $"The machine has {options.MemoryLocations} locations; expected as many or more.");
        options.MemoryLocations = locations;
        NtmOptionsValidator.ThrowIfInvalid(options);
        return MachineCopy.WithLocations(this, options);
    }

    /// <summary>Computes sequences and records what the heads do in every step. Computes no gradients, and drops nothing in any mode.</summary>
    /// <param name="inputs"><c>[T, B, I]</c>; at least one step and one sequence, finite.</param>
    /// <param name="state">The state before the first step; <see langword="null"/> for the initial state.</param>
    /// <exception cref="ArgumentException">A shape, element type or device is not the expected one, or a value is not finite.</exception>
    public NtmTrace Trace(Tensor inputs, NtmState? state = null)
    {
        using var usage = _cell.Use();
        Check(inputs, state);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return EngineSelection.Trace(_cell, inputs, state).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _cell.WhenUnused(() => base.Dispose(true));
        else
            base.Dispose(false);
    }

    private static void CheckLengths(ReadOnlySpan<int> lengths, long steps, long batch)
    {
        if (lengths.IsEmpty)
            return;
        if (lengths.Length != batch)
            throw new ArgumentException($"lengths has {lengths.Length} numbers; expected {batch}, one for each sequence of inputs.", nameof(lengths));
        for (var b = 0; b < lengths.Length; b++)
        {
            if (lengths[b] < 1 || lengths[b] > steps)
                throw new ArgumentOutOfRangeException(nameof(lengths), $"lengths[{b}] is {lengths[b]}; expected 1 to {steps}, the number of steps of inputs.");
        }
    }

    private void Check(Tensor inputs, NtmState? state)
    {
        _cell.CheckInput(inputs, nameof(inputs), "[T, B, I]", [-1, -1, InputSize]);
        if (state is not null)
            _cell.CheckState(state, inputs.size(1));
    }
}
