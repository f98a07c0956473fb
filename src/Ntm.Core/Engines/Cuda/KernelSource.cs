using System.Text;

namespace Ntm.Core.Engines.Cuda;

/// <summary>The source of the kernels: CUDA C++ without headers, embedded file by file and joined in the order of the dependencies.</summary>
internal static class KernelSource
{
    /// <summary>The files; each uses only files before it.</summary>
    public static readonly string[] Files =
    [
        "Arguments", "Sequence", "Functions", "Cooperation", "Work", "State", "Lstm", "Gru", "Feedforward", "Controller",
        "Dropout", "Heads", "Addressing", "Memory", "AddressingBackward", "Cost", "BinaryCrossEntropy", "SoftmaxCrossEntropy", "SquaredError",
        "Results", "Forward", "Backward", "WeightGradient", "InitialGradient",
    ];

    /// <summary>The kernels' names.</summary>
    public static readonly string[] Kernels = ["ntmForward", "ntmBackward", "ntmWeightProducts", "ntmWeightSums", "ntmStartSums", "ntmStartWeightings"];

    /// <summary>The whole source. Compiler messages name the file and line.</summary>
    public static string Text { get; } = Join(Embedded);

    /// <summary>Joins the files.</summary>
    /// <param name="read">Returns a file's text by its name.</param>
    public static string Join(Func<string, string> read)
    {
        var text = new StringBuilder();
        foreach (var file in Files)
            text.Append("#line 1 \"").Append(file).Append(".cu\"\n").Append(read(file)).Append('\n');
        return text.ToString();
    }

    private static string Embedded(string file)
    {
        using var stream = typeof(KernelSource).Assembly.GetManifestResourceStream($"Kernels/{file}.cu")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
