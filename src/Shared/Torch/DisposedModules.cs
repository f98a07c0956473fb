using static TorchSharp.torch;

namespace Ntm.Shared;

/// <summary>Tells whether a module can still be used.</summary>
internal static class DisposedModules
{
    /// <summary>Returns whether a module has been disposed.</summary>
    public static bool Is(nn.Module module)
    {
        try
        {
            // A disposed module refuses to say in which mode it is.
            _ = module.training;
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>
    /// Returns whether a module or one of its parts has been disposed. The module no longer lists the parameters of a disposed part: the others
    /// would pass for a smaller model.
    /// </summary>
    public static bool AnyIn(nn.Module module) => Is(module) || module.modules().Any(Is);
}
