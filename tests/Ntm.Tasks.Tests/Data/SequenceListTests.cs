namespace Ntm.Tasks.Tests.Data;

/// <summary>A list of sequences that do not belong together is refused by index, what was found and what was expected.</summary>
public class SequenceListTests
{
    private static readonly Sequence Two = new([[0, 0]], [[1]]);
    private static readonly Sequence Class = Sequence.WithClasses([[0, 0], [1, 1]], [0, 2]);

    public static TheoryData<string, string, Func<SequenceList>> Faults => new()
    {
        { "sequences", "sequences is empty; expected at least one sequence.", () => new SequenceList([]) },
        { "sequences", "sequences[1] is null; expected a sequence.", () => new SequenceList([Two, null!]) },
        { "sequences", "sequences[0] is null; expected a sequence.", () => new SequenceList([null!]) },
        { "sequences", "sequences[2] has 1 input channels; expected 2, like the first sequence.", () => new SequenceList([Two, Two, new Sequence([[0]], [[1]])]) },
        { "sequences", "sequences[1] has 2 target channels; expected 1, like the first sequence.", () => new SequenceList([Two, new Sequence([[0, 0]], [[1, 0]])]) },
        { "sequences", "sequences[1] has classes; expected target vectors, like the first sequence.", () => new SequenceList([Two, Class]) },
        { "sequences", "sequences[1] has target vectors; expected classes, like the first sequence.", () => new SequenceList([Class, Two], 3) },
        { "sequences", "sequences[0] has the class 2 in step 1; expected 0 to 1.", () => new SequenceList([Class], 2) },
        { "classes", "classes is null, and the sequences have classes; expected their number.", () => new SequenceList([Class]) },
        { "classes", "classes is 3, and the sequences have target vectors; expected null.", () => new SequenceList([Two], 3) },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void What_is_wrong_is_refused(string parameter, string message, Func<SequenceList> create)
    {
        var exception = Assert.Throws<ArgumentException>(parameter, create);
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_classes_are_refused() => Assert.Throws<ArgumentOutOfRangeException>("classes", () => new SequenceList([Class], 0));

    [Fact]
    public void A_list_has_the_widths_of_its_sequences()
    {
        var vectors = new SequenceList([Two, Two]);
        Assert.Equal((2, 1, 2, false), (vectors.InputSize, vectors.OutputSize, vectors.Count, vectors.HasClasses));
        var classes = new SequenceList([Class], 5);
        Assert.Equal((2, 5, 1, true), (classes.InputSize, classes.OutputSize, classes.Count, classes.HasClasses));
        Assert.Equal(2, classes.StepsOf(0));
    }

    [Fact]
    public void Any_other_value_is_another_fingerprint()
    {
        Sequence[] sequences = Numbered.Many(100);
        var all = new List<string> { new SequenceList(sequences).Fingerprint, new SequenceList(sequences[..99]).Fingerprint };
        Assert.Equal(all[0], new SequenceList(Numbered.Many(100)).Fingerprint);
        for (var i = 0; i < 100; i += 9)
        {
            Sequence[] changed = [.. sequences];
            changed[i] = new Sequence([[i, 0.5f]], [[1]]);
            all.Add(new SequenceList(changed).Fingerprint);
        }

        Assert.Equal(all.Count, all.Distinct().Count());
    }
}
