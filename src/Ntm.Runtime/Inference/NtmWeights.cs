using Ntm.Core;
using Ntm.Core.Serialization;

namespace Ntm.Runtime;

/// <summary>A machine's packed weights and its initial state. The state is computed when it is first needed: it has the size of a memory, which may be far
/// larger than the file.</summary>
internal sealed unsafe class NtmWeights : IDisposable
{
    private readonly NtmOptions _options;
    private readonly EngineBuffers _buffers;
    private readonly Lock _lock = new();
    private SafeTensor[]? _starts;

    /// <param name="options">The architecture.</param>
    /// <param name="file">The machine's file, checked.</param>
    public NtmWeights(NtmOptions options, SafeTensorsFile file)
    {
        _options = options;
        Engine = NtmFileModel.Engine(options);
        _buffers = new EngineBuffers(Engine.Shape);
        using var memory = new FileMemory(file.Tensors);
        var pointers = new float*[Engine.Parameters.Names.Length];
        fixed (float** start = pointers)
        {
            new NtmFileModel(options, Engine.Parameters, memory).ReadParameters(start);
            _buffers.Weights.Pack(Engine.Parameters, start, panels: true);
        }

        _starts = [.. file.Tensors.Where(tensor => Engine.Parameters.Place(tensor.Name) is var place && (place < 0 || Engine.IsInitial(place)))];
    }

    /// <summary>The sizes and parameters.</summary>
    public EngineModel Engine { get; }

    /// <summary>Returns the packed weights with the initial state.</summary>
    public EngineBuffers Prepared()
    {
        if (Volatile.Read(ref _starts) is null)
            return _buffers;
        lock (_lock)
        {
            if (_starts is null)
                return _buffers;
            using var memory = new FileMemory(_starts);
            var model = new NtmFileModel(_options, Engine.Parameters, memory);
            fixed (float** start = new float*[Engine.Parameters.Names.Length])
            {
                model.ReadParameters(start);
                InitialState.Fill(Engine, start, model, _buffers.Initial);
            }

            Volatile.Write(ref _starts, null);
            return _buffers;
        }
    }

    public void Dispose() => _buffers.Dispose();
}
