using static TorchSharp.torch;

namespace Ntm.Core.Internal;

/// <summary>Checks the parameter names that reflection finds in a module's fields, which a trimmed program may lack.</summary>
internal static class ComponentNames
{
    /// <summary>Checks that a module with registered components has a certain parameter.</summary>
    /// <exception cref="InvalidOperationException">The module has no parameter of that name.</exception>
    public static void Require(nn.Module module, string parameter)
    {
        if (module.named_parameters().Any(p => p.name == parameter))
            return;
        throw new InvalidOperationException(
            $"{module.GetType().Name} has no parameter {parameter}: this program has been trimmed, or compiled to native code, without the fields that TorchSharp finds by reflection. "
            + "Expected the assemblies with modules to be kept whole: the package's build targets do that unless NtmRootModules is false or the package's build assets are excluded.");
    }
}
