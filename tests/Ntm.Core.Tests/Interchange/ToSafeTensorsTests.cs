using Ntm.Core.Interchange;
using Ntm.Core.Serialization;
using Ntm.Tests.Shared;

namespace Ntm.Core.Tests.Interchange;

/// <summary>Runs <c>tools/to_safetensors.py</c> on files that torch.save writes of one model, in both of its formats.</summary>
public sealed class ToSafeTensorsTests(ToSafeTensorsTests.Conversions conversions) : IClassFixture<ToSafeTensorsTests.Conversions>
{
    /// <summary>All conversions, made by one process: torch takes seconds to start.</summary>
    public sealed class Conversions : IDisposable
    {
        public Conversions()
        {
            if (PyTorch.Missing is not null)
                return;
            PyTorch.Run("make_pickles.py", Folder);
            PyTorch.Run("run_conversions.py", Folder);
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("ntm-pickles-").FullName;

        public string File(string name) => Path.Combine(Folder, name);

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The tensors of each pickle: a module is reduced to its state dict by name, buffers that it has several times too.</summary>
    [Theory]
    [InlineData("state", "state")]
    [InlineData("plain-dict", "state")]
    [InlineData("checkpoint", "state")]
    [InlineData("nested", "state")]
    [InlineData("module", "state")]
    [InlineData("bomb", "state")]
    [InlineData("parameters", "parameters")]
    [InlineData("half", "half")]
    [InlineData("strided", "strided")]
    public void Tensors_come_out_to_the_bit(string pickle, string expected)
    {
        PyTorch.Require();
        var tensors = SafeTensorsFile.Load(conversions.File($"{expected}.safetensors")).Tensors;
        foreach (var form in (string[])["old", "new"])
        {
            var converted = SafeTensorsFile.Load(conversions.File($"{pickle}.{form}.converted"));
            Assert.Equal(tensors.Select(t => t.ToString()).Order(), converted.Tensors.Select(t => t.ToString()).Order());
            Assert.All(tensors, t => Assert.Equal(t.Data.ToArray(), converted.TryGetTensor(t.Name, out var same) ? same.Data.ToArray() : []));
        }
    }

    [Fact]
    public void Nothing_in_a_pickle_is_run()
    {
        PyTorch.Require();
        Assert.True(File.Exists(conversions.File("bomb.old.converted")) && File.Exists(conversions.File("bomb.new.converted")));
        Assert.False(Directory.Exists(conversions.File("exploded")));
    }

    [Theory]
    [InlineData("nothing.old", "a dict with the keys epoch", "--key")]
    [InlineData("nothing.new", "a dict with the keys epoch", "--key")]
    [InlineData("cut.old", "ends within its data", "cut.old.pt")]
    [InlineData("cut.new", "cannot be read", "cut.new.pt")]
    [InlineData("text", "cannot be read", "text.pt")]
    [InlineData("script", "TorchScript", "script.pt")]
    public void What_cannot_be_converted_is_refused(string name, string why, string named)
    {
        PyTorch.Require();
        var message = File.ReadAllText(conversions.File($"{name}.message"));
        Assert.Contains(why, message);
        Assert.Contains(named, message);
        Assert.False(File.Exists(conversions.File($"{name}.converted")));
        Assert.Empty(Directory.EnumerateFiles(conversions.Folder, "*.tmp"));
    }

    [Fact]
    public void A_converted_module_can_be_imported()
    {
        PyTorch.Require();
        using var machine = PyTorchImport.Load(conversions.File("module.old.converted"), PyTorchLayout.PyTorchNtm);
        Assert.Equal((2, 2), (machine.Options.ControllerLayers, machine.Options.WriteHeads));
    }
}
