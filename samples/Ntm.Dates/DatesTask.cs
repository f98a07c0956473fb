using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Dates;

/// <summary>
/// Read a date and write it as ISO 8601. The first step names the culture, which decides whether 3/4 is in March or in April; then comes the text, one
/// character in each step; then eight steps, in each of which the model writes a digit.
/// </summary>
/// <param name="set">The dates.</param>
/// <param name="forms">The forms to draw from.</param>
/// <param name="heldOutDays">Whether days are drawn that are not trained on, or only others.</param>
internal sealed class DatesTask(DateSet set, IReadOnlyList<DateForm> forms, bool heldOutDays) : SequenceTask
{
    private const int Digits = 8;

    public override string Name => "dates";

    /// <summary>Characters, cultures, and the request for a digit.</summary>
    public override int InputSize => set.Characters + set.Cultures + 1;

    public override int OutputSize => 10;

    public override LossKind Loss => LossKind.SoftmaxCrossEntropy;

    /// <summary>Writes a date into a sequence.</summary>
    public void Write(DateForm form, DateTime date, SequenceBuffer sequence)
    {
        var text = form.Write(date);
        sequence.Begin(1 + text.Length + Digits);
        sequence.Input(0)[set.Characters + set.IndexOf(form.Culture)] = 1;
        for (var i = 0; i < text.Length; i++)
            sequence.Input(1 + i)[set.IndexOf(text[i])] = 1;
        var number = date.Year * 10_000 + date.Month * 100 + date.Day;
        for (var i = Digits - 1; i >= 0; i--, number /= 10)
        {
            sequence.Input(1 + text.Length + i)[InputSize - 1] = 1;
            sequence.CountedTarget(1 + text.Length + i)[number % 10] = 1;
        }
    }

    protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
    {
        var form = forms[random.NextInt(0, forms.Count - 1)];
        int day;
        do
            day = random.NextInt(0, DateSet.Days - 1);
        while (DateSet.IsHeldOut(day) != heldOutDays);
        Write(form, DateSet.First.AddDays(day), sequence);
    }
}
