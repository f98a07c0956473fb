using Ntm.Core.Serialization;

namespace Ntm.Core.Tests.Inference;

/// <summary>The content of model files, without a file that stays.</summary>
internal static class ModelFiles
{
    public static SafeTensorsFile Of(NeuralTuringMachine machine) => Of(path => NtmModelFile.Save(machine, path));

    public static SafeTensorsFile Of(LstmNetwork network) => Of(path => LstmModelFile.Save(network, path));

    public static SafeTensorsFile Of(NtmState state) => Of(path => NtmStateFile.Save(state, path));

    /// <summary>Returns a file with a tensor replaced.</summary>
    public static SafeTensorsFile With(this SafeTensorsFile file, SafeTensor tensor) =>
        new(file.Tensors.Select(t => t.Name == tensor.Name ? tensor : t), file.Metadata);

    /// <summary>Returns a file with a text of the metadata replaced or added.</summary>
    public static SafeTensorsFile With(this SafeTensorsFile file, string key, string value) =>
        new(file.Tensors, new Dictionary<string, string>(file.Metadata) { [key] = value });

    public static byte[] Bytes(this SafeTensorsFile file)
    {
        using var stream = new MemoryStream();
        file.Write(stream);
        return stream.ToArray();
    }

    private static SafeTensorsFile Of(Action<string> save)
    {
        var path = Path.GetTempFileName();
        try
        {
            save(path);
            return SafeTensorsFile.Load(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
