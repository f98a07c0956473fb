using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using Ntm.Core.Interchange;
using Ntm.Core.Serialization;
using Ntm.Runtime;
using Ntm.Tasks;

namespace Ntm.Benchmarks.Reports;

/// <summary>
/// Compares whole sequences of a copy model in ONNX Runtime, exported by <see cref="OnnxExport"/>, with those of the CPU engine in <see cref="NtmModel"/>, each on one
/// thread. Both run alternately in the same process.
/// </summary>
internal static class OnnxReport
{
    private const int Length = 20;
    private const int Steps = 2 * Length + 1;

    /// <param name="path">The model's file.</param>
    public static void Print(string path)
    {
        Console.WriteLine($"{path}, {Steps} steps, one thread; us per sequence, median (minimum)");
        Console.WriteLine();
        Console.WriteLine("| B | ONNX Runtime | CPU engine | Ratio of medians (minima) | Greatest difference of a logit |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        var file = Path.GetTempFileName();
        try
        {
            using (var machine = NtmModelFile.Load(path))
                OnnxExport.Save(machine, file);
            using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
            using var session = new InferenceSession(file, options);
            using var model = NtmModel.Load(path);
            foreach (var batch in (int[])[1, 16])
                Row(session, model, batch);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Row(InferenceSession session, NtmModel model, int batch)
    {
        using var sequences = new CopyTask(new CopyOptions { MinLength = Length, MaxLength = Length }).Batch(1, 0, batch);
        var inputs = sequences.Inputs.data<float>().ToArray();
        var (theirs, ours) = (new float[Steps * batch * model.OutputSize], new float[Steps * batch * model.OutputSize]);
        using var given = OrtValue.CreateTensorValueFromMemory(inputs, [Steps, batch, model.InputSize]);
        using var wanted = OrtValue.CreateTensorValueFromMemory(theirs, [Steps, batch, model.OutputSize]);
        using var options = new RunOptions();
        var (runtime, engine) = (new List<double>(), new List<double>());
        for (var i = 0; i < 20; i++)
        {
            Runtime();
            Engine();
        }

        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin).TotalSeconds < 10)
        {
            runtime.Add(Timing.Once(Runtime) / batch);
            engine.Add(Timing.Once(Engine) / batch);
        }

        var difference = theirs.Zip(ours, (a, b) => Math.Abs(a - b)).Max();
        var (onnx, cpu) = (Timing.Of(runtime), Timing.Of(engine));
        Console.WriteLine($"| {batch} | {onnx} | {cpu} | {onnx.Median / cpu.Median:F1} ({onnx.Minimum / cpu.Minimum:F1}) | {difference:E1} |");

        void Runtime() => session.Run(options, ["inputs"], [given], ["logits"], [wanted]);
        void Engine() => model.Run(inputs, ours, Steps, batch, threads: 1);
    }
}
