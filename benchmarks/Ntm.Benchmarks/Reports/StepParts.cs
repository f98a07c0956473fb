using System.Diagnostics;
using Ntm.Core;
using Ntm.Core.Engines.Cpu;

namespace Ntm.Benchmarks.Reports;

/// <summary>Where the time of a step goes: the parts of the copy task's machine, each alone, in us per step and sample.</summary>
internal static unsafe class StepParts
{
    private const int Rows = 4;

    private const int Steps = 41;

    public static void Print()
    {
        var shape = new MachineShape(new NtmOptions(), 1, true, (true, 1), (true, 1));
        using var weights = new PackedWeights(shape);
        using var history = new History(shape);
        using var scratch = new GroupScratch(shape);
        using var lane = new LaneGradient(shape, false);
        history.Arrange(Rows, Steps);
        scratch.Arrange(Rows);
        Fill(weights.Layers[0].Rows, weights.Layers[0].Outputs * weights.Layers[0].Stride, 0.1f);
        Fill(weights.Heads.Rows, weights.Heads.Outputs * weights.Heads.Stride, 0.1f);
        weights.Layers[0].PackPanels();
        weights.Heads.PackPanels();
        for (var s = 0; s <= Steps; s++)
        {
            for (var r = 0; r < Rows; r++)
            {
                Fill(history.Layer(0, s, r), shape.LayerStride(0), 0.5f);
                Fill(history.Memory(s, r), shape.MemorySize, 0.5f);
                MemoryPasses.RowScales(history.Memory(s, r), history.RowScales(s, r), shape.Blocks, shape.Width);
                for (var h = 0; h < shape.Heads; h++)
                    new Span<float>(history.Weighting(s, r, h), shape.Locations).Fill(1f / shape.Locations);
            }
        }

        var layer = weights.Layers[0];
        double total = 0;
        Part("LSTM product, forward", Rows, s => layer.Forward(history.Layer(0, s), shape.LayerStride(0), Rows, history.Gates(0, s), shape.GateRows));
        Part("LSTM gates, forward", 1, s => ControllerPasses.LstmForward(
            history.Gates(0, s), history.Cells(0, s), history.Cells(0, s + 1), history.CellTanhs(0, s), history.Top(s), shape.UnitsPadded));
        Part("head product, forward", Rows, s => weights.Heads.Forward(history.Top(s), shape.TopStride, Rows, history.Parameters(s), shape.HeadOutputsPadded));
        Part("head activation, forward", 1, s => HeadActivation.Forward(shape, history.Parameters(s), history.Activated(s)));
        Part("addressing, forward", 1, s =>
        {
            AddressingForward.Compute(shape, true, 1, history.Head(s, 0, 0, 0, s), scratch.Mask, scratch.Ring);
            AddressingForward.Compute(shape, true, 1, history.Head(s, 0, 1, shape.Write.FirstOutput, s), scratch.Mask, scratch.Ring);
        });
        Part("read, forward", 1, s => MemoryPasses.Sum(history.Memory(s, 0), history.Weighting(s, 0, 0), scratch.DTop, shape.Blocks, shape.Width));
        Part("write, forward", 1, s => MemoryWrite.Forward(
            history.Memory(s, 0), history.Weighting(s, 0, 1), 1, history.Activated(s) + 50, history.Activated(s) + 70, 66, history.Memory(s + 1, 0),
            history.RowScales(s + 1, 0), shape.Blocks, shape.Width));
        Part("output product, forward", Rows, s => weights.Output.Forward(history.Top(s), shape.TopStride, Rows, history.Logits(s), shape.OutputsPadded));
        Part("output product, backward", Rows, s => weights.Output.Backward(
            history.Logits(s), shape.OutputsPadded, Rows, shape.Outputs, scratch.DTop, shape.TopStride, shape.TopColumns, accumulate: false));
        Part("read, backward", 1, s => MemoryPasses.Dot(history.Memory(s, 0), scratch.DTop, scratch.DWeighting(0, 0), shape.Blocks, shape.Width, accumulate: true));
        Part("write, backward", 1, s => MemoryWrite.Backward(
            scratch.DMemory(0), history.Memory(s, 0), history.Weighting(s, 0, 1), 1, history.Activated(s) + 50, history.Activated(s) + 70, 66,
            scratch.DWeighting(0, 1), scratch.DActivated + 50, scratch.DActivated + 70, scratch.WriteScratch, shape.Blocks, shape.Width));
        Part("addressing, backward", 1, s =>
        {
            new Span<float>(scratch.DWeighting(0, 0), 2 * shape.LocationsPadded).Fill(0.1f);
            new Span<float>(scratch.OwnFactors, shape.LocationsPadded).Clear();
            AddressingBackward.Compute(
                shape, true, 1, history.Head(s, 0, 0, 0, s), scratch.DWeighting(0, 0), scratch.DActivated, scratch.RowFactors, scratch.OwnFactors,
                scratch.Ring, scratch.OtherRing);
            AddressingBackward.Compute(
                shape, true, 1, history.Head(s, 0, 1, shape.Write.FirstOutput, s), scratch.DWeighting(0, 1), scratch.DActivated + shape.Write.FirstOutput,
                scratch.RowFactors + shape.LocationsPadded, scratch.OwnFactors, scratch.Ring, scratch.OtherRing);
        });
        for (var t = 0; t < 3; t++)
        {
            scratch.Coefficients[t] = scratch.RowFactors;
            scratch.Vectors[t] = scratch.DTop;
        }

        Part("memory terms, backward", 1, s => MemoryPasses.AddTerms(
            scratch.DMemory(0), history.Memory(s, 0), scratch.OwnFactors, scratch.Coefficients, scratch.Vectors, 3, shape.Blocks, shape.Width));
        Part("head activation, backward", 1, s => HeadActivation.Backward(shape, history.Parameters(s), history.Activated(s), scratch.DActivated));
        Part("head product, backward", Rows, s => weights.Heads.Backward(
            history.Parameters(s), shape.HeadOutputsPadded, Rows, shape.HeadOutputs, scratch.DTop, shape.TopStride, shape.Units, accumulate: true));
        Part("LSTM gates, backward", 1, s => ControllerPasses.LstmBackward(
            history.Gates(0, s), history.Cells(0, s), history.CellTanhs(0, s), scratch.DTop, scratch.DLayer(0, 0), scratch.DCells(0, 0), scratch.UnitMask,
            shape.UnitsPadded));
        Part("LSTM product, backward", Rows, s => layer.Backward(
            history.Gates(0, s), shape.GateRows, Rows, shape.GateRows, scratch.DLayer(0, 0), shape.LayerStride(0), shape.InputColumn, accumulate: false));
        Part("weight gradients", Rows * Steps, s =>
        {
            if (s == 0)
                lane.AddWeights(history, Steps, accumulate: false);
        }, perCall: true);
        Console.WriteLine($"{"sum",-28}{total,8:F3}");

        void Part(string name, int samples, Action<int> run, bool perCall = false)
        {
            // The JIT's optimised code arrives some tenths of a second after the first calls.
            var best = double.MaxValue;
            var begin = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(begin).TotalSeconds < 0.6)
            {
                Fill(scratch.DMemory(0), shape.MemorySize, 0.1f);
                var start = Stopwatch.GetTimestamp();
                for (var s = 0; s < Steps; s++)
                    run(s);
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }

            var us = best / (perCall ? 1 : Steps) / samples;
            total += us;
            Console.WriteLine($"{name,-28}{us,8:F3}");
        }
    }

    private static void Fill(float* target, int count, float scale)
    {
        var random = new Random(1);
        for (var i = 0; i < count; i++)
            target[i] = (random.NextSingle() - 0.5f) * scale;
    }
}
