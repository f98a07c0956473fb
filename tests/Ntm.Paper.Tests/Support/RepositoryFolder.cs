namespace Ntm.Paper.Tests.Support;

/// <summary>Folders of the repository that the tests were built in.</summary>
internal static class RepositoryFolder
{
    /// <summary>The documentation.</summary>
    public static string Docs
    {
        get
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(root!.FullName, "Ntm.sln")))
                root = root.Parent;
            return Path.Combine(root.FullName, "docs");
        }
    }
}
