using Ntm.Tasks;

namespace Ntm.Training;

/// <summary>Draws a value.</summary>
internal delegate object DrawValue(ref TaskRandom random);

/// <summary>An option of a space.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Its values; <see langword="null"/> if they are drawn from a range.</param>
/// <param name="FromRange">Draws from the range; <see langword="null"/> where there is a list.</param>
/// <param name="Set">Sets the option.</param>
internal sealed record OptionAxis<TOptions>(string Name, IReadOnlyList<object?>? Values, DrawValue? FromRange, Action<TOptions, object?> Set)
    where TOptions : class
{
    public object? Draw(ref TaskRandom random) => Values is null ? FromRange!(ref random) : Values[random.NextInt(0, Values.Count - 1)];
}
