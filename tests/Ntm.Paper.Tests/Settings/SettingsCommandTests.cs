using System.Text.Json;
using System.Text.Json.Nodes;
using Ntm.Paper.Catalog;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Tests.Settings;

public class SettingsCommandTests
{
    public static TheoryData<string, string, string> Models => new(
        from task in TaskCatalog.All
        from architecture in Architectures.All
        from preset in (string[])["fast", "paper"]
        select (task.Name, SettingsJson.Name(architecture), preset));

    [Theory]
    [MemberData(nameof(Models))]
    public void The_command_of_settings_gives_them_again(string task, string architecture, string preset)
    {
        var settings = SettingsResolver.Resolve(task, null, new JsonObject { ["architecture"] = architecture, ["preset"] = preset, ["seed"] = 7, ["lr"] = 0.00123, ["until"] = "end" });
        var arguments = SettingsCommand.Arguments(settings);
        Assert.Equal(["train", task], arguments.Take(2));
        var given = new JsonObject();
        foreach (var pair in arguments.Skip(2).Chunk(2))
        {
            var setting = SettingProperty.All.Single(s => s.Option == pair[0]);
            given[setting.Key] = setting.Parse(pair[1]);
        }

        Assert.Equal(JsonSerializer.Serialize(settings, SettingsJson.Options), JsonSerializer.Serialize(SettingsResolver.Resolve(task, null, given), SettingsJson.Options));
    }

    [Theory]
    [InlineData("--optimizer adamw")]
    [InlineData("--optimizer sgd --momentum 0.5 --lr 0.25")]
    [InlineData("--gradient-clipping value --gradient-clip 3")]
    [InlineData("--gradient-clipping none --schedule linear")]
    public void Of_another_choice_only_what_is_not_its_default_is_said(string options)
    {
        var given = new JsonObject();
        foreach (var pair in options.Split(' ').Chunk(2))
        {
            var setting = SettingProperty.All.Single(s => s.Option == pair[0]);
            given[setting.Key] = setting.Parse(pair[1]);
        }

        Assert.Equal(["train", "copy", .. options.Split(' ').Chunk(2).Select(p => string.Join(' ', p)).Order()],
            SettingsCommand.Arguments(SettingsResolver.Resolve("copy", null, given)) is var all ? [.. all.Take(2), .. all.Skip(2).Chunk(2).Select(p => string.Join(' ', p)).Order()] : []);
    }

    [Fact]
    public void What_the_preset_has_anyway_is_not_said() =>
        Assert.Equal(["train", "copy"], SettingsCommand.Arguments(SettingsResolver.Resolve("copy", null, [])));
}
