namespace Ntm.Paper.Train.Mpi;

/// <summary>This process's part in an <see cref="MpiJob"/>, which ends with the program.</summary>
internal sealed class MpiMembership : IDisposable
{
    public void Dispose() => MpiJob.Leave();
}
