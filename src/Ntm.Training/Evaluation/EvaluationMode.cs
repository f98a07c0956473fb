using System.Runtime.CompilerServices;
using Ntm.Core;

namespace Ntm.Training;

/// <summary>
/// Puts a model into eval mode while it is evaluated, and restores the mode of every module afterwards. Several threads may evaluate one model:
/// the first sets the mode, the last restores it.
/// </summary>
internal sealed class EvaluationMode : IDisposable
{
    private static readonly ConditionalWeakTable<ISequenceModel, Users> All = [];

    private Users? _users;

    private EvaluationMode(Users users) => _users = users;

    public static EvaluationMode Enter(ISequenceModel model)
    {
        var users = All.GetOrCreateValue(model);
        lock (users)
        {
            if (users.Count == 0)
            {
                users.Modes = new ModuleModes(model);
                try
                {
                    users.Modes.Set(isTraining: false);
                }
                catch
                {
                    users.Modes.Restore();
                    throw;
                }
            }

            users.Count++;
        }

        return new EvaluationMode(users);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _users, null) is not { } users)
            return;
        lock (users)
        {
            if (--users.Count > 0)
                return;
            users.Modes!.Restore();
            users.Modes = null;
        }
    }

    private sealed class Users
    {
        public int Count { get; set; }

        public ModuleModes? Modes { get; set; }
    }
}
