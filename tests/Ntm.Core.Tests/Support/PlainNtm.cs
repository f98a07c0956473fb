using static TorchSharp.torch;

namespace Ntm.Core.Tests.Support;

/// <summary>
/// One step of a machine in plain loops over doubles, one sequence at a time: written from the paper's equations and the documented
/// layout of the parameters, without a look at the implementation.
/// </summary>
internal sealed class PlainNtm
{
    private readonly NtmOptions _options;
    private readonly Dictionary<string, double[]> _parameters;

    public PlainNtm(NtmCell cell)
    {
        _options = cell.Options;
        _parameters = cell.state_dict().ToDictionary(p => p.Key, p => Numbers.Values(p.Value));
    }

    public PlainStep Step(double[] x, PlainState state)
    {
        var o = _options;
        var (output, controller) = Controller([.. x, .. state.Reads.SelectMany(r => r)], state.Controller);

        var writeSize = AddressSize + 2 * o.MemoryWidth;
        var writeRaw = Clip(Linear("write_heads.layer", output, o.WriteHeads * writeSize));
        var (writeWeightings, erases, adds) = (new double[o.WriteHeads][], new double[o.WriteHeads][], new double[o.WriteHeads][]);
        for (var k = 0; k < o.WriteHeads; k++)
        {
            var raw = writeRaw[(k * writeSize)..((k + 1) * writeSize)];
            writeWeightings[k] = Address(raw[..AddressSize], state.WriteWeightings[k], state.Memory);
            erases[k] = [.. raw[AddressSize..(AddressSize + o.MemoryWidth)].Select(Sigmoid)];
            adds[k] = [.. raw[(AddressSize + o.MemoryWidth)..].Select(Math.Tanh)];
        }

        var memory = new double[o.MemoryLocations][];
        for (var i = 0; i < o.MemoryLocations; i++)
        {
            memory[i] = new double[o.MemoryWidth];
            for (var j = 0; j < o.MemoryWidth; j++)
            {
                var value = state.Memory[i][j];
                for (var k = 0; k < o.WriteHeads; k++)
                    value *= 1 - writeWeightings[k][i] * erases[k][j];
                for (var k = 0; k < o.WriteHeads; k++)
                    value += writeWeightings[k][i] * adds[k][j];
                memory[i][j] = value;
            }
        }

        var readable = o.ReadOrder == ReadOrder.AfterWrite ? memory : state.Memory;
        var readRaw = Clip(Linear("read_heads.layer", output, o.ReadHeads * AddressSize));
        var (readWeightings, reads) = (new double[o.ReadHeads][], new double[o.ReadHeads][]);
        for (var r = 0; r < o.ReadHeads; r++)
        {
            readWeightings[r] = Address(readRaw[(r * AddressSize)..((r + 1) * AddressSize)], state.ReadWeightings[r], readable);
            reads[r] = new double[o.MemoryWidth];
            for (var i = 0; i < o.MemoryLocations; i++)
                for (var j = 0; j < o.MemoryWidth; j++)
                    reads[r][j] += readWeightings[r][i] * readable[i][j];
        }

        var logits = Clip(Linear("output", [.. output, .. reads.SelectMany(r => r)], o.OutputSize));
        return new PlainStep(logits, new PlainState(controller, memory, reads, readWeightings, writeWeightings), erases, adds);
    }

    private int AddressSize => _options.Addressing == AddressingKind.Content
        ? _options.MemoryWidth + 1
        : _options.MemoryWidth + 1 + 1 + (2 * _options.ShiftRange + 1) + 1;

