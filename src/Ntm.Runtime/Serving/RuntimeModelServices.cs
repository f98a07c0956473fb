using Microsoft.Extensions.DependencyInjection;
using Ntm.Shared;

namespace Ntm.Runtime.Serving;

/// <summary>Registers models from files for dependency injection, to serve predictions without torch.</summary>
/// <remarks>
/// <para>
/// A model is a singleton: loaded once, safe for any number of requests at the same time, and disposed with the provider. It is loaded when the host starts, or
/// when it is first requested if there is no host. A file that cannot be loaded is an <see cref="InvalidOperationException"/> that names the path and the
/// reason.
/// </para>
/// <para>
/// <c>Ntm.Training</c> has methods of the same names for models in torch. The namespace of this class is for programs without torch; a program that registers
/// models of both kinds names the class in the call: <c>RuntimeModelServices.AddNtmModel(services, path)</c>.
/// </para>
/// </remarks>
public static class RuntimeModelServices
{
    /// <summary>Registers the model of a file as <see cref="NtmModel"/> and <see cref="SequenceModel"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="path">The model's file; a relative path is relative to the current folder of this call.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="InvalidOperationException">A model without a name is registered already.</exception>
    public static IServiceCollection AddNtmModel(this IServiceCollection services, string path) =>
        ModelRegistration.Add<NtmModel, SequenceModel>(services, null, path, NtmModel.Load);

    /// <summary>Registers the model of a file as <see cref="NtmModel"/> and <see cref="SequenceModel"/> under a name, as a keyed service: one of several
    /// models.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name, for <see cref="FromKeyedServicesAttribute"/> and <c>GetRequiredKeyedService</c>; not empty.</param>
    /// <param name="path">The model's file; a relative path is relative to the current folder of this call.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> or <paramref name="path"/> is empty.</exception>
    /// <exception cref="InvalidOperationException">A model of this name is registered already.</exception>
    public static IServiceCollection AddKeyedNtmModel(this IServiceCollection services, string name, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return ModelRegistration.Add<NtmModel, SequenceModel>(services, name, path, NtmModel.Load);
    }
}
