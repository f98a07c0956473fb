namespace Ntm.Core.Serialization;

/// <summary>The element types of the safetensors format that this library reads and writes, all little-endian.</summary>
/// <remarks>The format's floating-point types of less than 16 bits and its complex types are not supported.</remarks>
public enum SafeTensorsDType
{
    /// <summary>IEEE 754 double precision, 8 bytes; <c>F64</c>.</summary>
    F64,

    /// <summary>IEEE 754 single precision, 4 bytes; <c>F32</c>.</summary>
    F32,

    /// <summary>IEEE 754 half precision, 2 bytes; <c>F16</c>.</summary>
    F16,

    /// <summary>The upper half of a single precision number, 2 bytes; <c>BF16</c>.</summary>
    BF16,

    /// <summary>Signed integer, 8 bytes; <c>I64</c>.</summary>
    I64,

    /// <summary>Signed integer, 4 bytes; <c>I32</c>.</summary>
    I32,

    /// <summary>Signed integer, 2 bytes; <c>I16</c>.</summary>
    I16,

    /// <summary>Signed integer, 1 byte; <c>I8</c>.</summary>
    I8,

    /// <summary>Unsigned integer, 8 bytes; <c>U64</c>.</summary>
    U64,

    /// <summary>Unsigned integer, 4 bytes; <c>U32</c>.</summary>
    U32,

    /// <summary>Unsigned integer, 2 bytes; <c>U16</c>.</summary>
    U16,

    /// <summary>Unsigned integer, 1 byte; <c>U8</c>.</summary>
    U8,

    /// <summary>Truth value, 1 byte; <c>BOOL</c>.</summary>
    Bool,
}
