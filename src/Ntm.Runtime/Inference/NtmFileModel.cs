using Ntm.Core;
using Ntm.Core.Serialization;

namespace Ntm.Runtime;

/// <summary>The parameters and start values of a machine of built-in components in its file.</summary>
/// <param name="options">The architecture.</param>
/// <param name="table">The parameters.</param>
/// <param name="memory">The file's tensors; those that the caller does not need may be missing.</param>
internal sealed unsafe class NtmFileModel(NtmOptions options, ParameterTable table, FileMemory memory) : IModelMemory
{
    private const string Memory = "memory.value";
    private const string ReadWeightings = "read_heads.initial_weightings.value";
    private const string WriteWeightings = "write_heads.initial_weightings.value";
    private const string Reads = "read_heads.initial_reads.value";

    /// <summary>Returns the engine's view of a machine.</summary>
    public static EngineModel Engine(NtmOptions options)
    {
        var shape = NtmShapes.Of(options);
        var parameters = ModelShapes.Of(options, custom: default).Where(tensor => !IsStartValue(tensor.Name, options)).ToList();
        var lengths = parameters.Select(tensor => tensor.Shape.Aggregate(1L, (product, size) => checked(product * size)));
        return new EngineModel(shape, new ParameterTable([.. parameters.Select(tensor => tensor.Name)], [.. lengths], shape));
    }

    /// <summary>Tells whether a tensor of a machine is not a parameter, but a value that its sequences start from.</summary>
    public static bool IsStartValue(string name, NtmOptions options) =>
        name is ReadWeightings or WriteWeightings or Reads || (name == Memory && options.Memory != MemoryKind.Learned);

    public void ReadParameters(float** pointers)
    {
        for (var p = 0; p < table.Names.Length; p++)
            pointers[p] = memory.Start(table.Names[p]);
    }

    public void ReadStarts(float** pointers) => new NtmStartValues
    {
        ReadWeighting = memory.Start(ReadWeightings),
        WriteWeighting = memory.Start(WriteWeightings),
        Read = memory.Start(Reads),
        Constant = options.Memory == MemoryKind.Constant ? memory.Start(Memory) : null,
        Matrix = options.Memory == MemoryKind.Random ? memory.Start(Memory) : null,
    }.CopyTo(pointers);
}
