using System.Reflection;
using Google.Protobuf;
using Ntm.Core.Serialization;

namespace Ntm.Core.Interchange.Onnx;

/// <summary>Writes a graph as the file of an ONNX model.</summary>
internal static class OnnxModelFile
{
    /// <summary>The version of the file's format that belongs to <see cref="OnnxExport.OpsetVersion"/>.</summary>
    private const int IrVersion = 8;

    /// <summary>Writes the file atomically.</summary>
    /// <param name="graph">The complete graph.</param>
    /// <param name="metadata">The metadata of the file.</param>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="limit">The greatest number of bytes.</param>
    /// <exception cref="NotSupportedException">The file would be larger than the limit.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(OnnxGraph graph, IReadOnlyDictionary<string, string> metadata, string path, long limit)
    {
        var model = new ProtobufMessage()
            .Add(OnnxFields.Model.IrVersion, IrVersion)
            .Add(OnnxFields.Model.OpsetImport, new ProtobufMessage().Add(OnnxFields.Opset.Version, OnnxExport.OpsetVersion))
            .Add(OnnxFields.Model.ProducerName, "Ntm")
            .Add(OnnxFields.Model.ProducerVersion, typeof(OnnxModelFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0])
            .Add(OnnxFields.Model.DocString, $"Operators of opset {OnnxExport.OpsetVersion}. The weights have the names of the model's file; metadata has its architecture.")
            .Add(OnnxFields.Model.MetadataProps, metadata.Select(entry => new ProtobufMessage().Add(OnnxFields.Entry.Key, entry.Key).Add(OnnxFields.Entry.Value, entry.Value)))
            .Add(OnnxFields.Model.Graph, graph.ToMessage());
        if (model.Size > limit)
            throw new NotSupportedException($"The ONNX file would have {model.Size} bytes; expected at most {limit}, because a protobuf message has less than 2 GiB.");
        AtomicFile.Write(path, stream =>
        {
            using var output = new CodedOutputStream(stream, leaveOpen: true);
            model.Write(output);
        });
    }
}
