namespace Ntm.Build;

/// <summary>The exception for a file without the layout that the edit requires; the message has the expected and the actual layout.</summary>
internal sealed class UnexpectedLayoutException : Exception
{
    public UnexpectedLayoutException(string message)
        : base(message)
    {
    }
}
