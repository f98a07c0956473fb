using System.Buffers;
using System.Buffers.Binary;
using Ntm.Core.Serialization;

namespace Ntm.Tasks;

/// <summary>A tensor <c>[T, S, ...]</c> of a file, of which vectors are read as floats, whatever its type.</summary>
internal sealed class NumberTensor(SafeTensorInfo info)
{
    private readonly long _sequences = info.Shape[1];
    private readonly int _width = info.Shape.Length > 2 ? (int)info.Shape[2] : 1;
    private readonly int _size = info.DType.ByteSize();

    public SafeTensorInfo Info { get; } = info;

    /// <summary>Reads the vector of a step of a sequence.</summary>
    public void Read(SafeTensorsSlices file, int step, int sequence, Span<float> vector)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(_width * _size);
        try
        {
            var read = bytes.AsSpan(0, _width * _size);
            file.Read(Info, Place(step, sequence), read);
            for (var i = 0; i < _width; i++)
                vector[i] = Number(read[(i * _size)..]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Reads the only number of a step of a sequence, of type I64.</summary>
    public long ReadInteger(SafeTensorsSlices file, int step, int sequence)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        file.Read(Info, Place(step, sequence), bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    private long Place(int step, int sequence) => (step * _sequences + sequence) * _width * _size;

    private float Number(ReadOnlySpan<byte> bytes) => Info.DType switch
    {
        SafeTensorsDType.F64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        SafeTensorsDType.F32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        SafeTensorsDType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        SafeTensorsDType.BF16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
        SafeTensorsDType.U8 => bytes[0],
        SafeTensorsDType.Bool => bytes[0] == 0 ? 0 : 1,
        _ => throw new InvalidOperationException($"The tensor {Info} was not checked."),
    };
}
