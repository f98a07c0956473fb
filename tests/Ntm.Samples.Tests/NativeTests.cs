using System.Diagnostics;
using System.Globalization;
using Ntm.Runtime;

namespace Ntm.Samples.Tests;

/// <summary>The native program, published as a user does it, beside the same model in this process.</summary>
public sealed class NativeTests(NativeProgram native) : IClassFixture<NativeProgram>
{
    private const long LargestSize = 8_000_000;

    private const string Model = "models/copy-ntm-lstm/model.safetensors";

    private static readonly int[][] Inputs =
    [
        .. ((int[][])[[1, 0, 1, 1, 0, 0, 1, 0], [0, 1, 1, 0, 1, 0, 0, 1], [1, 1, 0, 0, 0, 1, 1, 1]]).Select(vector => (int[])[.. vector, 0]),
        [0, 0, 0, 0, 0, 0, 0, 0, 1], .. Enumerable.Range(0, 3).Select(_ => new int[9]),
    ];

    private static readonly string Lines = string.Concat(Inputs.Select(vector => string.Join(' ', vector) + '\n'));

    [Fact]
    public void It_is_small_and_published_without_a_warning()
    {
        Assert.InRange(new FileInfo(native.Path).Length, 1_000_000, LargestSize);
        Assert.DoesNotContain("warning", native.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Its_outputs_are_those_of_the_library()
    {
        using var model = NtmModel.Load(Path.Combine(Sample.Repository, Model));
        var logits = new float[Inputs.Length * model.OutputSize];
        model.Run([.. Inputs.SelectMany(vector => vector.Select(bit => (float)bit))], logits, Inputs.Length, batch: 1);
        double[][] expected = [.. logits.Select(logit => 1 / (1 + Math.Exp(-logit))).Chunk(model.OutputSize)];
        var (exitCode, output, error) = Run(native.Path, Lines, Model);
        Assert.Equal((0, ""), (exitCode, error));
        Close(expected, output.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void An_empty_line_begins_a_new_sequence()
    {
        var (_, output, _) = Run(native.Path, $"{Lines}\n{Lines.Replace(' ', ',')}", Model);
        var halves = output.Split("\n\n");
        Assert.Equal(2, halves.Length);
        Assert.Equal(halves[0], halves[1].TrimEnd('\n'));
    }

    /// <summary>A program at the other end may need an output before it knows the next input.</summary>
    [Fact]
    public async Task Each_line_is_answered_at_once()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var process = Start(native.Path, Model);
        foreach (var vector in Inputs)
        {
            await process.StandardInput.WriteLineAsync(string.Join('\t', vector));
            await process.StandardInput.FlushAsync(limit.Token);
            Assert.Equal(8, (await process.StandardOutput.ReadLineAsync(limit.Token))!.Split(' ').Length);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void Logits_are_written_if_requested()
    {
        var (_, logits, _) = Run(native.Path, Lines, Model, "--logits");
        var (_, probabilities, _) = Run(native.Path, Lines, Model);
        Close(
            [.. logits.TrimEnd('\n').Split('\n').Select(line => line.Split(' ').Select(text => 1 / (1 + Math.Exp(-Number(text)))).ToArray())],
            probabilities.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("1 0 0\n", "Line 1 has 3 numbers; expected 9, the model's inputs.")]
    [InlineData("0 0 0 0 0 0 0 0 1\n0 0 0 0 0 0 0 0 1 1\n", "Line 2 has 10 numbers; expected 9, the model's inputs.")]
    [InlineData("0 0 0 0 one 0 0 0 1\n", "Line 1 contains 'one'; expected a finite number, such as 0.5.")]
    [InlineData("0 0 0 0 1e99 0 0 0 1\n", "Line 1 contains '1e99'; expected a finite number, such as 0.5.")]
    [InlineData("0 0 0 0 NaN 0 0 0 1\n", "Line 1 contains 'NaN'; expected a finite number, such as 0.5.")]
    public void A_bad_line_ends_the_program_with_the_reason(string input, string reason)
    {
        var (exitCode, _, error) = Run(native.Path, input, Model);
        Assert.Equal(1, exitCode);
        Assert.Equal(reason, error.TrimEnd());
    }

    [Fact]
    public void A_file_that_is_not_a_model_ends_the_program_with_the_reason()
    {
        var (exitCode, _, error) = Run(native.Path, Lines, "README.md");
        Assert.Equal(1, exitCode);
        Assert.StartsWith("README.md: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        (exitCode, _, error) = Run(native.Path, Lines, "no-such-model.safetensors");
        Assert.Equal(1, exitCode);
        Assert.Contains("no-such-model.safetensors", error, StringComparison.Ordinal);
    }

    /// <summary>The same program without native compilation, which needs no linker.</summary>
    [Fact]
    public void Wrong_arguments_and_help()
    {
        var (exitCode, output) = Sample.Run(Sample.Repository, "Ntm.Native", "a", "b");
        Assert.Equal(2, exitCode);
        Assert.Contains("The arguments are 'a b'; expected a model's file", output, StringComparison.Ordinal);
        Assert.Contains("Usage: Ntm.Native MODEL", Sample.Succeed(Sample.Repository, "Ntm.Native", "--help"), StringComparison.Ordinal);
    }

    private static void Close(double[][] expected, string[] lines)
    {
        Assert.Equal(expected.Length, lines.Length);
        foreach (var (vector, line) in expected.Zip(lines))
        {
            var actual = line.Split(' ').Select(Number).ToArray();
            Assert.Equal(vector.Length, actual.Length);
            // Six digits are written.
            Assert.All(vector.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-6));
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static (int ExitCode, string Output, string Error) Run(string program, string input, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program has ended before it read everything, as it does on an error.
        }

        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)), "The program did not end.");
        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    private static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = Sample.Repository,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
