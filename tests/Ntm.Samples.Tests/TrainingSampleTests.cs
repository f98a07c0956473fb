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

    [Fact]
    public void Dates_are_read_by_two_models()
    {
        var (exitCode, output) = Sample.Run(_folder, "Ntm.Dates", "64");
        Assert.SkipWhen(output.Contains("Couldn't find a valid ICU package", StringComparison.Ordinal), "This machine has no ICU, whose data of cultures the sample uses.");
        Assert.True(exitCode == 0, output);
        Assert.Matches("35 cultures, [0-9]+ forms to train on, [0-9]+ held out, [0-9]+ characters", output);
        Assert.Matches("Neural Turing Machine: .* right of dates never trained on: [0-9.]+ % in trained forms, [0-9.]+ % in forms never trained on", output);
        Assert.Matches("LSTM network: .* right of dates never trained on: ", output);
    }

    [Theory]
    [InlineData("Ntm.Dates", "0")]
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