    private (double[] Output, double[][] State) Controller(double[] input, double[][] state)
    {
        var size = _options.ControllerSize;
        var below = input;
        var next = new List<double[]>();
        for (var l = 0; l < _options.ControllerLayers; l++)
        {
            if (_options.Controller == ControllerKind.Feedforward)
            {
                below = [.. Linear($"controller.layers.{l}", below, size).Select(Math.Tanh)];
                continue;
            }

            var (h, c) = (state[2 * l], state[2 * l + 1]);
            var (inputWeight, stateWeight, bias) = (
                _parameters[$"controller.layers.{l}.weight_ih"], _parameters[$"controller.layers.{l}.weight_hh"], _parameters[$"controller.layers.{l}.bias"]);
            var gates = new double[4 * size];
            for (var row = 0; row < gates.Length; row++)
            {
                gates[row] = bias[row];
                for (var j = 0; j < below.Length; j++)
                    gates[row] += inputWeight[row * below.Length + j] * below[j];
                for (var j = 0; j < size; j++)
                    gates[row] += stateWeight[row * size + j] * h[j];
            }

            var (nextH, nextC) = (new double[size], new double[size]);
            for (var u = 0; u < size; u++)
            {
                nextC[u] = Sigmoid(gates[size + u]) * c[u] + Sigmoid(gates[u]) * Math.Tanh(gates[2 * size + u]);
                nextH[u] = Sigmoid(gates[3 * size + u]) * Math.Tanh(nextC[u]);
            }

            next.AddRange([nextH, nextC]);
            below = nextH;
        }

        return (below, [.. next]);
    }

    private double[] Address(double[] raw, double[] previous, double[][] memory)
    {
        var (n, width) = (memory.Length, _options.MemoryWidth);
        var key = raw[..width].Select(Math.Tanh).ToArray();
        var strength = Softplus(raw[width]);
        var similarity = memory.Select(row =>
        {
            double dot = 0, keyNorm = MemoryEquations.NormEpsilon, rowNorm = MemoryEquations.NormEpsilon;
            for (var j = 0; j < width; j++)
                (dot, keyNorm, rowNorm) = (dot + key[j] * row[j], keyNorm + key[j] * key[j], rowNorm + row[j] * row[j]);
            return strength * dot / Math.Sqrt(keyNorm) / Math.Sqrt(rowNorm);
        });
        var content = Softmax([.. similarity]);
        if (_options.Addressing == AddressingKind.Content)
            return content;

        var range = _options.ShiftRange;
        var gate = Sigmoid(raw[width + 1]);
        var shifts = Softmax(raw[(width + 2)..(width + 2 + 2 * range + 1)]);
        var gamma = 1 + Softplus(raw[^1]);
        var gated = new double[n];
        for (var i = 0; i < n; i++)
            gated[i] = gate * content[i] + (1 - gate) * previous[i];
        var shifted = new double[n];
        for (var j = 0; j < n; j++)
            for (var s = -range; s <= range; s++)
                shifted[((j + s) % n + n) % n] += gated[j] * shifts[s + range];
        var powers = shifted.Select(w => Math.Pow(w + MemoryEquations.WeightEpsilon, gamma)).ToArray();
        return [.. powers.Select(p => p / powers.Sum())];
    }

    private double[] Linear(string name, double[] input, int outputs)
    {
        var (weight, bias) = (_parameters[name + ".weight"], _parameters[name + ".bias"]);
        Assert.Equal(outputs, bias.Length);
        Assert.Equal(outputs * input.Length, weight.Length);
        var result = new double[outputs];
        for (var row = 0; row < outputs; row++)
        {
            result[row] = bias[row];
            for (var j = 0; j < input.Length; j++)
                result[row] += weight[row * input.Length + j] * input[j];
        }

        return result;
    }

    private double[] Clip(double[] values) =>
        _options.Clip is { } clip ? [.. values.Select(v => Math.Clamp(v, -clip, clip))] : values;

    private static double[] Softmax(double[] values)
    {
        var powers = values.Select(Math.Exp).ToArray();
        return [.. powers.Select(p => p / powers.Sum())];
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Softplus(double x) => Math.Log(1 + Math.Exp(x));
}

internal sealed record PlainStep(double[] Logits, PlainState State, double[][] Erases, double[][] Adds);

internal sealed record PlainState(double[][] Controller, double[][] Memory, double[][] Reads, double[][] ReadWeightings, double[][] WriteWeightings)
{
    /// <summary>One sequence of a state.</summary>
    public static PlainState Of(NtmState state, long sequence) => new(
        [.. state.Controller.Select(t => Numbers.Values(t[sequence]))],
        Rows(state.Memory[sequence]), Rows(state.Reads[sequence]), Rows(state.ReadWeightings[sequence]), Rows(state.WriteWeightings[sequence]));

    private static double[][] Rows(Tensor matrix) => [.. matrix.unbind(0).Select(Numbers.Values)];
}
