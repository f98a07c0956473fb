using System.Reflection;

namespace Ntm.Paper.Settings;

/// <summary>The properties that two types have by the same name and type.</summary>
internal static class SharedProperties<TFrom, TTo>
    where TFrom : class
    where TTo : class
{
    private static readonly (PropertyInfo From, PropertyInfo To)[] All =
    [
        .. from source in typeof(TFrom).GetProperties()
           join target in typeof(TTo).GetProperties() on (source.Name, source.PropertyType) equals (target.Name, target.PropertyType)
           select (source, target),
    ];

    public static void Copy(TFrom from, TTo to)
    {
        foreach (var (source, target) in All)
            target.SetValue(to, source.GetValue(from));
    }
}
