using Ntm.Shared;

namespace Ntm.Core.Serialization;

/// <summary>The exception for a malformed safetensors file. The message names the file, the place, what was found and what was expected.</summary>
public sealed class SafeTensorsFormatException : FormatException
{
    internal SafeTensorsFormatException(string sourceName, string place, string found, string expected, Exception? innerException = null)
        : base($"{sourceName}: {FileText.Of(place)}: found {FileText.Of(found)}; expected {FileText.Of(expected)}.", innerException)
    {
        SourceName = sourceName;
        Place = place;
    }

    /// <summary>The path of the file, or the name given for the stream.</summary>
    public string SourceName { get; }

    /// <summary>The place of the error: a byte of the file, of its header (counted from the opening brace) or of its data, and the tensor's name, if
    /// any.</summary>
    public string Place { get; }
}
