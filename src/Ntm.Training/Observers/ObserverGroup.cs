using Microsoft.Extensions.Logging;

namespace Ntm.Training.Observers;

/// <summary>Calls the observers. An observer that fails is reported once and not called again.</summary>
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

    [LoggerMessage(LogLevel.Error, "The observer {Observer} failed and is not called again")]
    private partial void LogFailed(Exception exception, string observer);
}
