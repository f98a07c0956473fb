using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ntm.Shared;

/// <summary>
/// Registers the model of a file as a singleton that is loaded when the host starts. Compiled into each package that registers models, because the packages
/// share no internals.
/// </summary>
internal static class ModelRegistration
{
    /// <summary>Registers the model of a file under two types.</summary>
    /// <typeparam name="TModel">The model's type.</typeparam>
    /// <typeparam name="TGeneral">The more general type under which the same object is registered.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The name of a keyed service; <see langword="null"/> for the only model.</param>
    /// <param name="path">The file; a relative path is relative to the current folder of this call.</param>
    /// <param name="load">Loads the file.</param>
    public static IServiceCollection Add<TModel, TGeneral>(IServiceCollection services, string? name, string path, Func<string, TModel> load)
        where TModel : class, TGeneral
        where TGeneral : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (services.Any(s => s.ServiceType == typeof(TModel) && Equals(s.ServiceKey, name)))
        {
            throw new InvalidOperationException(name is null
                ? $"A {typeof(TModel).Name} is registered already, and '{path}' is another; expected AddKeyedNtmModel with a name for each of several models."
                : $"A {typeof(TModel).Name} of the name '{name}' is registered already, and '{path}' is another; expected another name for each.");
        }

        var file = Path.GetFullPath(path);
        if (name is null)
        {
            services.AddSingleton(_ => Load(file, load));
            services.AddSingleton<TGeneral>(provider => provider.GetRequiredService<TModel>());
        }
        else
        {
            services.AddKeyedSingleton(name, (_, _) => Load(file, load));
            services.AddKeyedSingleton<TGeneral>(name, (provider, _) => provider.GetRequiredKeyedService<TModel>(name));
        }

        // A host reads such options when it starts, which loads the model.
        services.AddOptions<ModelAtStart<TModel>>(name ?? Options.DefaultName)
            .Configure<IServiceProvider>((start, provider) => start.Model =
                name is null ? provider.GetRequiredService<TModel>() : provider.GetRequiredKeyedService<TModel>(name))
            .ValidateOnStart();
        return services;
    }

    private static TModel Load<TModel>(string path, Func<string, TModel> load)
    {
        try
        {
            return load(path);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidOperationException($"The model '{path}' cannot be loaded: {e.Message}", e);
        }
    }

    private sealed class ModelAtStart<TModel>
        where TModel : class
    {
        public TModel? Model { get; set; }
    }
}
