
namespace Ntm.Paper.Catalog;

/// <summary>The figures that the paper has of a task, by their numbers, and how they are drawn.</summary>
internal sealed record PaperFigures
{
    /// <summary>The number of its learning curves.</summary>
    public required int LearningCurve { get; init; }

    /// <summary>The number of its picture of the memory's use.</summary>
    public required int Memory { get; init; }

    /// <summary>Whether costs are shown on a logarithmic axis: where they come close to 0 it shows how close.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>The figures of outputs beside their targets, beyond the trained range too.</summary>
    public IReadOnlyList<AnswerRequests> Answers { get; init; } = [];

    /// <summary>The axis of cost and errors, if the conditions have sizes.</summary>
    public string? SizeAxis { get; init; }

    /// <summary>The number of the figure over sizes, if the paper has it.</summary>
    public int? SizeFigure { get; init; }
}

/// <summary>Sequences whose answers one figure shows.</summary>
/// <param name="Name">The figure's name.</param>
/// <param name="Title">What it shows, in a word or two.</param>
/// <param name="Requests">A row each.</param>
/// <param name="Counterpart">What it is the counterpart of in the paper.</param>
internal sealed record AnswerRequests(string Name, string Title, IReadOnlyList<EvaluationRequest> Requests, string Counterpart);
