using Ntm.Core.Internal;

namespace Ntm.Core;

/// <summary>The modules of the built-in controllers: a new one is registered here and in <see cref="ControllerTable"/>.</summary>
internal static class BuiltInControllers
{
    /// <summary>Creates a controller with newly initialized parameters.</summary>
    public static Controller Create(NtmOptions options, Initializer initializer)
    {
        var (inputs, size, layers) = (options.ControllerInputSize, options.ControllerSize, options.ControllerLayers);
        return options.Controller switch
        {
            ControllerKind.Lstm => new LstmController(inputs, size, layers, initializer),
            ControllerKind.Feedforward => new FeedforwardController(inputs, size, layers, initializer),
            ControllerKind.Gru => new GruController(inputs, size, layers, initializer),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Controller, "No built-in controller."),
        };
    }
}
