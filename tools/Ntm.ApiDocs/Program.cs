using Ntm.ApiDocs;

if (args is not [var folder])
{
    Console.Error.WriteLine("Expected one argument: the folder for the pages, whose Markdown files are replaced.");
    return 2;
}

var pages = ApiReference.Pages();
if (Directory.Exists(folder))
{
    foreach (var stale in Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories))
        File.Delete(stale);
}

foreach (var (name, text) in pages)
{
    var file = Path.Combine(folder, name);
    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
    File.WriteAllText(file, text);
}

Console.WriteLine($"Wrote {pages.Count} pages to {folder}.");
return 0;
