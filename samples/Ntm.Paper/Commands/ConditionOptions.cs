using System.CommandLine;
using Ntm.Paper.Catalog;

namespace Ntm.Paper.Commands;

/// <summary>The options that choose one condition of an evaluation.</summary>
internal sealed class ConditionOptions
{
    public Option<int> Length { get; } = Of("--length", "copy, repeat-copy: only sequences of this length.", 1, TaskEntry.MostLength);

    public Option<int> Repeats { get; } = Of("--repeats", "repeat-copy: only this number of repeats.", 1, TaskEntry.MostRepeats);

    public Option<int> Items { get; } = Of("--items", "associative-recall: only this number of items.", 2, TaskEntry.MostItems);

    public EvaluationRequest Request(ParseResult parse) => new(Value(parse, Length), Value(parse, Repeats), Value(parse, Items));

    private static int? Value(ParseResult parse, Option<int> option) => parse.GetResult(option) is null ? null : parse.GetValue(option);

    private static Option<int> Of(string name, string description, int least, int most) =>
        CommonOptions.AtLeast(new Option<int>(name) { Description = description + " By default what the paper shows.", HelpName = "count" }, least, most);
}
