using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Training.Tests;

/// <summary>Model, batch and loss together: sequences of different lengths.</summary>
public class PaddingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_stands_in_the_padding_changes_no_bit_of_loss_score_or_gradient(bool lstm)
    {
        using var scope = NewDisposeScope();
        ISequenceModel model = lstm ? SmallMachine.CreateLstm() : SmallMachine.Create();
        using var owned = (IDisposable)model;
        var buffer = new BatchBuffer(SmallMachine.Task);
        buffer.Fill(3, 0, 8);
        var (clean, dirty) = (buffer.ToTensors(), buffer.ToTensors());
        var padded = 0;
        for (var b = 0; b < 8; b++)
        {
            for (var t = buffer.Lengths[b]; t < buffer.Steps; t++, padded++)
            {
                dirty.Inputs[t, b].fill_(7 - t);
                dirty.Targets[t, b].fill_(1);
            }
        }

        Assert.True(padded > 8, "there is padding");
        var (expected, actual) = (Run(model, clean), Run(model, dirty));
        Assert.Equal(expected.Loss, actual.Loss);
        Assert.Equal(expected.Score, actual.Score);
        Assert.Equal(expected.Gradient, actual.Gradient);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_of_mixed_lengths_has_the_mean_loss_and_gradient_of_its_sequences(bool lstm)
    {
        using var scope = NewDisposeScope();
        ISequenceModel model = lstm ? SmallMachine.CreateLstm() : SmallMachine.Create();
        using var owned = (IDisposable)model;
        var batch = Run(model, SmallMachine.Task.Batch(3, 0, 6));
        var (loss, score, gradient) = (0.0, default(SequenceScore), new double[batch.Gradient.Length]);
        for (var i = 0; i < 6; i++)
        {
            var one = Run(model, SmallMachine.Task.Batch(3, i, 1));
            (loss, score) = (loss + one.Loss / 6.0, score + one.Score);
            for (var j = 0; j < gradient.Length; j++)
                gradient[j] += one.Gradient[j] / 6.0;
        }

        // float32: rounding of 6e-8 in each of a few hundred operations, on values up to about 5.
        Assert.Equal(loss, batch.Loss, 1e-5);
        Assert.Equal((score.Sequences, score.WrongSum, score.PerfectSequences, score.CountSum),
            (batch.Score.Sequences, batch.Score.WrongSum, batch.Score.PerfectSequences, batch.Score.CountSum));
        for (var j = 0; j < gradient.Length; j++)
            Assert.Equal(gradient[j], batch.Gradient[j], 1e-5);
        Assert.Contains(gradient, g => Math.Abs(g) > 0.01);
    }

    private static (float Loss, SequenceScore Score, float[] Gradient) Run(ISequenceModel model, SequenceBatch batch)
    {
        foreach (var (_, parameter) in model.named_parameters())
            parameter.grad?.zero_();
        var logits = model.Logits(batch.Inputs);
        var loss = SequenceLoss.Mean(logits, batch.Targets, batch.Mask);
        loss.backward();
        return (
            loss.item<float>(),
            SequenceLoss.Score(logits, batch.Targets, batch.Mask),
            [.. model.named_parameters().SelectMany(p => p.parameter.grad!.data<float>().ToArray())]);
    }
}
