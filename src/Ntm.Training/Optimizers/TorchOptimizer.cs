using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Ntm.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace Ntm.Training.Optimizers;

/// <summary>
/// A torch optimizer that the caller created. The flat gradient is clipped and then given to the parameters as their gradients, the groups get their rates, and
/// the optimizer makes its step.
/// </summary>
internal sealed class TorchOptimizer : FlatOptimizer
{
    private const string Option = $"{nameof(TrainingOptions)}.{nameof(TrainingOptions.TorchOptimizer)}";

    private readonly Optimizer _optimizer;
    private readonly FlatParameters _parameters;
    private readonly ILearningRateController[] _groups;
    private readonly Tensor _gradient;
    private readonly Tensor[] _gradients;

    /// <param name="create">Creates the optimizer, which this object then owns.</param>
    /// <param name="model">The model.</param>
    /// <param name="parameters">The model's parameters.</param>
    /// <exception cref="ArgumentException">The function made no optimizer of the model's parameters; the message has the reason.</exception>
    public TorchOptimizer(Func<ISequenceModel, Optimizer> create, ISequenceModel model, FlatParameters parameters)
    {
        _parameters = parameters;
        _optimizer = create(model) ?? throw new ArgumentException($"{Option} made null; expected an optimizer.");
        try
        {
            if (_optimizer is LBFGS)
                throw new ArgumentException($"{Option} made an {nameof(LBFGS)}, which computes the loss several times in a step; expected an optimizer that needs one gradient for a step.");
            _groups = [.. _optimizer.ParamGroups ?? []];
            if (_groups.Length == 0)
                throw new ArgumentException($"{Option} made an optimizer without groups of parameters; expected one or more.");
            BaseRates = [.. _groups.Select(g => g.LearningRate)];
            foreach (var rate in BaseRates)
            {
                if (!double.IsFinite(rate) || rate < 0)
                    throw new ArgumentException($"{Option} made a group with the learning rate {rate}; expected a finite one of 0 or more.");
            }

            Description = Describe(model);
            _gradient = parameters.NewFlat();
            _gradients = parameters.Parts(_gradient);
        }
        catch
        {
            _optimizer.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public override IReadOnlyList<double> BaseRates { get; }

    /// <summary>The optimizer in words: its type, groups, and a fingerprint of the groups' parameters and numbers.</summary>
    public override string? Description { get; }

    public override IReadOnlyList<float[]> State => [];

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">The optimizer cannot save its state.</exception>
    public override byte[] SavedState
    {
        get
        {
            if (_optimizer is not OptimizerHelper optimizer)
                throw NotSaved(null);
            try
            {
                using var stream = new MemoryStream();
                using var writer = new BinaryWriter(stream);
                optimizer.save_state_dict(writer);
                writer.Flush();
                return stream.ToArray();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw NotSaved(e);
            }
        }
    }

    public override void SetGroupRates(ReadOnlySpan<double> rates)
    {
        for (var i = 0; i < _groups.Length; i++)
            _groups[i].LearningRate = rates[i];
    }

    public override void Update(FlatParameters parameters, FlatGradient gradient, double learningRate, GradientClipping clipping)
    {
        Step++;
        using (no_grad())
        {
            if (gradient.Tensor is { } tensor)
                _gradient.copy_(tensor);
            else if (parameters.AsTensors)
                CopyFromCpu(gradient.Values);
            else
                gradient.Values.CopyTo(MemoryMarshal.Cast<byte, float>(_gradient.bytes));
            clipping.Clip(_gradient);
        }

        for (var i = 0; i < _gradients.Length; i++)
            parameters[i].grad = _gradients[i];
        _optimizer.step()?.Dispose();
    }

    private void CopyFromCpu(ReadOnlySpan<float> values)
    {
        using var copy = tensor(values.ToArray(), dtype: ScalarType.Float32, device: CPU);
        _gradient.copy_(copy);
    }

    public override void RestoreSaved(long step, byte[] state)
    {
        Step = step;
        using var reader = new BinaryReader(new MemoryStream(state));
        var optimizer = (OptimizerHelper)_optimizer;
        optimizer.load_state_dict(reader);
        if (_parameters.AsTensors)
            optimizer.to(_parameters.Device);
    }

    public override void Dispose()
    {
        // The gradients are parts of a tensor that ends here.
        for (var i = 0; i < _gradients.Length; i++)
            _parameters[i].grad = null;
        foreach (var tensor in (Tensor[])[.. _gradients, _gradient])
            tensor.Dispose();
        _optimizer.Dispose();
    }

    protected override void SetState(IReadOnlyList<float[]> state)
    {
    }

    /// <exception cref="ArgumentException">A parameter is not the model's, is in two groups, or there are none.</exception>
    private string Describe(ISequenceModel model)
    {
        Dictionary<nint, string> names = [];
        foreach (var (name, parameter) in model.named_parameters())
            names.TryAdd(parameter.Handle, name);
        HashSet<string> seen = [];
        List<string> groups = [], members = [];
        foreach (var (group, number) in _groups.Select((g, i) => (g, i)))
        {
            var parameters = group is ParamGroup { Parameters: { } some } ? some.ToList() : [];
            foreach (var parameter in parameters)
            {
                if (!names.TryGetValue(parameter.Handle, out var known))
                    throw new ArgumentException($"{Option} made a group {number} with a parameter of shape [{string.Join(", ", parameter.shape)}] that the model does not have; expected parameters of the model that it is given.");
                if (!seen.Add(known))
                    throw new ArgumentException($"{Option} has the parameter {known} twice; expected each parameter in one group.");
                members.Add($"{number} {known}");
            }

            groups.Add(string.Create(CultureInfo.InvariantCulture, $"{parameters.Count} parameters at {group.LearningRate}"));
        }

        if (seen.Count == 0)
            throw new ArgumentException($"{Option} made an optimizer without parameters; expected some of the model's.");
        var type = $"torch's {_optimizer.GetType().Name}, {string.Join(", ", groups)}";
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            // Nothing was trained, so the state depends on the optimizer's numbers and the parameters' shapes only.
            hash.AppendData(SavedState);
        }
        catch (InvalidOperationException)
        {
            // It has no checkpoints that would need a fingerprint.
            return type;
        }

        hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\n', members)));
        return $"{type}, fingerprint {Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}";
    }

    private InvalidOperationException NotSaved(Exception? cause) => new(
        $"{Option} made a {_optimizer.GetType().Name}, whose state cannot be saved; expected an optimizer with save_state_dict, or no {nameof(TrainingOptions.Checkpoints)}.", cause);
}
