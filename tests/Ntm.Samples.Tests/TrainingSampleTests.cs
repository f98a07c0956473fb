using Ntm.Core.Serialization;

namespace Ntm.Samples.Tests;

/// <summary>The samples that train, with few sequences, each in a separate folder.</summary>
public sealed class TrainingSampleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-samples-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Train_copy_reports_saves_and_evaluates()
    {
        var output = Sample.Succeed(_folder, "Ntm.TrainCopy", "1000");
        Assert.Contains("500 sequences, cost ", output, StringComparison.Ordinal);
        Assert.Contains("Completed after 1000 sequences; wrong bits at twice the trained length: ", output, StringComparison.Ordinal);
        Assert.Equal("ntm", SafeTensorsFile.Load(Path.Combine(_folder, "copy.safetensors")).Metadata["format"]);
    }

    [Fact]
    public void A_custom_controller_is_saved_and_loaded()
    {
        var output = Sample.Succeed(_folder, "Ntm.CustomController", "20");
        Assert.Contains("TorchCellController is not a built-in one", output, StringComparison.Ordinal);
        Assert.Contains("20 sequences; the loaded model's cost is the same: True", output, StringComparison.Ordinal);
        Assert.Contains(SafeTensorsFile.Load(Path.Combine(_folder, "custom.safetensors")).Tensors, tensor => tensor.Name == "controller.cell.weight_ih");
    }

    [Fact]
    public void A_stopped_training_resumes_bit_identically_and_leaves_nothing()
    {
        var output = Sample.Succeed(_folder, "Ntm.StopAndResume", "200");
        Assert.Contains("Cancelled after 100 sequences.", output, StringComparison.Ordinal);
        Assert.Contains("Completed after 200 sequences, cost ", output, StringComparison.Ordinal);
        Assert.Contains("never stopped: True", output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void A_cell_trains_inside_a_larger_model() =>
        Assert.Contains("% of the depths right", Sample.Succeed(_folder, "Ntm.Brackets", "5"), StringComparison.Ordinal);

    [Theory]
    [InlineData("Ntm.Brackets", "0")]
    [InlineData("Ntm.TrainCopy", "many")]
    [InlineData("Ntm.CustomController", "-1")]
    [InlineData("Ntm.StopAndResume", "3")]
    [InlineData("Ntm.ImportPyTorch", "weights.safetensors")]
    public void Wrong_arguments_are_told_with_what_was_expected(string sample, string argument)
    {
        var (exitCode, output) = Sample.Run(_folder, sample, argument);
        Assert.Equal(2, exitCode);
        Assert.Contains($"'{argument}'; expected ", output, StringComparison.Ordinal);
    }
}
