namespace Ntm.Tasks.Tests.Data;

/// <summary>A sequence that cannot be learned is refused where it is made, by name, place and value.</summary>
public class SequenceTests
{
    private static readonly float[][] Inputs = [[0, 1], [2, 3], [4, 5]];
    private static readonly float[][] Targets = [[0], [1], [0]];

    public static TheoryData<string, string, Func<Sequence>> Faults => new()
    {
        { "inputs", "inputs has no steps; expected at least 1.", () => new Sequence([], Targets) },
        { "inputs", "inputs has 1 channels in step 2; expected 2, like in step 0.", () => new Sequence([[0, 1], [2, 3], [4]], Targets) },
        { "inputs", "inputs has 0 channels in step 0; expected at least 1.", () => new Sequence([[], [], []], Targets) },
        { "inputs", "inputs is null in step 1; expected a vector.", () => new Sequence([[0, 1], null!, [2, 3]], Targets) },
        { "inputs", "inputs is NaN in step 1, channel 1; expected a finite number.", () => new Sequence([[0, 1], [2, float.NaN], [4, 5]], Targets) },
        { "targets", "targets has 2 steps; expected T = 3, like inputs.", () => new Sequence(Inputs, [[0], [1]]) },
        { "targets", "targets has 2 channels in step 1; expected 1, like in step 0.", () => new Sequence(Inputs, [[0], [1, 0], [0]]) },
        { "targets", "targets is Infinity in step 2, channel 0; expected a finite number.", () => new Sequence(Inputs, [[0], [1], [float.PositiveInfinity]]) },
        { "weights", "weights has 2 steps; expected T = 3, like inputs.", () => new Sequence(Inputs, Targets, [1, 1]) },
        { "weights", "weights is -1 in step 1; expected 0 or more, and finite.", () => new Sequence(Inputs, Targets, [1, -1, 1]) },
        { "weights", "weights is NaN in step 2; expected 0 or more, and finite.", () => new Sequence(Inputs, Targets, [1, 1, float.NaN]) },
        { "weights", "weights is 0 in all 3 steps; expected a step that counts.", () => new Sequence(Inputs, Targets, [0, 0, 0]) },
        { "classes", "classes has 2 steps; expected T = 3, like inputs.", () => Sequence.WithClasses(Inputs, [0, 1]) },
        { "classes", "classes has no steps; expected one class for each step of inputs.", () => Sequence.WithClasses(Inputs, []) },
        { "classes", "classes is -100 in step 1; expected 0 or more.", () => Sequence.WithClasses(Inputs, [0, -100, 1]) },
        { "inputs", "inputs has 5 elements; expected a multiple of T = 3.", () => Sequence.FromRows(3, new float[5], new float[3]) },
        { "targets", "targets has 0 elements; expected a multiple of T = 3.", () => Sequence.FromRows(3, new float[6], []) },
        { "classes", "classes has 6 steps; expected T = 3, like inputs.", () => Sequence.FromRowsWithClasses(3, new float[6], new long[6]) },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void What_is_wrong_is_refused(string parameter, string message, Func<Sequence> create)
    {
        var exception = Assert.Throws<ArgumentException>(parameter, create);
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_of_weight_0_may_have_any_target_and_class()
    {
        var sequence = new Sequence(Inputs, [[0], [float.NaN], [1]], [0.5f, 0, 2]);
        Assert.Equal((3, 2, 1, false), (sequence.Steps, sequence.InputSize, sequence.TargetSize, sequence.HasClass));
        var read = Read(sequence, 1);
        Assert.Equal([0, 1, 2, 3, 4, 5], read.Inputs.ToArray());
        Assert.Equal([0, 0, 1], read.Targets.ToArray());
        Assert.Equal([0.5f, 0, 2], read.Mask.ToArray());

        var classes = Read(Sequence.WithClasses(Inputs, [2, -100, 0], [1, 0, 3]), 3);
        Assert.Equal([0, 0, 1, 0, 0, 0, 1, 0, 0], classes.Targets.ToArray());
        Assert.Equal([1, 0, 3], classes.Mask.ToArray());
    }

    [Fact]
    public void Rows_are_those_of_the_lists()
    {
        Same(new Sequence(Inputs, Targets, [1, 2, 0]), Sequence.FromRows(3, [0, 1, 2, 3, 4, 5], [0, 1, 0], [1, 2, 0]), 1);
        Same(new Sequence(Inputs, Targets), Sequence.FromRows(3, [0, 1, 2, 3, 4, 5], [0, 1, 0]), 1);
        Same(Sequence.WithClasses(Inputs, [2, 1, 0]), Sequence.FromRowsWithClasses(3, [0, 1, 2, 3, 4, 5], [2, 1, 0]), 3);

        static void Same(Sequence expected, Sequence actual, int outputs)
        {
            var (one, other) = (Read(expected, outputs), Read(actual, outputs));
            Assert.Equal(one.Inputs.ToArray(), other.Inputs.ToArray());
            Assert.Equal(one.Targets.ToArray(), other.Targets.ToArray());
            Assert.Equal(one.Mask.ToArray(), other.Mask.ToArray());
        }
    }

    [Fact]
    public void Later_changes_of_the_arrays_do_not_change_the_sequence()
    {
        float[][] inputs = [[1], [2]];
        float[] weights = [1, 1];
        var sequence = new Sequence(inputs, [[0], [1]], weights);
        (inputs[0][0], weights[1]) = (9, 9);
        var read = Read(sequence, 1);
        Assert.Equal([1, 2], read.Inputs.ToArray());
        Assert.Equal([1, 1], read.Mask.ToArray());
    }

    private static SequenceBuffer Read(Sequence sequence, int outputs)
    {
        var buffer = new SequenceBuffer(sequence.InputSize, outputs);
        sequence.CopyTo(buffer);
        return buffer;
    }
}
