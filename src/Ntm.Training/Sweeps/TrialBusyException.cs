namespace Ntm.Training;

/// <summary>A trial cannot run yet, since another program is running it.</summary>
public sealed class TrialBusyException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is busy, and why.</param>
    /// <param name="innerException">Its cause, if there is one.</param>
    public TrialBusyException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
