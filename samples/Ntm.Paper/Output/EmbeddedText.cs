namespace Ntm.Paper.Output;

/// <summary>The texts that are compiled into the program.</summary>
internal static class EmbeddedText
{
    /// <param name="name">The name of the resource.</param>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static string Of(string name)
    {
        using var stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
