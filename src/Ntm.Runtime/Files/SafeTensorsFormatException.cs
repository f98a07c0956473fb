using Ntm.Shared;

namespace Ntm.Core.Serialization;

/// <summary>A malformed safetensors file; the message says which, where, what was found and what was expected.</summary>
public sealed class SafeTensorsFormatException : FormatException
{
    internal SafeTensorsFormatException(string sourceName, string place, string found, string expected, Exception? innerException = null)
        : base($"{sourceName}: {FileText.Of(place)}: found {FileText.Of(found)}; expected {FileText.Of(expected)}.", innerException)
    {
        SourceName = sourceName;
        Place = place;
    }

    /// <summary>The path of the file, or the name that was given for the stream.</summary>
    public string SourceName { get; }

    /// <summary>A byte of the file, of its header (counted from the opening brace) or of its data, and the tensor's name, if any.</summary>
    public string Place { get; }
}
