namespace Ntm.Server;

/// <summary>The exception for a request that is not served. The message is for the client: it names the argument, what was found and what was expected.</summary>
/// <param name="status">The status of the response.</param>
/// <param name="reason">A word or two for the metrics.</param>
/// <param name="message">The detail of the problem.</param>
internal sealed class RefusedException(int status, string reason, string message) : Exception(message)
{
    public int Status => status;

    public string Reason => reason;

    /// <summary>Creates the exception for a client's mistake.</summary>
    public static RefusedException BadInput(string message) => new(StatusCodes.Status400BadRequest, "input", message);
}
