using System.Reflection;
using Ntm.Core.Serialization;
using Ntm.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Inference;

/// <summary>The trained models of the repository give the outputs of the reference engine.</summary>
public class ShippedModelTests
{
    private static readonly string Models = Path.Join(
        typeof(ShippedModelTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Repository").Value!, "models");

    public static TheoryData<string> All() => [.. Directory.GetDirectories(Models).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    /// <remarks>Trained weights are large, and sharpened weightings enlarge a rounding of the shift: the distance is compared with that of the reference in
    /// float32, which is the accuracy that float32 has.</remarks>
    [Theory]
    [MemberData(nameof(All))]
    public void Outputs_are_those_of_the_reference(string name)
    {
        const int Steps = 40, Batch = 3;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var path = Path.Join(Models, name, "model.safetensors");
        using var model = SequenceModel.Load(path);
        using var machine = NtmModelFile.Load(path);
        machine.Engine = EngineKind.Reference;
        var random = new Random(3);
        float[] inputs = [.. Enumerable.Range(0, Steps * Batch * model.InputSize).Select(_ => random.Next(2))];
        var given = tensor(inputs, [Steps, Batch, model.InputSize]);
        var single = machine.Logits(given);
        machine.to(ScalarType.Float64);
        var exact = machine.Logits(given.to(ScalarType.Float64));
        var outputs = new float[Steps * Batch * model.OutputSize];
        model.Run(inputs, outputs, Steps, Batch);
        var mine = (tensor(outputs, exact.shape).to(ScalarType.Float64) - exact).abs().max().ToDouble();
        var reference = (single.to(ScalarType.Float64) - exact).abs().max().ToDouble();
        Assert.True(mine <= Math.Max(1e-4, 8 * reference), $"{name}: off by {mine:E2}, the reference in float32 by {reference:E2}");
        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: off by {mine:E2}, the reference in float32 by {reference:E2}");
    }
}
