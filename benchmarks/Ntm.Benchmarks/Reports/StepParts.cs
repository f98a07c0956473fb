using System.Diagnostics;
using Ntm.Core;

namespace Ntm.Benchmarks.Reports;

/// <summary>Measures the parts of a step of the copy task's machine, each alone, in us per step and sample.</summary>
internal static unsafe class StepParts
{
    private const int Rows = 4;

    private const int Steps = 41;

    public static void Print()
    {
        var shape = NtmShapes.Of(new NtmOptions());
        using var weights = new PackedWeights(shape);
        using var history = new History(shape);
        using var scratch = new GroupScratch(shape);
        var ntm = shape.Ntm();
        var access = (NtmScratch)scratch.Access;
        using var machine = new NeuralTuringMachine(new NtmOptions(), seed: 1);
        using var lane = new LaneGradient(Core.Engines.BuiltInCell.Of(machine.Cell).Cell!.Engine);
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
                Fill(Carried(s, r).Memory, ntm.MemorySize, 0.5f);
                Carried(s, r).Complete();
                for (var h = 0; h < ntm.Heads; h++)
                    new Span<float>(Carried(s, r).Weighting(h), ntm.Locations).Fill(1f / ntm.Locations);
            }
        }

        var layer = weights.Layers[0];
        double total = 0;
        Part("LSTM product, forward", Rows, s => layer.Forward(history.Layer(0, s), shape.LayerStride(0), Rows, history.Gates(0, s), shape.GateRows));
        Part("LSTM gates, forward", 1, s => Lstm.Forward(new LayerSlot
        {
            Sums = history.Gates(0, s),
            Cell = history.Cells(0, s),
            NextCell = history.Cells(0, s + 1),
            Kept = history.KeptCells(0, s),
            Output = history.Top(s),
            Units = shape.UnitsPadded,
        }));
        Part("head product, forward", Rows, s => weights.Heads.Forward(history.Top(s), shape.TopStride, Rows, history.HeadOutputs(s), shape.HeadOutputsPadded));
        Part("head activation, forward", 1, s => HeadActivation.Forward(ntm, history.HeadOutputs(s), history.Kept(s)));
        Part("addressing, forward", 1, s =>
        {
            AddressingForward.Compute(ntm, true, 1, Head(s, ntm.Read), access.Mask, access.Ring);
            AddressingForward.Compute(ntm, true, 1, Head(s, ntm.Write), access.Mask, access.Ring);
        });
        Part("read, forward", 1, s => MemoryPasses.Sum(Carried(s, 0).Memory, Carried(s, 0).Weighting(0), scratch.DTop, ntm.Blocks, ntm.Width));
        Part("write, forward", 1, s => MemoryWrite.Forward(
            Carried(s, 0).Memory, Carried(s, 0).Weighting(1), 1, history.Kept(s) + 50, history.Kept(s) + 70, 66, Carried(s + 1, 0).Memory,
            Carried(s + 1, 0).RowScales, ntm.Blocks, ntm.Width));
        Part("output product, forward", Rows, s => weights.Output.Forward(history.Top(s), shape.TopStride, Rows, history.Logits(s), shape.OutputsPadded));
        Part("output product, backward", Rows, s => weights.Output.Backward(
            history.Logits(s), shape.OutputsPadded, Rows, shape.Outputs, scratch.DTop, shape.TopStride, shape.TopColumns, accumulate: false));
        Part("read, backward", 1, s => MemoryPasses.Dot(Carried(s, 0).Memory, scratch.DTop, Gradient().Weighting(0), ntm.Blocks, ntm.Width, accumulate: true));
        Part("write, backward", 1, s => MemoryWrite.Backward(
            Gradient().Memory, Carried(s, 0).Memory, Carried(s, 0).Weighting(1), 1, history.Kept(s) + 50, history.Kept(s) + 70, 66,
            Gradient().Weighting(1), access.DActivated + 50, access.DActivated + 70, access.WriteScratch, ntm.Blocks, ntm.Width));
        Part("addressing, backward", 1, s =>
        {
            new Span<float>(Gradient().Weighting(0), 2 * ntm.LocationsPadded).Fill(0.1f);
            new Span<float>(access.OwnFactors, ntm.LocationsPadded).Clear();
            AddressingBackward.Compute(
                ntm, true, 1, Head(s, ntm.Read), Gradient().Weighting(0), access.DActivated, access.RowFactors, access.OwnFactors,
                access.Ring, access.OtherRing);
            AddressingBackward.Compute(
                ntm, true, 1, Head(s, ntm.Write), Gradient().Weighting(1), access.DActivated + ntm.Write.FirstOutput,
                access.RowFactors + ntm.LocationsPadded, access.OwnFactors, access.Ring, access.OtherRing);
        });
        for (var t = 0; t < 3; t++)
        {
            access.Coefficients[t] = access.RowFactors;
            access.Vectors[t] = scratch.DTop;
        }

        Part("memory terms, backward", 1, s => MemoryPasses.AddTerms(
            Gradient().Memory, Carried(s, 0).Memory, access.OwnFactors, access.Coefficients, access.Vectors, 3, ntm.Blocks, ntm.Width));
        Part("head activation, backward", 1, s => HeadActivation.Backward(ntm, history.HeadOutputs(s), history.Kept(s), access.DActivated));
        Part("head product, backward", Rows, s => weights.Heads.Backward(
            history.HeadOutputs(s), shape.HeadOutputsPadded, Rows, shape.HeadOutputs, scratch.DTop, shape.TopStride, shape.Units, accumulate: true));
        Part("LSTM gates, backward", 1, s => Lstm.Backward(new LayerGradient
        {
            Sums = history.Gates(0, s),
            Cell = history.Cells(0, s),
            Kept = history.KeptCells(0, s),
            DOutput = scratch.DTop,
            DLater = scratch.DLayer(0, 0),
            DCell = scratch.DCells(0, 0),
            Mask = scratch.UnitMask,
            Units = shape.UnitsPadded,
        }));
        Part("LSTM product, backward", Rows, s => layer.Backward(
            history.Gates(0, s), shape.GateRows, Rows, shape.GateRows, scratch.DLayer(0, 0), shape.LayerStride(0), shape.InputColumn, accumulate: false));
        Part("weight gradients", Rows * Steps, s =>
        {
            if (s == 0)
                lane.AddWeights(history, Steps, accumulate: false);
        }, perCall: true);
        Console.WriteLine($"{"sum",-28}{total,8:F3}");

        NtmCarried Carried(int slot, int row) => new(ntm, history.Carried(slot, row));

        NtmCarried Gradient() => new(ntm, scratch.DCarried(0));

        HeadSlot Head(int step, in HeadShape bank) =>
            NtmAccess.Head(ntm, GroupForward<Lstm, NtmAccess>.StepOf(shape, history, scratch, step, 0, null), bank, 0, Carried(step, 0));

        void Part(string name, int samples, Action<int> run, bool perCall = false)
        {
            // The JIT's optimized code is ready some tenths of a second after the first calls.
            var best = double.MaxValue;
            var begin = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(begin).TotalSeconds < 0.6)
            {
                Fill(Gradient().Memory, ntm.MemorySize, 0.1f);
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
