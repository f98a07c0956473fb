namespace Ntm.Training;

/// <summary>The processes that share a training do not fit together, or their connection failed. All of them throw it.</summary>
public sealed class ExchangeException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cause">The cause; <see langword="null"/> for none.</param>
    public ExchangeException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
