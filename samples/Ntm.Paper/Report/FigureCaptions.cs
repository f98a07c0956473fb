using Ntm.Paper.Catalog;

namespace Ntm.Paper.Report;

/// <summary>What a report says of the figures that <c>draw</c> draws.</summary>
internal static class FigureCaptions
{
    /// <param name="name">The figure's name.</param>
    /// <param name="task">The task.</param>
    public static (string Title, string Caption) Of(string name, TaskEntry task) => name switch
    {
        "outputs" when task is NGramEntry => ("Predictions, step by step", "The next bit, the model's probability of a one, and the optimal predictor's. The counterpart of figure 14 of the paper."),
        "outputs" => ("Targets and outputs", "One held-out sequence: what is asked for, and what comes out."),
        "memory" => ("The memory's use", $"What the heads do with one held-out sequence: what is written and read, and where. The counterpart of figure {task.Paper.Memory} of the paper."),
        "memory-vectors" => ("Vectors written and read", $"The vectors that each head adds and reads in the same sequence, as in figure {task.Paper.Memory} of the paper."),
        "predictions" => ("Predictions beside the optimum", "The probability of a one and the cost so far, of the model and of the optimal predictor on the same sequence."),
        "write-locations" => ("Where vectors are written", "The location that each head writes a vector to, over the vector's priority, with the linear fit. The counterpart of the left half of figure 17 of the paper."),
        "read-locations" => ("Where the answer is read", "The location that each head reads while the answer comes out, as in figure 17 of the paper."),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "This figure has no caption."),
    };
}
