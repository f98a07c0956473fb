using static TorchSharp.torch;

namespace Ntm.Tasks.Tests.Data;

/// <summary>The batches of torch's loaders as sequences.</summary>
public class TorchSequencesTests
{
    [Fact]
    public void A_loader_of_dictionaries_gives_its_sequences()
    {
        using var loader = new TorchSharp.Modules.DataLoader(new Dictionaries(), 3);
        var sequences = TorchSequences.From(loader).ToList();
        Assert.Equal(7, sequences.Count);
        for (var i = 0; i < 7; i++)
        {
            var buffer = new SequenceBuffer(2, 4);
            sequences[i].CopyTo(buffer);
            Assert.Equal(1 + i % 3, buffer.Steps);
            Assert.Equal([i, 0], buffer.Input(0).ToArray());
            Assert.Equal(i % 4, buffer.Target(0).IndexOf(1f));
            Assert.Equal(0.5f, buffer.Mask[0]);
        }

        // And every epoch again.
        var task = new DataTask("mine", new StreamedSequences(TorchSequences.From(loader), classes: 4));
        var read = Numbered.Read(task, Numbered.Training(), 0, 21);
        Assert.All(read.Chunk(7), epoch => Assert.Equal(Enumerable.Range(0, 7), epoch.Order()));
    }

    [Fact]
    public void A_loader_of_lists_gives_its_sequences()
    {
        using var loader = new TorchSharp.Modules.IterableDataLoader(new Lists(), 2);
        var list = new SequenceList(TorchSequences.From(loader));
        Assert.Equal((5, 2, 1), (list.Count, list.InputSize, list.OutputSize));
        Assert.Equal([0, 1, 2, 3, 4], Numbered.Read(new DataTask("mine", list, Numbered.All(o => o.Shuffle = false)), Numbered.Training(), 0, 5));
    }

    [Fact]
    public void Tensors_of_other_types_are_converted()
    {
        using var scope = NewDisposeScope();
        var sequence = TorchSequences.From([(IList<Tensor>)[ones(1, 2, 1, dtype: float64), ones(1, 2, 1, dtype: @bool), ones(1, 2, dtype: @bool), tensor((int[])[1])]]).Single();
        Assert.Equal((1, false), (sequence.Steps, sequence.HasClass));
        Assert.True(TorchSequences.From([(IList<Tensor>)[ones(1, 2, 1).transpose(0, 0), zeros(1, 2, dtype: int32)]]).Single().HasClass);
        // Not contiguous: [T, B, I] seen as [B, T, I].
        var inputs = arange(6, dtype: float32).reshape(3, 2, 1).transpose(0, 1);
        var buffer = new SequenceBuffer(1, 1);
        TorchSequences.From([(IList<Tensor>)[inputs, zeros(2, 3, 1)]]).Last().CopyTo(buffer);
        Assert.Equal([1, 3, 5], buffer.Inputs.ToArray());
    }

    public static TheoryData<string, Func<IEnumerable<Sequence>>> Faults => new()
    {
        { "loader has a batch of 1 tensors; expected inputs, targets, and optionally mask and lengths.", () => List(ones(1, 1, 1)) },
        { "inputs is Float32 of shape [1, 1]; expected numbers of shape [B, T, I].", () => List(ones(1, 1), ones(1, 1, 1)) },
        { "targets is Float32 of shape [1, 3, 1]; expected floating-point or boolean of shape [1, 2, O], or integers of shape [1, 2].", () => List(ones(1, 2, 1), ones(1, 3, 1)) },
        { "targets is Int64 of shape [1, 2, 1]; expected", () => List(ones(1, 2, 1), ones(1, 2, 1, dtype: int64)) },
        { "mask is Float32 of shape [2, 1]; expected numbers of shape [1, 2].", () => List(ones(1, 2, 1), ones(1, 2, 1), ones(2, 1)) },
        { "lengths is Float32 of shape [1]; expected integers of shape [1].", () => List(ones(1, 2, 1), ones(1, 2, 1), ones(1, 2), ones(1)) },
        { "lengths is 3 in sequence 0 of a batch; expected 1 to T = 2.", () => List(ones(1, 2, 1), ones(1, 2, 1), ones(1, 2), tensor((long[])[3])) },
        { "loader has a batch of inputs, without targets; expected inputs and targets.", () => TorchSequences.From([new Dictionary<string, Tensor> { ["inputs"] = ones(1, 1, 1) }]) },
        { "targets is NaN in step 1, channel 0; expected a finite number.", () => List(ones(1, 2, 1), tensor((float[])[0, float.NaN], [1, 2, 1])) },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void What_is_wrong_is_refused(string message, Func<IEnumerable<Sequence>> read)
    {
        using var scope = NewDisposeScope();
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => read().ToList()).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<Sequence> List(params Tensor[] tensors) => TorchSequences.From([(IList<Tensor>)tensors]);

    private sealed class Dictionaries : utils.data.Dataset
    {
        public override long Count => 7;

        public override Dictionary<string, Tensor> GetTensor(long index) => new()
        {
            ["inputs"] = tensor((float[])[index, 0, index, 1, index, 2], [3, 2]),
            ["targets"] = tensor((long[])[index % 4, 0, 1]),
            ["mask"] = full(3, 0.5f),
            ["lengths"] = tensor(1 + index % 3),
        };
    }

    private sealed class Lists : utils.data.IterableDataset
    {
        public override long Count => 5;

        public override IList<Tensor> GetTensor(long index) => [tensor((float[])[index, 0, index, 1], [2, 2]), zeros(2, 1)];
    }
}
