namespace Ntm.Core.Interchange.Onnx;

/// <summary>The public numbers of ONNX's protobuf fields and enums that an export uses.</summary>
internal static class OnnxFields
{
    public static class Model
    {
        public const int IrVersion = 1, ProducerName = 2, ProducerVersion = 3, DocString = 6, Graph = 7, OpsetImport = 8, MetadataProps = 14;
    }

    public static class Opset
    {
        public const int Version = 2;
    }

    public static class Entry
    {
        public const int Key = 1, Value = 2;
    }

    public static class Graph
    {
        public const int Node = 1, Name = 2, Initializer = 5, DocString = 10, Input = 11, Output = 12;
    }

    public static class Node
    {
        public const int Input = 1, Output = 2, Name = 3, OpType = 4, Attribute = 5, DocString = 6;
    }

    public static class Attribute
    {
        public const int Name = 1, Integer = 3, Graph = 6, Integers = 8, Type = 20;
    }

    public static class AttributeType
    {
        public const int Integer = 2, Graph = 5, Integers = 7;
    }

    public static class Tensor
    {
        public const int Dims = 1, DataType = 2, Name = 8, RawData = 9;
    }

    public static class ElementType
    {
        public const int Float = 1, Int64 = 7;
    }

    public static class Value
    {
        public const int Name = 1, Type = 2, DocString = 3;
    }

    public static class ValueType
    {
        public const int Tensor = 1;
    }

    public static class TensorType
    {
        public const int ElementType = 1, Shape = 2;
    }

    public static class Shape
    {
        public const int Dim = 1;
    }

    public static class Dimension
    {
        public const int Value = 1, Symbol = 2;
    }
}
