namespace Ntm.Build;

/// <summary>The file is not laid out as the edit requires; the message says what was expected and what was found.</summary>
internal sealed class UnexpectedLayoutException : Exception
{
    public UnexpectedLayoutException(string message)
        : base(message)
    {
    }
}
