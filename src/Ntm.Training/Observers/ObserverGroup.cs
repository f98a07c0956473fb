using Microsoft.Extensions.Logging;

namespace Ntm.Training.Observers;

/// <summary>Tells observers what happens; one that fails is reported once and left out from then on.</summary>
internal sealed partial class ObserverGroup(IEnumerable<ITrainingObserver> observers, ILogger logger)
{
    private readonly List<ITrainingObserver> _observers = [.. observers];
    private readonly ILogger _logger = logger;

    public void Tell(Action<ITrainingObserver> what)
    {
        for (var i = 0; i < _observers.Count; i++)
        {
            try
            {
                what(_observers[i]);
            }
            catch (Exception e)
            {
                LogFailed(e, _observers[i].GetType().Name);
                _observers.RemoveAt(i--);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The observer {Observer} failed and is left out from here on")]
    private partial void LogFailed(Exception exception, string observer);
}
