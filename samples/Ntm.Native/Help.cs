namespace Ntm.Native;

/// <summary>The program's help.</summary>
internal static class Help
{
    public const string Text = """
        Predicts with a trained model, line by line.

        Usage: Ntm.Native MODEL [--logits] < INPUTS > OUTPUTS

        MODEL     a model's file (safetensors), a Neural Turing Machine or an LSTM network
        --logits  write logits instead of probabilities

        Each line of the standard input is the input vector of one step: as many numbers as the model has
        inputs, with blanks, tabs or commas between them and a point for decimals. For each, a line with the
        outputs of that step is written at once: probabilities (the sigmoid of the logits) with blanks between
        them. An empty line begins a new sequence, in the model's initial state, and is answered by an empty line.

        Exit codes: 0 for success, 1 for a file or a line that is not as expected, 2 for wrong arguments.

        """;
}
