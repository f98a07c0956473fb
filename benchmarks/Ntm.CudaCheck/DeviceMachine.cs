using Ntm.Core;

namespace Ntm.CudaCheck;

/// <summary>A machine whose parameters are arrays on the device.</summary>
internal sealed unsafe class DeviceMachine : IModelMemory
{
    private readonly nint[] _parameters;
    private readonly NtmStartValues _starts;

    /// <param name="options">The architecture.</param>
    /// <param name="names">The parameters' names, like the cell's.</param>
    /// <param name="lengths">The numbers of their elements.</param>
    /// <param name="parameters">Their addresses.</param>
    /// <param name="starts">The start values that are not learned.</param>
    public DeviceMachine(NtmOptions options, IReadOnlyList<string> names, IReadOnlyList<long> lengths, nint[] parameters, NtmStartValues starts)
    {
        var shape = NtmShapes.Of(options);
        Model = new EngineModel(shape, new ParameterTable(names, lengths, shape));
        (_parameters, _starts) = (parameters, starts);
    }

    public EngineModel Model { get; }

    public MachineShape Shape => Model.Shape;

    public ParameterTable Table => Model.Parameters;

    public void ReadParameters(float** pointers)
    {
        for (var p = 0; p < _parameters.Length; p++)
            pointers[p] = (float*)_parameters[p];
    }

    public void ReadStarts(float** pointers) => _starts.CopyTo(pointers);
}
