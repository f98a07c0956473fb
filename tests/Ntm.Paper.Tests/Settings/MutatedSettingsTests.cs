using Ntm.Paper.Settings;
using Ntm.Tests.Shared;

namespace Ntm.Paper.Tests.Settings;

public class MutatedSettingsTests
{
    [Fact]
    public void Damaged_settings_of_a_new_training() => Refused(path => SettingsResolver.Resolve("copy", path, []));

    [Fact]
    public void Damaged_settings_of_a_training_that_goes_on() =>
        Refused(path => SettingsResolver.Resume(SettingsJson.ReadFile(path, "--resume"), path, null, []));

    private static void Refused(Action<string> read)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, SettingsJson.Write(SettingsResolver.Resolve("copy", null, [])));
        DamagedFiles.AreRefusedOrRead<UsageException>(file, read, DamagedFiles.Count / 2);
    }
}
